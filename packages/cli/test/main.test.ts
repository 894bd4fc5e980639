/** The command line as people and scripts use it: a process of its own. */
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { createServer, type Server } from "node:net"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "vitest"

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url))

const start = (args: ReadonlyArray<string>, env: Readonly<Record<string, string>> = {}): ChildProcess =>
  spawn(process.execPath, ["--conditions=@hipay-pos/source", main, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env }
  })

/** A process to its end. */
const run = async (args: ReadonlyArray<string>, env?: Readonly<Record<string, string>>) => {
  const child = start(args, env)
  let stdout = ""
  let stderr = ""
  child.stdout?.on("data", (text) => {
    stdout += text
  })
  child.stderr?.on("data", (text) => {
    stderr += text
  })
  const [code] = await once(child, "close")
  return { code, stdout, stderr }
}

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
    [["terminal", "--fault", "nope"], /^--fault: .*nope/],
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

  it("takes the login from the environment, both halves of it", async () => {
    const { code, stderr } = await run(["mock", "--port", "0"], { HIPAY_POS_USERNAME: "shop" })
    assert.strictEqual(code, 2)
    assert.include(stderr, "HIPAY_POS_PASSWORD")
  })
})
