/** What the doctor finds with a healthy or faulty mock and terminal. */
import { mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { environments } from "@hipay-pos/client"
import { startGateway } from "@hipay-pos/gateway/node"
import { startServer } from "@hipay-pos/server-mock/node"
import { Fault, type SimulatorEvent } from "@hipay-pos/terminal-simulator"
import { startTerminal } from "@hipay-pos/terminal-simulator/node"
import * as Result from "effect/Result"
import { assert, describe, it } from "vitest"
import { listenHttp, listenTcp } from "../../../tests/listen.ts"
import type { Check } from "../src/doctor/Check.ts"
import { checkEncryption } from "../src/doctor/checkServer.ts"
import { isHiPays } from "../src/doctor/doctor.ts"
import { runInside as run } from "./inside.ts"
import { payAt } from "./payAt.ts"

const folder = mkdtempSync(join(tmpdir(), "doctor-"))

const doctor = async (args: ReadonlyArray<string>, env: Readonly<Record<string, string>> = {}) => {
  const { code, stdout } = await run(["doctor", ...args, "--json"], { env })
  const { healthy, checks } = JSON.parse(stdout) as { healthy: boolean; checks: ReadonlyArray<Check> }
  return { code, healthy, found: (name: Check["name"]) => checks.find((check) => check.name === name) }
}

const journalWith = (state: string, terminal: string): string => {
  const path = join(folder, `${state}-${terminal.replace(/\W/g, "-")}.jsonl`)
  const opening = {
    id: "a1",
    orderId: "O",
    transactionType: "Debit",
    amount: 100,
    currency: "EUR",
    terminal,
    openedAt: 1
  }
  writeFileSync(
    path,
    `${[opening, { id: "a1", state, endedAt: 2 }].map((entry) => JSON.stringify(entry)).join("\n")}\n`
  )
  return path
}

describe.concurrent("hipay-pos doctor", () => {
  it("finds a mock healthy, and does not contact its simulated terminals", async () => {
    await using server = await startServer({ port: 0 })
    const { code, healthy, found } = await doctor(["--url", server.url, "--terminal", "192.168.1.20"])
    assert.strictEqual(code, 0)
    assert.isTrue(healthy)
    assert.include(found("server")?.detail, "simulated")
    assert.deepInclude(found("readiness"), { verdict: "ok", detail: "it takes orders" })
    assert.strictEqual(found("credentials")?.verdict, "ok")
    assert.strictEqual(found("clock")?.verdict, "ok")
    assert.deepInclude(found("terminal"), {
      verdict: "skipped",
      detail: "192.168.1.20:8888 is simulated by the server, which opens no connection to it"
    })
    assert.isUndefined(found("firewall"))
  })

  it("checks a terminal that is attached to a mock", async () => {
    await using terminal = await startTerminal({ port: 0 })
    const at = `127.0.0.1:${terminal.port}`
    await using server = await startServer({ port: 0, attach: [at] })
    const { found } = await doctor(["--url", server.url, "--terminal", at])
    assert.deepInclude(found("terminal"), {
      verdict: "ok",
      detail: `${at} accepts connections from this machine; nothing was sent`
    })
  })

  it("advises about a firewall only for HiPay's own servers, which connect to the terminals", () => {
    assert.isTrue(isHiPays(new URL(environments.stage)))
    assert.isTrue(isHiPays(new URL(environments.production)))
    assert.isFalse(isHiPays(new URL("http://gateway.shop.example:8080")))
  })

  it("finds a login that the server refuses: 1", async () => {
    await using server = await startServer({ port: 0 })
    const env = { HIPAY_POS_USERNAME: "merchant", HIPAY_POS_PASSWORD: "wrong" }
    const { code, found } = await doctor(["--url", server.url], env)
    assert.strictEqual(code, 1)
    assert.strictEqual(found("credentials")?.verdict, "failed")
  })

  it("finds that no server answers: 1", async () => {
    const server = await startServer({ port: 0 })
    await server.close()
    const { code, found } = await doctor(["--url", server.url])
    assert.strictEqual(code, 1)
    assert.include(found("server")?.detail, "ECONNREFUSED")
  })

  it("says that money moves unless the server says simulated, that its clock is off, and sends no login", async () => {
    const seen: Array<string | undefined> = []
    await using server = await listenHttp(({ headers }, response) => {
      seen.push(headers.authorization)
      response.setHeader("date", new Date(Date.now() + 600_000).toUTCString()).end("up")
    })
    const { code, found } = await doctor(["--url", server.url])
    assert.strictEqual(code, 0)
    assert.include(found("server")?.detail, "money moves")
    assert.strictEqual(found("credentials")?.verdict, "skipped")
    assert.strictEqual(found("clock")?.verdict, "warning")
    assert.match(found("clock")?.detail ?? "", /(599|600|601) s ahead/)
    assert.deepStrictEqual(seen, [undefined])
  })

  it("says why a mock, a gateway or a relay takes no new orders: 1", async () => {
    const ok = { ok: true }
    const [store, ends] = ["the store cannot be written: ENOSPC", "payment results not written yet: 1 (ENOSPC)"]
    const checks = {
      draining: ok,
      serving: ok,
      store: { ok: false, problem: store },
      ends: { ok: false, problem: ends }
    }
    const told = JSON.stringify({ ready: false, problems: [store, ends], checks })
    for (const [body, detail] of [
      [told, `it should get no new orders: ${store}; ${ends}`],
      ["<p>down</p>", "it does not say whether it takes orders (HTTP 503)"]
    ] as const) {
      await using server = await listenHttp(({ url }, response) => {
        response.setHeader("x-hipay-pos-mode", "gateway")
        if (url === "/readyz") response.writeHead(503).end(body)
        else response.end("up")
      })
      const { code, found } = await doctor(["--url", server.url])
      assert.strictEqual(code, 1)
      assert.deepInclude(found("readiness"), { verdict: "failed", detail })
      assert.strictEqual(found("server")?.verdict, "ok")
    }
  })

  it("does not ask HiPay's own service whether it is ready", async () => {
    const asked: Array<string | undefined> = []
    await using server = await listenHttp(({ url }, response) => {
      asked.push(url)
      response.end("up")
    })
    assert.isUndefined((await doctor(["--url", server.url])).found("readiness"))
    assert.deepStrictEqual(asked, ["/v1/connector/healthcheck"])
  })

  it("does not take a web page, such as a network's login page, for a server: 1", async () => {
    for (const page of ["<!doctype html><title>Wi-Fi</title>", "Welcome to this network. ".repeat(20)]) {
      await using server = await listenHttp((_, response) => response.end(page))
      const { code, found } = await doctor(["--url", server.url])
      assert.strictEqual(code, 1)
      assert.deepInclude(found("server"), {
        verdict: "failed",
        detail: `${server.url} answers its health check with a page, not with the word of a POS API`
      })
    }
  })

  it("opens a connection to a terminal and sends nothing; asks it to identify itself on request", async () => {
    await using terminal = await startTerminal({ port: 0 })
    const requests: Array<SimulatorEvent.SimulatorEvent> = []
    terminal.simulator.subscribe((event) => {
      if (event._tag === "Request") requests.push(event)
    })
    const at = ["--terminal", `127.0.0.1:${terminal.port}`]
    const touched = await doctor(at)
    assert.strictEqual(touched.found("terminal")?.verdict, "ok")
    assert.deepStrictEqual(requests, [])
    const asked = await doctor([...at, "--identify"])
    assert.include(asked.found("identification")?.detail, "0320")
    assert.lengthOf(requests, 1)
    assert.deepStrictEqual(terminal.simulator.ledger.entries(), [])
  })

  it.each([
    ["HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n", /does not answer in Concert: this is HTTP/],
    ["SSH-2.0-OpenSSH_9.2\r\n", /does not answer in Concert: /],
    ["\u0015", /does not answer in Concert: NAK \(0x15\) .* set the terminal to Concert V3 over IP/]
  ])("fails if what listens at the terminal's address answers %j, which is not Concert", async (answer, detail) => {
    await using other = await listenTcp((socket) => {
      socket.once("data", () => socket.end(answer, "latin1"))
    })
    const { code, found } = await doctor(["--terminal", other.host, "--identify"])
    assert.strictEqual(code, 1)
    assert.strictEqual(found("identification")?.verdict, "failed")
    assert.match(found("identification")?.detail ?? "", detail)
    assert.notInclude(found("identification")?.next ?? "", "payments may work")
  })

  for (const [name, more] of [
    ["terminal", []],
    ["identification", ["--identify"]]
  ] as const) {
    it(`says in the check ${name} that a terminal resets connections, and gives its address only once`, async () => {
      await using resetting = await listenTcp((socket) => void socket.resetAndDestroy())
      const at = resetting.host
      const listed = join(folder, `resetting-${name}.json`)
      const [host, port] = at.split(":")
      writeFileSync(listed, JSON.stringify({ terminals: [{ name: "Bar", host, port: Number(port) }] }))
      for (const [flags, shown] of [
        [["--terminal", at], at],
        [["--terminals", listed], `Bar (${at})`]
      ] as const) {
        const { found } = await doctor([...flags, ...more])
        const { verdict, detail } = found(name) ?? {}
        assert.strictEqual(verdict, "failed")
        assert.strictEqual(detail, `${shown}: it reset the connection at once (ECONNRESET)`)
      }
    })
  }

  it("checks every terminal of a gateway's file: 1 if one of them is not there", async () => {
    await using terminal = await startTerminal({ port: 0 })
    const gone = await startTerminal({ port: 0 })
    await gone.close()
    const file = join(folder, "terminals.json")
    const terminals = [terminal, gone].map(({ port }, index) => ({
      host: "127.0.0.1",
      port,
      name: ["Front desk", "Bar"][index]
    }))
    writeFileSync(file, JSON.stringify({ terminals }))
    const { code, stdout } = await run(["doctor", "--terminals", file, "--json"])
    const { checks } = JSON.parse(stdout) as { checks: ReadonlyArray<Check> }
    assert.strictEqual(code, 1)
    assert.deepStrictEqual(
      checks.filter(({ name }) => name === "terminal").map(({ verdict }) => verdict),
      ["ok", "failed"]
    )
    assert.deepStrictEqual(
      checks.filter(({ name }) => name === "terminal").map(({ detail }) => /^(.*?) \(/.exec(detail)?.[1]),
      ["Front desk", "Bar"]
    )
    assert.isUndefined(checks.find(({ name }) => name === "firewall"))
  })

  it("finds a terminal that is not there: 1", async () => {
    const terminal = await startTerminal({ port: 0 })
    await terminal.close()
    const { code, found } = await doctor(["--terminal", `127.0.0.1:${terminal.port}`])
    assert.strictEqual(code, 1)
    assert.strictEqual(found("terminal")?.verdict, "failed")
  })

  it.each(["open", "unknown"])(
    "never contacts a terminal while an attempt there is %s, under any name",
    async (state) => {
      await using terminal = await startTerminal({ port: 0 })
      const opened: Array<SimulatorEvent.SimulatorEvent> = []
      terminal.simulator.subscribe((event) => opened.push(event))
      const journal = journalWith(state, `localhost:${terminal.port} through pos.example`)
      for (const more of [[], ["--identify"]]) {
        const at = ["--terminal", `127.0.0.1:${terminal.port}`, "--journal", journal, ...more]
        const { found } = await doctor(at)
        assert.strictEqual(found("terminal")?.verdict, "skipped")
        assert.include(found("terminal")?.next, `hipay-pos resolve a1 --journal ${journal}`)
        assert.strictEqual(found("journal")?.verdict, "warning")
      }
      assert.deepStrictEqual(opened, [])
    }
  )

  it("never contacts a terminal while an attempt is unknown at an unresolved name, which may be this terminal", async () => {
    await using terminal = await startTerminal({ port: 0 })
    const opened: Array<SimulatorEvent.SimulatorEvent> = []
    terminal.simulator.subscribe((event) => opened.push(event))
    const journal = journalWith("unknown", `front..desk:${terminal.port}`)
    const { found } = await doctor(["--terminal", `127.0.0.1:${terminal.port}`, "--journal", journal])
    assert.strictEqual(found("terminal")?.verdict, "skipped")
    assert.include(
      found("terminal")?.detail,
      `front..desk:${terminal.port}, which is not found and may be this terminal`
    )
    assert.deepStrictEqual(opened, [])
  })

  it.each([{}, { name: "Front desk" }])(
    "never contacts a terminal %j while a gateway has an attempt there whose end it does not know",
    async (named) => {
      await using terminal = await startTerminal({
        port: 0,
        faults: [Result.getOrThrow(Fault.fromText("answer-lost"))]
      })
      const login = { username: "shop", password: "sesame" }
      await using gateway = await startGateway({
        port: 0,
        store: join(folder, `gateway-${terminal.port}.db`),
        logins: [login],
        terminals: [{ ...named, host: "127.0.0.1", port: terminal.port }],
        answerTimeout: "100 millis"
      })
      const env = { HIPAY_POS_USERNAME: login.username, HIPAY_POS_PASSWORD: login.password }
      const at = ["--url", gateway.url, "--terminal", `127.0.0.1:${terminal.port}`]
      assert.strictEqual((await doctor(at, env)).found("terminal")?.verdict, "ok")
      // The verb would set the process's exit code, which other tests share.
      assert.strictEqual((await payAt(gateway.url, "LOST", terminal.port, { login: "shop:sesame" })).status, 504)
      const opened: Array<SimulatorEvent.SimulatorEvent> = []
      terminal.simulator.subscribe((event) => {
        if (event._tag === "Connection" && event.what === "opened") opened.push(event)
      })
      const { found } = await doctor(at, env)
      assert.strictEqual(found("terminal")?.verdict, "skipped")
      assert.include(found("terminal")?.next, `--url ${gateway.url}`)
      assert.deepStrictEqual(opened, [])
    }
  )

  describe("at a relay", () => {
    const till = { HIPAY_POS_USERNAME: "till", HIPAY_POS_PASSWORD: "at the relay" }
    const startRelay = (name: string, upstream: string, password: string) =>
      startGateway({
        port: 0,
        store: join(folder, `${name}.db`),
        credentials: { username: "till", password: "at the relay" },
        terminals: [],
        relay: { upstream, credentials: { username: "merchant", password } }
      })

    it("says that the service is up and knows the relay, and sends no order", async () => {
      await using mock = await startServer({ port: 0 })
      await using relay = await startRelay("good", mock.url, "secret")
      const { code, found } = await doctor(["--url", relay.url], till)
      assert.strictEqual(code, 0)
      assert.match(found("upstream")?.detail ?? "", /^127\.0\.0\.1:\d+: up, last good answer \d+ s ago$/)
      assert.strictEqual(found("credentials")?.verdict, "ok")
      assert.strictEqual(found("relay-login")?.verdict, "ok")
      const login = `Basic ${btoa("merchant:secret")}`
      const listed = await fetch(`${mock.url}/attempts`, { headers: { authorization: login } })
      assert.deepInclude(await listed.json(), { attempts: [] })
    })

    it("says that the relay's own login is wrong, and not the till's: 1", async () => {
      await using mock = await startServer({ port: 0 })
      await using relay = await startRelay("wrong", mock.url, "wrong")
      const { code, found } = await doctor(["--url", relay.url], till)
      assert.strictEqual(code, 1)
      assert.strictEqual(found("credentials")?.verdict, "ok")
      assert.strictEqual(found("relay-login")?.verdict, "failed")
      assert.include(found("relay-login")?.detail, "not the till's")
    })

    it("says that the till's login is wrong, and does not ask about the relay's: 1", async () => {
      await using mock = await startServer({ port: 0 })
      await using relay = await startRelay("till", mock.url, "wrong")
      const { code, found } = await doctor(["--url", relay.url], { ...till, HIPAY_POS_PASSWORD: "of HiPay" })
      assert.strictEqual(code, 1)
      assert.strictEqual(found("credentials")?.verdict, "failed")
      assert.isUndefined(found("relay-login"))
    })

    it("says that the service is not there while the relay is: 1", async () => {
      const mock = await startServer({ port: 0 })
      await mock.close()
      await using relay = await startRelay("gone", mock.url, "secret")
      const { code, found } = await doctor(["--url", relay.url], till)
      assert.strictEqual(code, 1)
      assert.strictEqual(found("server")?.verdict, "ok")
      assert.strictEqual(found("upstream")?.verdict, "failed")
      assert.include(found("upstream")?.detail, "ECONNREFUSED")
      assert.strictEqual(found("relay-login")?.verdict, "warning")
    })
  })

  it("contacts no terminal if the journal cannot be read: 1", async () => {
    const journal = join(folder, "broken.jsonl")
    writeFileSync(journal, "this is not an entry\n")
    const { code, found } = await doctor(["--terminal", "127.0.0.1:1", "--journal", journal])
    assert.strictEqual(code, 1)
    assert.strictEqual(found("journal")?.verdict, "failed")
    assert.strictEqual(found("terminal")?.verdict, "skipped")
  })

  it("prints one line per check for people", async () => {
    await using terminal = await startTerminal({ port: 0 })
    const at = ["--terminal", `127.0.0.1:${terminal.port}`, "--journal", join(folder, "none.jsonl")]
    const { code, stdout } = await run(["doctor", ...at])
    assert.strictEqual(code, 0)
    assert.match(stdout, /^ok +journal .*\nok +terminal .*\n$/)
  })

  it("checks this machine without arguments, and gives no advice about a firewall", async () => {
    const { stdout } = await run(["doctor", "--json"])
    const names: ReadonlyArray<string> = JSON.parse(stdout).checks.map(({ name }: { name: string }) => name)
    assert.includeMembers([...names], ["journal", "server", "terminal"])
    assert.notInclude(names, "firewall")
  })
})

describe("a server's line", () => {
  it.each([
    ["http://192.168.1.5:8080", "gateway"],
    ["http://pos.shop.example", "relay"],
    ["http://pos.shop.example", undefined]
  ] as const)("to %s, a %s, is warned of: others can read the login and pay with it", (url, mode) => {
    const [check] = checkEncryption(new URL(url), mode)
    assert.deepInclude(check, { name: "encryption", verdict: "warning" })
    assert.include(check?.detail, `http://${new URL(url).host}`)
  })

  it.each([
    ["https://pos.shop.example", "gateway"],
    ["http://127.0.0.1:8080", "gateway"],
    ["http://localhost:8080", "relay"],
    ["http://[::1]:8080", "gateway"],
    ["http://hipay-pos:8080", "simulated"]
  ] as const)("to %s, %s, is not", (url, mode) => assert.deepStrictEqual(checkEncryption(new URL(url), mode), []))
})
