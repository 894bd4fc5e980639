/** The command line as people and scripts use it: in its own process. */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs"
import { createServer, type Server } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "vitest"
import * as ExitCode from "../src/ExitCode.ts"
import { inside, runInside } from "./inside.ts"
import { payAt } from "./payAt.ts"
import { run, startReady, stop, whenClosed } from "./process.ts"

const takePort = async (): Promise<Server & { readonly port: number }> => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const address = server.address()
  return Object.assign(server, { port: typeof address === "object" && address !== null ? address.port : 0 })
}

const verbs = [
  "mock",
  "gateway",
  "terminal",
  "pay",
  "refund",
  "cancel",
  "attempts",
  "resolve",
  "doctor",
  "collect",
  "decode",
  "order check",
  "notify verify"
]

const others = ["day", "receipt", "open", "listen", "init", "config list", "completion install"]

const THIS_FILE = fileURLToPath(import.meta.url)

describe("hipay-pos", () => {
  it("explains itself, says that it is unofficial, and lists its verbs and exit codes", async () => {
    const { code, stdout } = await run(["--help"])
    assert.strictEqual(code, 0)
    for (const words of ["Unofficial", ...verbs, ExitCode.toHelp("")]) assert.include(stdout, words)
  })

  it.each([...verbs, ...others])("%s shows examples and its exit codes with --help", async (verb) => {
    const { code, stdout } = await inside([...verb.split(" "), "--help"])
    assert.strictEqual(code, 0)
    const examples = stdout.slice(stdout.indexOf("EXAMPLES"), stdout.indexOf("USAGE"))
    const commands = examples.split("\n").filter((line) => /^ {2}[^ #]/.test(line))
    assert.isNotEmpty(commands)
    for (const command of commands) assert.include(command, `hipay-pos ${verb}`)
    assert.include(stdout, ExitCode.toHelp(verb))
  })

  it("mock says which time zone each setting uses by default", async () => {
    const { stdout } = await inside(["mock", "--help"])
    const flag = stdout.slice(stdout.indexOf("--time-zone")).replace(/\s+/g, " ")
    assert.include(flag, "by default UTC for days and CSV, this machine's for a text log, Europe/Paris for tickets")
  })

  it.each([
    [["--json=true"], undefined, true],
    [[], '{ "pay": { "json": true } }', true],
    [["--no-json"], '{ "pay": { "json": true } }', false],
    [["--json", "--json=false"], undefined, false]
  ])("says an error as JSON where that is asked for: %j %s", async (flags, settings, asked) => {
    const { stdout } = await run(
      ["pay", "x", "--terminal", "127.0.0.1", ...flags],
      settings === undefined ? {} : { settings }
    )
    if (asked) assert.strictEqual(JSON.parse(stdout).error.kind, "usage")
    else assert.strictEqual(stdout, "")
  })

  it("says its version", async () => {
    const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"))
    assert.strictEqual((await run(["--version"])).stdout, `hipay-pos ${version}\n`)
  })

  it.concurrent.each(["bash", "zsh"])("completes in %s", async (shell) => {
    const { code, stdout } = await run(["--completions", shell])
    assert.strictEqual(code, 0)
    assert.include(stdout, "--answer-timeout")
  })

  it.concurrent.each([
    ["plain in a pipe", {}, false],
    ["coloured when FORCE_COLOR says so", { FORCE_COLOR: "1" }, true],
    ["plain when NO_COLOR says so, whatever FORCE_COLOR says", { NO_COLOR: "1", FORCE_COLOR: "1" }, false]
  ] as const)("is %s", async (_, env, coloured) => {
    const { stdout } = await run(["pay", "--help"], { env })
    assert.strictEqual(stdout.includes("\u001b["), coloured)
  })

  it.each([
    [["charge"], /^hipay-pos: unknown verb "charge"\. See hipay-pos --help\.\n$/],
    [["pya"], /^hipay-pos: unknown verb "pya"; did you mean pay\? See hipay-pos --help\.\n$/],
    [
      ["mock", "--prot", "1"],
      /^hipay-pos mock: unknown flag --prot; did you mean .*--port.*\? See hipay-pos mock --help\.\n$/
    ],
    [["mock", "--port", "70000"], /^hipay-pos mock: .*--port.*0 to 65535/],
    [["mock", "--answer-timeout", "soon"], /^hipay-pos mock: .*--answer-timeout.*such as 500ms, 180s or 3m/],
    [["pay", "1", "--terminal", "127.0.0.1:9", "--timeout", "0s"], /^hipay-pos pay: .*--timeout.*expected 1ms to 24d/],
    [["mock", "--answer-timeout", "0s"], /^hipay-pos mock: .*--answer-timeout.*expected 1ms to 24d/],
    [["gateway", "--answer-timeout", "0s"], /^hipay-pos gateway: .*--answer-timeout.*expected 1ms to 24d/],
    [["gateway", "--connect-timeout", "0s"], /^hipay-pos gateway: .*--connect-timeout.*expected 1ms to 24d/],
    [["gateway", "--drain-delay", "1000h"], /^hipay-pos gateway: .*--drain-delay.*expected 0s to 24d/],
    [["gateway", "--lease", "25d"], /^hipay-pos gateway: .*--lease.*expected 0s to 24d/],
    [
      ["mock", "--allow-host", "pos.shop.example:443"],
      /^mock: --allow-host: expected a host name.*got pos\.shop\.example:443\n$/
    ],
    [["mock", "--allow-host", "https://x"], /^mock: --allow-host: expected a host name.*got https:\/\/x\n$/],
    [
      ["mock", "--clock", "2026-02-30T00:00:00Z"],
      /^hipay-pos mock: .*--clock.*a moment from 1970 to 9998, such as 2026-01-02T03:04:05Z/
    ],
    [
      ["mock", "--clock", "soon"],
      /^hipay-pos mock: .*--clock.*a moment from 1970 to 9998, such as 2026-01-02T03:04:05Z/
    ],
    [["mock", "--max-connections", "1"], /^hipay-pos mock: .*--max-connections.*expected 4 to 1000000/],
    [["mock", "--attach", "192.168.1.20:8888"], /^mock: cannot attach 192\.168\.1\.20:8888: .*loopback only/],
    [
      ["mock", "--host", "0.0.0.0"],
      /^mock: 0\.0\.0\.0 is not a loopback address.*set a username and a password \(--credentials FILE, or HIPAY_POS_USERNAME and HIPAY_POS_PASSWORD; in code: credentials\)\n$/
    ],
    [
      ["mock", "--credentials", "/nowhere/at/all"],
      /^mock: --credentials: there is no file \/nowhere\/at\/all: make it with the line username:password, then chmod 600 \/nowhere\/at\/all\n$/
    ],
    [["mock", "--notify", "nowhere"], /^mock: --notify: expected HOST:PORT, got nowhere\n$/],
    [["mock", "--notify", "127.0.0.1:65536"], /^mock: --notify: expected HOST:PORT, got 127\.0\.0\.1:65536\n$/],
    [["mock", "--notify-url", "nowhere"], /^mock: --notify-url: expected a URL/],
    [["mock", "--cardholder", "/nowhere/at/all"], /^--cardholder: .*cannot read/],
    [["mock", "--terminals", "/nowhere/at/all"], /^--terminals: cannot read/],
    [["mock", "--terminals", THIS_FILE], /^--terminals: .*main\.test\.ts is not JSON from line 1, column 1 on\n$/],
    [
      ["mock", "--logins", THIS_FILE],
      /^mock: --logins: .*main\.test\.ts holds a secret, .*: chmod 600 \S*main\.test\.ts\n$/
    ],
    [
      ["gateway", "--store", "/nowhere/at/all", "--terminals", THIS_FILE],
      /^gateway: --terminals: .*main\.test\.ts is not JSON from line 1, column 1 on\n$/
    ],
    [["gateway"], /^gateway: --store PATH is needed/],
    [["gateway", "--store", "/nowhere/at/all"], /^gateway: name its terminals: --dial/],
    [["terminal", "--fault", "nope"], /^--fault.*nope/],
    [["pay", "1", "--protocol", "ConcertV9"], /--protocol: expected "ConcertV3\.1" \| "ConcertV3\.2", got "ConcertV9"/],
    [["mock", "--port", "abc"], /--port: expected a number, got "abc"/],
    [["mock", "--cardholder", THIS_FILE], /^--cardholder: .*main\.test\.ts: unknown word ".*"; known: /],
    [["terminal", "--cardholder", "/nowhere/at/all"], /^--cardholder: .*cannot read/]
  ])("refuses %j in one line, with exit code 2", async (args, expected) => {
    const { code, stdout, stderr } = await inside(args)
    assert.strictEqual(code, 2)
    assert.strictEqual(stdout, "")
    assert.match(stderr, expected)
    assert.strictEqual(stderr.trimEnd().split("\n").length, 1)
  })

  // Reading it fails like a bad disk: EIO.
  it.skipIf(process.platform !== "linux").each([
    ["order check", ["/proc/self/mem"]],
    ["decode", ["/proc/self/mem"]],
    ["notify verify", ["/proc/self/mem", "--signature", "00"]],
    ["reconcile", ["/proc/self/mem"]],
    ["reconcile", [THIS_FILE, "--mapping", "/proc/self/mem"]],
    ["doctor", ["--terminals", "/proc/self/mem"]],
    ["day", ["--credentials", "/proc/self/mem"]]
  ])("%s ends with 75 where a failing disk keeps a file from being read, and its help says so", async (verb, args) => {
    const { code, stderr } = await inside([...verb.split(" "), ...args], { HIPAY_POS_PASSPHRASE: "secret" })
    assert.strictEqual(code, 75, stderr)
    assert.include(stderr, "cannot read /proc/self/mem")
    assert.include(ExitCode.toHelp(verb), "\n  75   not just now: a file cannot be read")
  })

  it.concurrent.each(["mock", "terminal"])("%s says in one line that a port is in use", async (verb) => {
    const taken = await takePort()
    const { code, stderr } = await inside([verb, "--port", String(taken.port)])
    taken.close()
    assert.strictEqual(code, 75)
    assert.match(
      stderr,
      new RegExp(`^${verb}: port ${taken.port} on 127.0.0.1 is in use; choose another with --port.*\n$`)
    )
  })

  it.concurrent.each(["mock", "terminal"])(
    "%s suggests no other port where it cannot listen on the address at all",
    async (verb) => {
      const login = { HIPAY_POS_USERNAME: "till", HIPAY_POS_PASSWORD: "of-this-test" }
      const { stderr } = await inside([verb, "--host", "192.0.2.1", "--port", "0"], login)
      assert.strictEqual(stderr, `${verb}: cannot listen on 192.0.2.1:0: EADDRNOTAVAIL\n`)
    }
  )

  it("terminal says in one line that the port of its control API is in use", async () => {
    const taken = await takePort()
    const { code, stderr } = await inside(["terminal", "--port", "0", "--control", String(taken.port)])
    taken.close()
    assert.strictEqual(code, 75)
    assert.strictEqual(stderr, `terminal: --control: port ${taken.port} on 127.0.0.1 is in use\n`)
  })

  it("mock is ready with one JSON line, pays, and ends with 0 when asked to", async () => {
    const { ready, child } = await startReady(["mock", "--port", "0"])
    assert.strictEqual(ready.ready, true)
    assert.strictEqual(ready.mode, "simulated")
    const response = await fetch(`${ready.url}/v1/connector/healthcheck`)
    assert.strictEqual(response.status, 200)
    assert.strictEqual(await stop(child), 0)
  })

  it("mock waits for a payment under way when it is asked to end, logs that, and ends at once when asked again", async () => {
    const { ready, child } = await startReady(["mock", "--port", "0", "--cardholder", "manual"])
    const closed = whenClosed(child)
    const answer = payAt(ready.url, "A", 8888, { host: "192.168.1.9" }).catch(() => undefined)
    const headers = { authorization: `Bearer ${ready.control.token}` }
    await fetch(`${ready.control.url}/wait-for?attempts=1&state=open`, { headers })
    const waits = "waits for the payments under way: 1"
    const told = new Promise<void>((resolve) => {
      child.stderr?.on("data", (text) => {
        if (String(text).includes(waits)) resolve()
      })
    })
    child.kill("SIGINT")
    await told
    child.kill("SIGINT")
    const { code, stderr } = await closed
    assert.strictEqual(code, 130)
    assert.include(stderr, waits)
    assert.isUndefined(await answer)
  })

  it("mock plays the customer and answers as configured, and opens its control interface with the token it prints", async () => {
    const folder = mkdtempSync(join(tmpdir(), "mock-"))
    const terminals = join(folder, "terminals.json")
    writeFileSync(
      terminals,
      JSON.stringify({ terminals: [{ name: "desk", host: "192.168.1.21", cardholder: "manual" }] })
    )
    const cardholder = join(folder, "cardholder.txt")
    writeFileSync(cardholder, "refused\n")
    const flags = [
      "--cardholder",
      cardholder,
      "--terminals",
      terminals,
      "--seed",
      "1",
      "--notify-hash",
      "SHA-1",
      "--dialect",
      "cloud-api",
      "--allow-host",
      "pos.test"
    ]
    const { ready, child } = await startReady(["mock", "--port", "0", ...flags])
    const control = async (path: string) => {
      const headers = { authorization: `Bearer ${ready.control.token}` }
      const response = await fetch(`${ready.control.url}${path}`, { headers })
      return (await response.json()) as { readonly cardholder?: string }
    }
    assert.strictEqual((await control("/terminals/192.168.1.21%3A8888")).cardholder, "manual")
    const pay = ["pay", "1", "--url", ready.url, "--terminal", "192.168.1.20", "--journal", join(folder, "journal")]
    assert.strictEqual((await runInside(pay)).code, 10)
    assert.strictEqual(await stop(child), 0)
  })

  it("mock keeps its attempts in a file through a restart", async () => {
    const folder = mkdtempSync(join(tmpdir(), "store-"))
    const args = ["mock", "--port", "0", "--store", join(folder, "attempts.db")]
    const first = await startReady(args)
    const pay = [
      "pay",
      "1",
      "--url",
      first.ready.url,
      "--terminal",
      "192.168.1.20",
      "--journal",
      join(folder, "journal")
    ]
    assert.strictEqual((await runInside([...pay, "--order-id", "KEPT"])).code, 0)
    assert.strictEqual(await stop(first.child), 0)
    const second = await startReady(args)
    const { stdout } = await runInside(["attempts", "--url", second.ready.url, "--json"])
    assert.deepInclude(JSON.parse(stdout)[0], { orderId: "KEPT", state: "approved" })
    assert.strictEqual(await stop(second.child), 0)
  })

  it("terminal is ready with one JSON line, prints its events, and ends with 0 when asked to", async () => {
    const { ready, child } = await startReady(["terminal", "--port", "0"])
    assert.strictEqual(ready.ready, true)
    assert.strictEqual(ready.terminals[0].host, "127.0.0.1")
    assert.isAbove(ready.terminals[0].port, 0)
    assert.strictEqual(await stop(child), 0)
  })

  it("opens several terminals of a file, with a control API behind a token", async () => {
    const folder = mkdtempSync(join(tmpdir(), "terminals-"))
    const file = join(folder, "terminals.json")
    writeFileSync(
      file,
      JSON.stringify({
        terminals: [
          { name: "a", port: 0 },
          { name: "b", port: 0, profile: "payxpert" }
        ]
      })
    )
    const { ready, child } = await startReady(["terminal", "--terminals", file, "--control", "0"])
    assert.deepStrictEqual(
      ready.terminals.map(({ name, profile }: { name: string; profile: string }) => [name, profile]),
      [
        ["a", "plain"],
        ["b", "payxpert"]
      ]
    )
    const list = (token: string) =>
      fetch(`${ready.control.url}/terminals`, { headers: { authorization: `Bearer ${token}` } })
    assert.strictEqual((await list(ready.control.token)).status, 200)
    assert.strictEqual((await list("guess")).status, 401)
    assert.strictEqual(await stop(child), 0)
  })

  it("reports everything that is wrong with a file of terminals, one line each", async () => {
    const folder = mkdtempSync(join(tmpdir(), "terminals-"))
    const file = join(folder, "terminals.json")
    writeFileSync(
      file,
      JSON.stringify({
        terminals: [
          { name: "a", port: 70_000 },
          { name: "b", faults: ["nope"] }
        ]
      })
    )
    const { code, stderr } = await inside(["terminal", "--config", file, "--check"])
    assert.strictEqual(code, 2)
    assert.include(stderr, "terminals[0].port")
  })

  it("refuses in its check of a file of terminals whatever the start would refuse", async () => {
    const folder = mkdtempSync(join(tmpdir(), "terminals-"))
    const file = join(folder, "terminals.json")
    const faults = ["split", { fault: "refuse", times: 2 }]
    writeFileSync(file, JSON.stringify({ terminals: [{ name: "a", port: 0, faults }] }))
    const { code, stdout, stderr } = await run(["terminal", "--terminals", file, "--check"])
    assert.deepStrictEqual([code, stdout], [2, ""])
    assert.include(stderr, "terminals[0].faults[1].times: refuse cannot be counted over TCP, got times 2")
  })

  it("takes username and password from the environment", async () => {
    const { code, stderr } = await inside(["mock", "--port", "0"], { HIPAY_POS_USERNAME: "shop" })
    assert.strictEqual(code, 2)
    assert.include(stderr, "HIPAY_POS_PASSWORD")
  })

  it("gives several logins of a file their own roles, and says what is wrong with the file without quoting it", async () => {
    const folder = mkdtempSync(join(tmpdir(), "logins-"))
    const file = join(folder, "logins.json")
    const logins = [
      { username: "till", password: "sesame", roles: ["pay"] },
      { username: "boss", password: "1234" }
    ]
    writeFileSync(file, JSON.stringify({ logins }), { mode: 0o600 })
    const { ready, child } = await startReady(["mock", "--port", "0", "--logins", file])
    const session = async (login: string) => {
      const response = await fetch(`${ready.url}/session`, { headers: { authorization: `Basic ${btoa(login)}` } })
      return ((await response.json()) as { roles?: ReadonlyArray<string> }).roles
    }
    assert.deepStrictEqual(await session("till:sesame"), ["pay"])
    assert.lengthOf((await session("boss:1234")) ?? [], 4)
    assert.strictEqual(await stop(child), 0)

    writeFileSync(file, JSON.stringify({ logins: [{ ...logins[0], roles: ["sesame"] }] }))
    const { code, stderr } = await inside(["mock", "--logins", file])
    assert.strictEqual(code, 2)
    assert.strictEqual(stderr, `mock: ${file}: logins[0].roles[0]: expected some of pay, read, resolve, control\n`)
  })

  describe("decode", () => {
    const request = "CZ0040320CJ012012345678901CA00201CB0041245CD0010CE003978"

    it("prints a message's fields and what they mean", async () => {
      const { code, stdout } = await runInside(["decode", request, "--json"])
      assert.strictEqual(code, 0)
      const { direction, fields, message } = JSON.parse(stdout)
      assert.strictEqual(direction, "request")
      assert.deepStrictEqual(fields[3], { offset: 33, tag: "CB", name: "amount", value: "1245" })
      assert.deepInclude(message, { version: "0320", amount: 1245, currency: "EUR", action: "debit" })
    })

    it("exits with 2 for what is not a message, and says where", async () => {
      const { code, stdout } = await runInside(["decode", "CZ00X0300", "--json"])
      assert.strictEqual(code, 2)
      assert.deepInclude(JSON.parse(stdout).error, { kind: "input", offset: 0, tag: "CZ" })
    })

    it("prints the fields before the place where a message breaks", async () => {
      const { code, stdout } = await runInside(["decode", "CZ0040300AE00201ab001x", "--json"])
      assert.strictEqual(code, 2)
      const { error, fields } = JSON.parse(stdout)
      assert.deepInclude(error, { kind: "input", offset: 16 })
      assert.strictEqual(fields.length, 2)
      assert.include((await runInside(["decode", "CZ0040300AE00201ab001x"])).stdout, "not-done")
    })

    it.each([
      [
        "CZ0040320CB0051250CD0010CE003978AE00210",
        3,
        "5 bytes; a field CD begins 4 bytes into it, so the length may be 4"
      ],
      ["CZ0040320CB0031250CD0010CE003978AE00210", 2, "3 bytes, 4 came"]
    ])("names the field whose length is wrong, not the bytes after it: %s", async (message, exit, words) => {
      const problem = `CB at byte 9 announces ${words}`
      const { code, stdout, stderr } = await runInside(["decode", message])
      assert.deepStrictEqual([code, stderr.trim()], [exit, `decode: ${problem}`])
      if (exit === 2) assert.include(stdout, "^ byte 9")
      const told = JSON.parse((await runInside(["decode", message, "--json"])).stdout)
      assert.deepInclude(told.error ?? told, { offset: 9, tag: "CB", problem })
    })

    it("exits with 2 for an unknown flag, with JSON if requested", async () => {
      const { code, stdout } = await runInside(["decode", request, "--jsn", "--json"])
      assert.strictEqual(code, 2)
      assert.strictEqual(JSON.parse(stdout).error.kind, "usage")
    })

    it("exits with 3 for a message that stops inside a field, and prints what there is", async () => {
      const { code, stdout } = await runInside(["decode", "CZ0040300AE002", "--json"])
      assert.strictEqual(code, 3)
      const { incomplete, fields } = JSON.parse(stdout)
      assert.strictEqual(incomplete, true)
      assert.strictEqual(fields.length, 1)
    })
  })

  describe("order check", () => {
    const file = (name: string) =>
      fileURLToPath(new URL(`../../core/test/fixtures/orders/${name}.json`, import.meta.url))

    it("accepts with warnings: 0", async () => {
      const { code, stdout } = await runInside(["order", "check", file("full"), "--json"])
      assert.strictEqual(code, 0)
      assert.deepStrictEqual(
        JSON.parse(stdout).map(({ code }: { code: string }) => code),
        ["basket-sum-without-fees"]
      )
    })

    const verdictsOn = async (order: unknown) => {
      const folder = mkdtempSync(join(tmpdir(), "hipay-pos-order-"))
      writeFileSync(join(folder, "order.json"), JSON.stringify(order))
      return verdicts(join(folder, "order.json"))
    }
    const verdicts = async (path: string) =>
      Promise.all(
        ["strict", "faithful"].map(async (validation) => {
          const { code, stdout } = await runInside(["order", "check", path, "--json", "--validation", validation])
          const findings: ReadonlyArray<{ code: string; severity: string }> = JSON.parse(stdout)
          return [code, ...findings.map((finding) => `${finding.severity} ${finding.code}`)]
        })
      )

    it("reports what the real service evidently says, and what it accepts", async () => {
      const order = JSON.parse(readFileSync(file("full"), "utf8"))
      order.order.basket[0].total_amount = 1
      assert.deepStrictEqual(await verdictsOn(order), [
        [1, "refused line-total"],
        [0, "warning line-total"]
      ])
      order.order.price.amount = "1250"
      assert.deepStrictEqual(await verdictsOn(order), [
        [1, "refused type", "refused line-total"],
        [1, "refused type.openapi.requestValidation"]
      ])
    })

    it("refuses what the server would not read, and says where: 2", async () => {
      const cases = [
        ["", "the body is empty"],
        ['{\n  "order": {,', "the body is not JSON from line 2, column 13 on"],
        [
          '{"order": {\n  "amount": 1, "amount": 2}}',
          'the key "amount" in line 2, column 16 is the second one of this name in its object'
        ],
        ['{"__proto__": 1}', 'the key "__proto__" in line 1, column 2 is not allowed']
      ] as const
      for (const [input, problem] of cases) {
        const { code, stderr } = await run(["order", "check", "-"], { input })
        assert.strictEqual(code, 2)
        assert.strictEqual(stderr, `order check: standard input: ${problem}\n`)
      }
    })
  })
})
