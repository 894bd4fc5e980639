/**
 * A gateway that is cut off: from the database, from the terminals, or from both, one link after the other. It runs in a
 * network namespace whose links go silent; another gateway on the same store can still reach the terminals. The comparison
 * with a gateway without the fence runs with `SCALE_PARTITION=1`.
 */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type StartedTerminal, startTerminal } from "@hipay-pos/terminal-simulator/node"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { bundleWithoutFence, type GatewayProcess, orderAt, runGateway, startGatewayProcess } from "../gatewayProcess.ts"
import { until } from "../until.ts"
import { machine, skipped as noNamespaces } from "./namespaces.ts"
import { skipped as noPostgres, type PostgresServer, startPostgres } from "./postgresServer.ts"

const skipped = noPostgres || noNamespaces
const HERE = machine.here("terminals")

const startsAt = async (pace: number) =>
  startTerminal({
    host: HERE,
    port: 0,
    closesAfterAnswer: true,
    pace: {
      ...{ woken: pace, cardPresented: 0, pin: 0, authorising: 0, printing: 0, walkAway: 0, jitter: 0 },
      inputTimeout: 60_000
    }
  })

const order = ({ port }: StartedTerminal, orderId: string) => {
  const body = orderAt(port, orderId)
  return { ...body, pos_technical_info: { ...body.pos_technical_info, host_information: { host: HERE, port } } }
}

const chargesOf = ({ simulator }: StartedTerminal, orderId: string) =>
  simulator.ledger.entries().filter(({ privateData }) => privateData === orderId).length

const send = async (gateway: GatewayProcess, terminal: StartedTerminal, orderId: string): Promise<string> => {
  const response = await gateway.request("POST", "/v1/connector/order", order(terminal, orderId))
  const { error } = (await response.json()) as { readonly error?: { readonly code: string } }
  return error === undefined ? String(response.status) : `${response.status} ${error.code}`
}

describe.skipIf(skipped !== "")(`a gateway that is cut off${skipped}`, () => {
  let server: PostgresServer
  let store = ""
  let near: GatewayProcess
  const terminals: Array<StartedTerminal> = []
  const gateways: Array<GatewayProcess> = []
  const files = mkdtempSync(join(tmpdir(), "partition-"))

  const sql = (text: string) => server.psql(text, "store_1")
  const stateOf = (orderId: string) =>
    sql(`SELECT string_agg(state, ' ' ORDER BY number) FROM hipay_pos.attempts WHERE key LIKE '%${orderId}'`)
  const idOf = (orderId: string) => sql(`SELECT id FROM hipay_pos.attempts WHERE key LIKE '%${orderId}'`)
  const args = (instance: string, more: ReadonlyArray<string>) => [
    ...terminals.flatMap(({ port }) => ["--dial", `${HERE}:${port}`]),
    ...["--store", store, "--instance", instance, "--lease", "3s", "--drain-delay", "0s", ...more]
  ]
  const away = async (instance: string, more: ReadonlyArray<string>, program?: string) => {
    const gateway = await startGatewayProcess(args(instance, ["--host", machine.there("tills"), ...more]), {
      through: machine.through,
      ...(program === undefined ? {} : { program })
    })
    gateways.push(gateway)
    return gateway
  }

  beforeAll(async () => {
    chmodSync(files, 0o755)
    const access = join(files, "pg_hba.conf")
    writeFileSync(access, "local all all trust\nhost all all 127.0.0.1/32 trust\nhost all all 198.18.0.0/15 trust\n")
    server = await startPostgres(`listen_addresses = '127.0.0.1,${machine.here("database")}'\nhba_file = '${access}'`)
    const address = server.database()
    const migrated = await runGateway(["migrate", "--store", address])
    assert.strictEqual(migrated.code, 0, migrated.stderr)
    store = `${address.replace("127.0.0.1", machine.here("database"))}?sslmode=disable`
    terminals.push(await startsAt(6_000), await startsAt(10), await startsAt(10), await startsAt(10))
    near = await startGatewayProcess(args("near", []))
    gateways.push(near)
  }, 120_000)
  afterAll(async () => {
    for (const gateway of gateways) gateway.kill()
    await Promise.all(gateways.map(({ ended }) => ended))
    await Promise.all(terminals.map(({ close }) => close()))
    server?.remove()
    rmSync(files, { recursive: true, force: true })
  })

  it("from the database answers with what the terminal says, and the others wait until a person or the terminal has", {
    timeout: 240_000
  }, async () => {
    const [slow, other] = terminals as [StartedTerminal, StartedTerminal]
    const gateway = await away("cut-off", ["--connect-timeout", "2s"])
    let isAsked = false
    const stop = slow.simulator.subscribe(({ _tag }) => {
      isAsked ||= _tag === "Request"
    })
    const paid = send(gateway, slow, "CUT_1_")
    await until("the terminal is asked", () => isAsked)
    stop()
    machine.cut("database")
    await until("it is given up", () => stateOf("CUT_1_") === "unknown")
    assert.strictEqual(await send(near, slow, "CUT_2_"), "409 terminal.unresolved")
    assert.strictEqual(await send(near, slow, "CUT_1_"), "409 attempt.unresolved")
    assert.strictEqual(await paid, "200")
    await until("it says that it is not ready", async () => (await gateway.request("GET", "/readyz")).status === 503)
    assert.strictEqual(await send(gateway, other, "CUT_3_"), "500 attempts.unreadable")
    assert.strictEqual(await send(near, other, "CUT_3_"), "200")
    machine.heal("database")
    await until("the terminal's answer is on record", () => stateOf("CUT_1_") === "approved")
    await until("it is ready again", async () => (await gateway.request("GET", "/readyz")).status === 200)
    assert.strictEqual(await send(near, slow, "CUT_1_"), "409 attempt.already.approved")
    assert.deepStrictEqual([chargesOf(slow, "CUT_1_"), chargesOf(other, "CUT_3_")], [1, 1])

    machine.cut("terminals")
    assert.match(await send(gateway, other, "CUT_4_"), /^400 /)
    assert.strictEqual(stateOf("CUT_4_"), "not-started")
    assert.strictEqual(await send(near, other, "CUT_4_"), "200")
    machine.heal("terminals")
    assert.strictEqual(await send(gateway, other, "CUT_5_"), "200")
    assert.strictEqual(chargesOf(other, "CUT_4_"), 1)
  })

  it.skipIf(process.env.SCALE_PARTITION === undefined)(
    "and given up sends nothing once its connection comes about; without the fence the order is charged twice",
    {
      timeout: 240_000
    },
    async () => {
      const [, , fenced, open] = terminals as [StartedTerminal, StartedTerminal, StartedTerminal, StartedTerminal]
      const program = await bundleWithoutFence()
      const more = ["--connect-timeout", "100s"]
      const [held, free] = [await away("with-fence", more), await away("without-fence", more, program)]
      machine.cut("terminals")
      const answers = [send(held, fenced, "FENCE_1_"), send(free, open, "FENCE_2_")]
      const orders = [
        { orderId: "FENCE_1_", terminal: fenced },
        { orderId: "FENCE_2_", terminal: open }
      ]
      await until("both are claimed", () => orders.every(({ orderId }) => stateOf(orderId) === "open"))
      machine.cut("database")
      await until("both are given up", () => orders.every(({ orderId }) => stateOf(orderId) === "unknown"))
      for (const { orderId, terminal } of orders) {
        const word = { outcome: "declined", by: "Ada", evidence: "the terminal shows nothing", override: true }
        const resolved = await near.request("POST", `/attempts/${idOf(orderId)}/resolve`, word)
        assert.strictEqual(resolved.status, 200)
        assert.strictEqual(await send(near, terminal, orderId), "200")
        assert.strictEqual(chargesOf(terminal, orderId), 1)
      }
      machine.heal("terminals")
      const [told] = await Promise.all(answers)
      assert.match(told ?? "", /^400 /)
      assert.deepStrictEqual(
        orders.map(({ orderId, terminal }) => chargesOf(terminal, orderId)),
        [1, 2]
      )
      machine.heal("database")
      await until("what is charged is on record", () => stateOf("FENCE_2_") === "approved approved")
      assert.strictEqual(stateOf("FENCE_1_"), "declined approved")
    }
  )
})
