/**
 * The database of two gateways is lost in the middle of payments, and its synchronous standby takes over.
 *
 * What the terminals charged is compared with what tills were told and what is on record: no order is charged twice, none is
 * lost, and a payment that was answered is on record as approved even if its end could not be written at the time. Two
 * failovers run with the other tests; `SCALE_FAILOVERS=50` runs that many.
 */
import { setTimeout as sleep } from "node:timers/promises"
import { assert, describe, it } from "vitest"
import { type GatewayProcess, orderAt } from "../gatewayProcess.ts"
import { until } from "../until.ts"
import { clustersOfFile } from "./cluster.ts"
import { connect } from "./databases.ts"
import { skipped, startPostgres, startStandby } from "./postgresServer.ts"

const startCluster = clustersOfFile()

const FAILOVERS = Number(process.env.SCALE_FAILOVERS ?? 2)
const TERMINALS = 8

interface Told {
  readonly status: number
  readonly code: string | undefined
}

const send = async (gateway: GatewayProcess, port: number, orderId: string): Promise<Told> => {
  const response = await gateway.request("POST", "/v1/connector/order", orderAt(port, orderId))
  const { error } = (await response.json()) as { readonly error?: { readonly code: string } }
  return { status: response.status, code: error?.code }
}

const attemptsOf = async (gateway: GatewayProcess, orderId: string) => {
  const listed = await gateway.request("GET", `/attempts?q=${orderId}`)
  if (listed.status !== 200) return undefined
  const { attempts } = (await listed.json()) as {
    readonly attempts: ReadonlyArray<{ readonly id: string; readonly state: string }>
  }
  return attempts
}

describe.skipIf(skipped !== "")(`gateways whose database fails over${skipped}`, () => {
  it("write to the server that takes writes, whichever of the hosts comes first", { timeout: 180_000 }, async () => {
    const primary = await startPostgres("fsync = off")
    try {
      const standby = await startStandby(primary)
      try {
        const url = `postgres://postgres@127.0.0.1:${standby.port},127.0.0.1:${primary.port}/postgres`
        // On a busy machine, opening ten connections to both servers takes longer than a payment would wait.
        const database = await connect(url, { deadline: 60_000 })
        const asked = Array.from({ length: 40 }, () => database.query("SELECT pg_is_in_recovery() AS standby"))
        const answers = (await Promise.all(asked)).flatMap((rows) => rows.map(({ standby }) => standby))
        await database.close()
        assert.deepStrictEqual(
          answers,
          Array.from({ length: 40 }, () => false)
        )
      } finally {
        standby.remove()
      }
    } finally {
      primary.remove()
    }
  })

  it("charge no order twice, lose none, and have on record what they answered", { timeout: 3_600_000 }, async () => {
    await using cluster = await startCluster({ terminals: TERMINALS, pace: 150, ownServer: true })
    let primary = cluster.server
    let standby = await startStandby(primary)
    try {
      primary.psql("ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (*)'")
      primary.psql("SELECT pg_reload_conf()")
      const hosts = cluster.store.replace(`:${primary.port}/`, `:${primary.port},127.0.0.1:${standby.port}/`)
      const gateways = await Promise.all(["a", "b"].map((name) => cluster.start(name, [], {}, hosts)))
      const [a, b] = gateways as [GatewayProcess, GatewayProcess]
      const seen = { orders: 0, answered: 0, unknown: 0, refused: 0, slowest: 0 }

      for (let failover = 1; failover <= FAILOVERS; failover++) {
        const told = new Map<string, { readonly port: number; answer: Told }>()
        let isOver = false
        const tills = cluster.terminals.map(async ({ port }, till) => {
          for (let sale = 1; !isOver; sale++) {
            const orderId = `FAIL_${failover}_${till}_${sale}_`
            const answer = await send(till % 2 === 0 ? a : b, port, orderId)
            told.set(orderId, { port, answer })
            // A till whose payment fails stops until a person has looked.
            if (answer.status !== 200) return
          }
        })
        await sleep(300 + ((failover * 97) % 450))
        primary.stop("immediate")
        const lost = performance.now()
        standby.promote()
        primary.follow(standby)
        ;[primary, standby] = [standby, primary]
        await sleep(100)
        isOver = true
        await Promise.all(tills)

        for (const gateway of gateways)
          await until(
            "the gateways take orders again",
            async () => (await gateway.request("GET", "/readyz")).status === 200
          )
        seen.slowest = Math.max(seen.slowest, performance.now() - lost)

        for (const [orderId, { port, answer }] of told) {
          seen.orders++
          const charged = cluster.charges(orderId)
          assert.isAtMost(charged, 1, orderId)
          const attempts = await until(`${orderId} is decided`, async () => {
            const found = await attemptsOf(a, orderId)
            return found?.every(({ state }) => state !== "open") && found
          })
          const states = attempts.map(({ state }) => state)
          if (answer.status === 200) {
            seen.answered++
            await until(`${orderId} was answered, and is on record`, async () =>
              (await attemptsOf(a, orderId))?.some(({ state }) => state === "approved")
            )
            assert.strictEqual(charged, 1, orderId)
            continue
          }
          seen.refused++
          if (charged > 0) assert.include(["approved", "unknown"], states[0], `${orderId} is not lost`)
          const unknown = attempts.find(({ state }) => state === "unknown")
          if (unknown !== undefined) {
            seen.unknown++
            const word = { outcome: charged > 0 ? "approved" : "declined", by: "the test", evidence: "the ledger" }
            const resolved = await a.request("POST", `/attempts/${unknown.id}/resolve`, { ...word, override: true })
            // The terminal's own answer may have come first.
            assert.oneOf(resolved.status, [200, 409])
          }
          // Each claim waits for the new standby, which may still be catching up.
          const again = await until(`${orderId} is refused or paid`, async () => {
            const answer = await send(b, port, orderId)
            return answer.status !== 500 && answer
          })
          assert.include([200, 409], again.status, `${orderId}: ${again.code}`)
          assert.strictEqual(cluster.charges(orderId), 1, orderId)
        }
      }
      console.log(
        `${FAILOVERS} failovers, ${seen.orders} orders: ${seen.answered} answered and on record, ${seen.refused} refused or unknown to the till, ${seen.unknown} of them resolved; ready again after ${(seen.slowest / 1000).toFixed(1)} s at most`
      )
    } finally {
      standby.remove()
      primary.remove()
    }
  })
})
