/** The gateway as an operator sees it: one line when it starts, one line when it does not, and the state kept over a restart. */
import { existsSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Cardholder, Fault, TestCard } from "@hipay-pos/terminal-simulator"
import { startTerminal } from "@hipay-pos/terminal-simulator/node"
import * as Result from "effect/Result"
import { assert, describe, it } from "vitest"
import { authorization, folder, login, orderAt, runGateway, startGatewayProcess } from "./gatewayProcess.ts"
import { until } from "./until.ts"

let files = 0
const newStore = () => join(folder, `process-${++files}.db`)
const dial = ["--dial", "192.0.2.1"]

const fileWith = (text: string) => {
  const file = join(folder, `file-${++files}`)
  writeFileSync(file, text, { mode: 0o600 })
  return file
}

describe("hipay-pos-gateway", () => {
  it("takes an order, forgets nothing over a restart, and holds its store alone", async () => {
    const answerLost = Result.getOrThrow(Fault.fromText("answer-lost"))
    await using terminal = await startTerminal({ port: 0, faults: [answerLost] })
    const store = newStore()
    const args = ["--dial", `127.0.0.1:${terminal.port}`, "--store", store, "--answer-timeout", "1s"]
    const first = await startGatewayProcess(args)
    const second = await runGateway(["--port", "0", ...args])
    assert.deepStrictEqual(second, {
      code: 75,
      stdout: "",
      stderr: `hipay-pos-gateway: the store ${store} is in use by another process\n`
    })
    const lost = await first.request("POST", "/v1/connector/order", orderAt(terminal.port, "LOST"))
    assert.strictEqual(lost.status, 504)
    first.kill()
    await first.ended

    terminal.simulator.clearFault()
    const third = await startGatewayProcess(args)
    const next = await third.request("POST", "/v1/connector/order", orderAt(terminal.port, "NEXT"))
    assert.strictEqual(next.status, 409)
    const { error } = (await next.json()) as { error: { code: string; details: { attempt: string } } }
    assert.strictEqual(error.code, "terminal.unresolved")
    const word = { outcome: "approved", by: "Ada", evidence: "merchant copy" }
    assert.strictEqual((await third.request("POST", `${error.details.attempt}/resolve`, word)).status, 200)
    assert.strictEqual((await third.request("POST", "/v1/connector/order", orderAt(terminal.port, "NEXT"))).status, 200)
    third.stop()
    assert.strictEqual(await third.ended, 0)
    assert.strictEqual(terminal.simulator.ledger.charged("EUR"), 2 * 1245)
  })

  it.each([
    ["their callers wait", {}, 200],
    ["their callers ask later", { prefer: "respond-async" }, 202]
  ])("says in its log that it waits for the payments under way when it stops: %s", async (_, headers, status) => {
    await using terminal = await startTerminal({ port: 0, cardholder: Cardholder.manual })
    const gateway = await startGatewayProcess(["--dial", `127.0.0.1:${terminal.port}`, "--store", newStore()])
    const paid = fetch(`${gateway.url}/v1/connector/order`, {
      method: "POST",
      headers: { authorization, "content-type": "application/json", connection: "close", ...headers },
      body: JSON.stringify(orderAt(terminal.port, "STOPPING"))
    })
    await until("the terminal is woken", () => terminal.simulator.state().stage === "woken")
    gateway.stop()
    await until("the gateway logs that it stops", () => gateway.log().includes('"stopping"'))
    assert.isTrue(terminal.simulator.presentCard(TestCard.standard))
    assert.strictEqual((await paid).status, status)
    assert.strictEqual(await gateway.ended, 0)
    const lines = gateway
      .log()
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line))
    assert.deepStrictEqual(
      lines.flatMap(({ level, stopping }) => (stopping === undefined ? [] : [`${level} ${stopping}`])),
      ["INFO waits for the payments under way: 1"]
    )
  })

  it.each<readonly [string, () => ReadonlyArray<string>, string]>([
    ["a store", () => dial, "--store PATH is needed: attempts must survive a crash"],
    ["terminals", () => ["--store", newStore()], "name its terminals: --dial HOST[:PORT]"],
    [
      "a terminal's address",
      () => ["--dial", "192.0.2.1:0", "--store", newStore()],
      "--dial: expected HOST or HOST:PORT, got 192.0.2.1:0"
    ],
    [
      "a name to be called by",
      () => [...dial, "--store", newStore(), "--allow-host", "pos.shop.example:443"],
      "--allow-host: expected a host name such as pos.shop.example, without scheme or port, got pos.shop.example:443"
    ],
    [
      "a program for its alarms",
      () => [...dial, "--store", newStore(), "--alarm-command", "/nonexistent"],
      "--alarm-command: expected a program that this user may run, got /nonexistent"
    ],
    [
      "a database that a name is for",
      () => [...dial, "--store", newStore(), "--instance", "one"],
      "--instance goes with --store postgres://…"
    ],
    [
      "a database that a lease is for",
      () => [...dial, "--store", newStore(), "--lease", "15s"],
      "--lease goes with --store postgres://…"
    ],
    [
      "somebody to tell alarms to",
      () => [...dial, "--store", newStore(), "--alarm-unknown-after", "5m"],
      "--alarm-unknown-after goes with --alarm-url or --alarm-command"
    ],
    [
      "somebody to tell alarms to that wait in a file",
      () => [...dial, "--store", newStore(), "--alarm-outbox", newStore()],
      "--alarm-outbox goes with --alarm-url or --alarm-command"
    ],
    [
      "a webhook that a secret is for",
      () => [...dial, "--store", newStore(), "--alarm-secret-file", newStore()],
      "--alarm-secret-file goes with --alarm-url"
    ],
    [
      "a file for each of its flags",
      () => [...dial, "--store", join(folder, "one.db"), "--spool", `${folder}/./one.db`],
      "--store and --spool name the same file; each needs one of its own"
    ],
    [
      "terminals that it understands",
      () => ["--terminals", fileWith('{"terminals":[{"host":"a","port":"8888"}]}'), "--store", newStore()],
      "terminals[0].port"
    ],
    [
      "each terminal once",
      () => [...dial, "--dial", "192.0.2.1:8888", "--store", newStore()],
      "terminals[1].host: 192.0.2.1:8888 is already taken by terminals[0]"
    ],
    ["a store that it can open", () => [...dial, "--store", join(folder, "no", "such.db")], "cannot open the store"]
  ])("does not start without %s, and says so in one line", async (_, args, words) => {
    const { code, stdout, stderr } = await runGateway(["--port", "0", ...args()])
    assert.strictEqual(code, 2)
    assert.strictEqual(stdout, "")
    assert.include(stderr, words)
    assert.lengthOf(stderr.trimEnd().split("\n"), 1)
  })

  it.each([
    ["none", {}],
    ["the public default", { HIPAY_POS_USERNAME: "merchant", HIPAY_POS_PASSWORD: "secret" }]
  ])("does not start with a login out of %s", async (_, env) => {
    const { code, stderr } = await runGateway(["--port", "0", ...dial, "--store", newStore()], env)
    assert.strictEqual(code, 2)
    assert.include(stderr, "set a username and a password")
    assert.lengthOf(stderr.trimEnd().split("\n"), 1)
  })

  describe("takes what is not typed", () => {
    const stopped = async (args: ReadonlyArray<string>, env: Readonly<Record<string, string>>) => {
      const gateway = await startGatewayProcess(args, { env })
      gateway.stop()
      return gateway.ended
    }

    it("from the environment, as hipay-pos gateway does, and not the address that Kubernetes puts there", async () => {
      const store = newStore()
      const env = { HIPAY_POS_GATEWAY_STORE: store, HIPAY_POS_GATEWAY_DIAL: "192.0.2.1" }
      const service = { HIPAY_POS_GATEWAY_METRICS_PORT: "tcp://10.0.0.1:80" }
      assert.strictEqual(await stopped([], { ...env, ...service }), 0)
      assert.isTrue(existsSync(store))
      const required = { ...env, HIPAY_POS_GATEWAY_STORE: newStore(), HIPAY_POS_GATEWAY_REQUIRE_STORE: "true" }
      assert.include((await runGateway(["--port", "0"], { ...required, ...login })).stderr, "--require-store is set")
      assert.strictEqual(await stopped([], { ...required, HIPAY_POS_GATEWAY_REQUIRE_STORE: "false" }), 0)
    })

    it("from a file of settings, and leaves what that has for other verbs", async () => {
      const store = newStore()
      const file = fileWith(JSON.stringify({ url: "http://127.0.0.1:1", mock: { port: 1 }, gateway: { store } }))
      assert.strictEqual(await stopped([...dial, "--config", file], {}), 0)
      assert.isTrue(existsSync(store))
    })

    it("and names the place of what is wrong there", async () => {
      const refused = async (args: ReadonlyArray<string>, env: Readonly<Record<string, string>> = {}) => {
        const { code, stderr } = await runGateway([...dial, "--port", "0", ...args], { ...login, ...env })
        assert.strictEqual(code, 2)
        return stderr
      }
      const file = fileWith(JSON.stringify({ gateway: { stor: newStore() } }))
      assert.match(await refused(["--config", file]), /^hipay-pos-gateway: .*: gateway\.stor: no such setting/)
      assert.match(
        await refused(["--store", newStore()], { HIPAY_POS_GATEWAY_DRAIN_DELAY: "soon" }),
        /HIPAY_POS_GATEWAY_DRAIN_DELAY: --drain-delay: expected a length of time/
      )
    })
  })
})
