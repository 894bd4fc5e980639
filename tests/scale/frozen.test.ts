/**
 * A gateway that is frozen for longer than its lease, as on a suspended or overloaded machine, and then continues: with a
 * payment at the terminal, with a queued order, and with a connection that is made meanwhile.
 */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { readFileSync } from "node:fs"
import { connect, type Socket } from "node:net"
import { createInterface } from "node:readline"
import { setTimeout as sleep } from "node:timers/promises"
import type { StartedTerminal } from "@hipay-pos/terminal-simulator/node"
import { assert, describe, it } from "vitest"
import { bundleWithoutFence, type GatewayProcess, orderAt, startGatewayProcess } from "../gatewayProcess.ts"
import { until } from "../until.ts"
import { type Cluster, clustersOfFile } from "./cluster.ts"
import { skipped } from "./postgresServer.ts"

const startCluster = clustersOfFile()

const send = async (gateway: GatewayProcess, port: number, orderId: string): Promise<string> => {
  const response = await gateway.request("POST", "/v1/connector/order", orderAt(port, orderId))
  const { error } = (await response.json()) as { readonly error?: { readonly code: string } }
  return error === undefined ? String(response.status) : `${response.status} ${error.code}`
}

const stateOf = ({ sql }: Cluster, orderId: string) =>
  sql(`SELECT string_agg(state, ' ' ORDER BY number) FROM hipay_pos.attempts WHERE key LIKE '%${orderId}'`)

const reaches = ({ until }: Cluster, orderId: string, state: string) =>
  until(`SELECT count(*) FROM hipay_pos.attempts WHERE key LIKE '%${orderId}' AND state = '${state}'`, 1)

const isAsked = ({ simulator }: StartedTerminal) =>
  new Promise<void>((resolve) => {
    const stop = simulator.subscribe(({ _tag }) => {
      if (_tag !== "Request") return
      stop()
      resolve()
    })
  })

/** A proxy that connects to the terminal at the first byte it receives. */
const PROXY = `
  const { connect, createServer } = require("node:net")
  const server = createServer((caller) => {
    caller.on("error", () => {})
    caller.once("data", (first) => {
      const terminal = connect(Number(process.argv[1]), "127.0.0.1")
      terminal.on("error", () => caller.destroy())
      terminal.write(first)
      caller.pipe(terminal).pipe(caller)
    })
  })
  server.listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => console.log(server.address().port))`

/**
 * Starts a frozen proxy to a terminal, with its backlog full but for one place: the next connection stays pending until the
 * proxy is thawed.
 */
const startFrozenProxy = async ({ port: terminal }: StartedTerminal) => {
  const child = spawn(process.execPath, ["-e", PROXY, String(terminal)], { stdio: ["ignore", "pipe", "inherit"] })
  const [line] = await once(createInterface({ input: child.stdout }), "line")
  const port = Number(line)
  const fillers: Array<Socket> = []
  child.kill("SIGSTOP")
  const inHex = port.toString(16).toUpperCase().padStart(4, "0")
  /** Pending connections to it: the kernel's state 02, SYN_SENT. */
  const tried = () => readFileSync("/proc/net/tcp", "utf8").split(`:${inHex} 02 `).length - 1
  while (tried() === 0) {
    assert.isBelow(fillers.length, 1_000, "the queue of connections is full")
    fillers.push(connect(port, "127.0.0.1"))
    await sleep(50)
  }
  fillers.pop()?.destroy()
  await until("there is one place in the queue of connections", () => tried() === 0)
  return {
    port,
    /** Waits until a gateway dials the proxy. */
    dialled: async () => {
      await until("a gateway dials the terminal", () => tried() > 0)
    },
    /** Resumes the proxy, and waits until the gateway's connection is made. */
    thaw: async () => {
      child.kill("SIGCONT")
      await until("the gateway's connection stands", () => tried() === 0)
    },
    [Symbol.dispose]: () => {
      for (const filler of fillers) filler.destroy()
      child.kill("SIGKILL")
    }
  }
}

describe.skipIf(skipped !== "")(`a gateway that is frozen for longer than its lease${skipped}`, () => {
  it("in mid-payment passes on the terminal's answer, and the others wait until it has", {
    timeout: 180_000
  }, async () => {
    await using cluster = await startCluster({ pace: 1_000 })
    const [terminal] = cluster.terminals as [StartedTerminal]
    const [frozen, other] = await Promise.all([cluster.start("frozen"), cluster.start("other")])
    const asked = isAsked(terminal)
    const paid = send(frozen, terminal.port, "FROZEN_1_")
    await asked
    frozen.freeze()
    await reaches(cluster, "FROZEN_1_", "unknown")
    assert.strictEqual(await send(other, terminal.port, "FROZEN_1_"), "409 attempt.unresolved")
    assert.strictEqual(await send(other, terminal.port, "FROZEN_2_"), "409 terminal.unresolved")
    frozen.thaw()
    assert.strictEqual(await paid, "200")
    await reaches(cluster, "FROZEN_1_", "approved")
    assert.strictEqual(await send(other, terminal.port, "FROZEN_2_"), "200")
    assert.deepStrictEqual(["FROZEN_1_", "FROZEN_2_"].map(cluster.charges), [1, 1])
  })

  it("with a queued order sends none of it, because it has been paid elsewhere", { timeout: 180_000 }, async () => {
    await using cluster = await startCluster({ pace: 2_000 })
    const [terminal] = cluster.terminals as [StartedTerminal]
    const [frozen, other] = await Promise.all([cluster.start("frozen"), cluster.start("other")])
    const asked = isAsked(terminal)
    const before = send(other, terminal.port, "LINE_1_")
    await asked
    const inLine = send(frozen, terminal.port, "LINE_2_")
    await cluster.until("SELECT count(*) FROM hipay_pos.attempts WHERE queued", 1)
    frozen.freeze()
    await reaches(cluster, "LINE_2_", "not-started")
    assert.strictEqual(await before, "200")
    assert.strictEqual(await send(other, terminal.port, "LINE_2_"), "200")
    frozen.thaw()
    // If it was frozen before it learned that its order is queued, it cannot report the earlier outcome.
    assert.match(await inLine, /^(400 |500 attempts\.unreadable$)/)
    assert.strictEqual(stateOf(cluster, "LINE_2_"), "not-started approved")
    assert.strictEqual(cluster.charges("LINE_2_"), 1)
  })

  it("while it dials sends nothing over the connection that is then made; without the fence the order is charged twice", {
    timeout: 180_000
  }, async () => {
    const program = await bundleWithoutFence()
    await using cluster = await startCluster({ terminals: 2 })
    const [one, two] = cluster.terminals as [StartedTerminal, StartedTerminal]
    using atOne = await startFrozenProxy(one)
    using atTwo = await startFrozenProxy(two)
    const dial = [atOne, atTwo].flatMap(({ port }) => ["--dial", `127.0.0.1:${port}`])
    const start = (name: string, program?: string) =>
      startGatewayProcess(
        [...dial, "--store", cluster.store, "--instance", name, "--lease", "4s", "--connect-timeout", "100s"],
        program === undefined ? {} : { program }
      )
    const other = await cluster.start("other", dial)
    const [fenced, open] = await Promise.all([start("with-fence"), start("without-fence", program)])
    try {
      const orders = [
        { gateway: fenced, proxy: atOne, orderId: "DIAL_1_" },
        { gateway: open, proxy: atTwo, orderId: "DIAL_2_" }
      ]
      const answers = orders.map(({ gateway, proxy, orderId }) => send(gateway, proxy.port, orderId))
      const freeze = async ({ gateway, proxy }: (typeof orders)[number]) => {
        await proxy.dialled()
        gateway.freeze()
        await proxy.thaw()
      }
      await Promise.all(orders.map(freeze))
      for (const { proxy, orderId } of orders) {
        await reaches(cluster, orderId, "unknown")
        const id = cluster.sql(`SELECT id FROM hipay_pos.attempts WHERE key LIKE '%${orderId}'`)
        const word = { outcome: "declined", by: "Ada", evidence: "the terminal shows nothing", override: true }
        assert.strictEqual((await other.request("POST", `/attempts/${id}/resolve`, word)).status, 200)
        assert.strictEqual(await send(other, proxy.port, orderId), "200")
        assert.strictEqual(cluster.charges(orderId), 1)
      }
      for (const { gateway } of orders) gateway.thaw()
      const [told] = await Promise.all(answers)
      assert.match(told ?? "", /^400 /)
      assert.deepStrictEqual(
        orders.map(({ orderId }) => cluster.charges(orderId)),
        [1, 2]
      )
      assert.strictEqual(stateOf(cluster, "DIAL_1_"), "declined approved")
    } finally {
      for (const gateway of [fenced, open]) gateway.kill()
      await Promise.all([fenced.ended, open.ended])
    }
  })
})
