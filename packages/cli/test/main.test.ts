/** The command line as people and scripts use it: a process of its own. */
import type { ChildProcess } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { createServer, type Server } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "vitest"
import { run, start } from "./process.ts"

/** A server process and the ready line that it printed. */
const startReady = async (args: ReadonlyArray<string>) => {
  const child = start([...args, "--json"])
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })
  const [line] = await once(lines, "line")
  return { ready: JSON.parse(line as string), child, lines }
}

const stop = async (child: ChildProcess) => {
  child.kill("SIGTERM")
  const [code] = await once(child, "close")
  return code
}

const takePort = async (): Promise<Server & { readonly port: number }> => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const address = server.address()
  return Object.assign(server, { port: typeof address === "object" && address !== null ? address.port : 0 })
}

describe("hipay-pos", () => {
  it("explains itself, and says that it is unofficial", async () => {
    const { code, stdout } = await run(["--help"])
    assert.strictEqual(code, 0)
    for (const words of ["mock", "terminal", "Unofficial"]) assert.include(stdout, words)
  })

  it.each([
    [["nope"], /^hipay-pos: Unknown subcommand "nope".* See hipay-pos --help\.\n$/],
    [["mock", "--prot", "1"], /^hipay-pos mock: Unrecognized flag: --prot.* See hipay-pos mock --help\.\n$/],
    [["mock", "--port", "70000"], /^hipay-pos mock: .*--port.*0 to 65535/],
    [["mock", "--answer-timeout", "soon"], /^hipay-pos mock: .*--answer-timeout.*such as 500ms, 180s or 3m/],
    [["mock", "--attach", "192.168.1.20:8888"], /^mock: cannot attach 192\.168\.1\.20:8888: .*loopback only/],
    [["mock", "--host", "0.0.0.0"], /^mock: 0\.0\.0\.0 is not loopback: .*give a username and a password\n$/],
    [["mock", "--credentials", "/nowhere/at/all"], /^mock: cannot read the credentials file/],
    [["terminal", "--fault", "nope"], /^--fault.*nope/],
    [["terminal", "--cardholder", "/nowhere/at/all"], /^--cardholder: .*cannot read/]
  ])("refuses %j in one line, with exit code 2", async (args, expected) => {
    const { code, stdout, stderr } = await run(args)
    assert.strictEqual(code, 2)
    assert.strictEqual(stdout, "")
    assert.match(stderr, expected)
    assert.strictEqual(stderr.trimEnd().split("\n").length, 1)
  })

  it.each(["mock", "terminal"])("%s says in one line that a port is taken", async (verb) => {
    const taken = await takePort()
    const { code, stderr } = await run([verb, "--port", String(taken.port)])
    taken.close()
    assert.strictEqual(code, 2)
    assert.match(stderr, new RegExp(`^${verb}: port ${taken.port} on 127.0.0.1 is in use.*\n$`))
  })

  it("mock is ready with one JSON line, pays, and ends with 0 when asked to", async () => {
    const { ready, child } = await startReady(["mock", "--port", "0"])
    assert.strictEqual(ready.ready, true)
    assert.strictEqual(ready.mode, "simulated")
    const response = await fetch(`${ready.url}/v1/connector/healthcheck`)
    assert.strictEqual(response.status, 200)
    assert.strictEqual(await stop(child), 0)
  })

  it("terminal is ready with one JSON line, tells its events, and ends with 0 when asked to", async () => {
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
    const { ready, child } = await startReady(["terminal", "--config", file, "--control", "0"])
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
    rmSync(folder, { recursive: true })
  })

  it("says everything that is wrong with a file of terminals, a line each", async () => {
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
    const { code, stderr } = await run(["terminal", "--config", file, "--check"])
    rmSync(folder, { recursive: true })
    assert.strictEqual(code, 2)
    assert.include(stderr, "terminals[0].port")
  })

  it("takes the login from the environment, both halves of it", async () => {
    const { code, stderr } = await run(["mock", "--port", "0"], { HIPAY_POS_USERNAME: "shop" })
    assert.strictEqual(code, 2)
    assert.include(stderr, "HIPAY_POS_PASSWORD")
  })

  describe("decode", () => {
    const request = "CZ0040320CJ012012345678901CA00201CB0041245CD0010CE003978"

    it("prints a message's fields and what they mean", async () => {
      const { code, stdout } = await run(["decode", request, "--json"])
      assert.strictEqual(code, 0)
      const { direction, fields, message } = JSON.parse(stdout)
      assert.strictEqual(direction, "request")
      assert.deepStrictEqual(fields[3], { offset: 33, tag: "CB", name: "amount", value: "1245" })
      assert.deepInclude(message, { version: "0320", amount: 1245, currency: "EUR", action: "debit" })
    })

    it("exits with 2 for what is no message, and says where", async () => {
      const { code, stdout } = await run(["decode", "CZ00X0300", "--json"])
      assert.strictEqual(code, 2)
      assert.deepInclude(JSON.parse(stdout).error, { kind: "input", offset: 0, tag: "CZ" })
    })

    it("exits with 2 for a flag that it does not know, as JSON for whoever asked for it", async () => {
      const { code, stdout } = await run(["decode", request, "--jsn", "--json"])
      assert.strictEqual(code, 2)
      assert.strictEqual(JSON.parse(stdout).error.kind, "usage")
    })

    it("exits with 3 for a message that stops inside a field, and prints what is there", async () => {
      const { code, stdout } = await run(["decode", "CZ0040300AE002", "--json"])
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
      const { code, stdout } = await run(["order", "check", file("full"), "--json"])
      assert.strictEqual(code, 0)
      assert.deepStrictEqual(
        JSON.parse(stdout).map(({ code }: { code: string }) => code),
        ["basket-sum-without-fees"]
      )
    })

    it("refuses what is no JSON: 2", async () => {
      const { code, stderr } = await run(["order", "check", fileURLToPath(import.meta.url)])
      assert.strictEqual(code, 2)
      assert.match(stderr, /is not JSON\n$/)
    })
  })
})
