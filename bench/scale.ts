/**
 * `pnpm bench scale`: round trips per order on a shared store, by PostgreSQL's own count, and orders per second of one instance
 * compared with SQLite.
 *
 * 32 callers pay at 32 terminals that answer at once, in this process. The stores alternate, so that a slow minute of the
 * machine slows both. Needs PostgreSQL on this machine.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Frames from "@hipay-pos/concert-codec/Frames"
import { DialledTerminals } from "@hipay-pos/gateway"
import { Address, Database, migrate, PostgresStore } from "@hipay-pos/gateway/postgres"
import { type AttemptStore, Attempts, KeptOrder, OwedEnds, validate } from "@hipay-pos/server"
import { SqliteStore } from "@hipay-pos/server/node"
import { TerminalSimulator } from "@hipay-pos/terminal-simulator"
import * as Effect from "effect/Effect"
import { skipped, startPostgres } from "../tests/scale/postgresServer.ts"
import type { Figure, Measure } from "./measure/Figure.ts"
import { median, rounded } from "./measure/statistics.ts"
import { smallOrder } from "./server/orders.ts"

const CALLERS = 32
const ROUNDS = Number(process.env.ROUNDS ?? 8)
const ORDERS = Number(process.env.ORDERS ?? 25)

/** One turn of a store. */
interface Round {
  readonly perSecond: number
  readonly microseconds: number
}

const hostOf = (till: number) => `192.0.2.${till + 10}`

/** A gateway over a store: pays with so many callers, and returns the orders per second and the processor time of each. */
const gatewayOver = Effect.fnUntraced(function* (kept: AttemptStore.AttemptStore) {
  const store = OwedEnds.over(kept)
  const simulators = yield* Effect.all(Array.from({ length: CALLERS }, () => TerminalSimulator.make()))
  const [first] = simulators
  if (first === undefined) return yield* Effect.die("no terminal")
  const terminals = DialledTerminals.make({
    terminals: simulators.map((_, till) => ({ host: hostOf(till) })),
    connector: {
      ...first.connector,
      connect: (address) => (simulators[Number(address.host.split(".")[3]) - 10] ?? first).connector.connect(address)
    },
    store
  })
  const attempts = yield* Attempts.make({ store, terminals })
  const pay = Effect.fnUntraced(function* (till: number) {
    const read = validate(smallOrder(hostOf(till)), "strict")
    if (read._tag !== "Accepted") return yield* Effect.die("the order is not valid")
    const { request, findings } = read
    const { state } = yield* attempts.pay({ login: "shop", request, order: new KeptOrder(read.body), findings })
    if (state !== "approved") return yield* Effect.die(`the order is ${state}`)
  })
  return Effect.fnUntraced(function* (callers: number) {
    const began = performance.now()
    const { user, system } = process.cpuUsage()
    const tills = Array.from({ length: callers }, (_, till) => Effect.repeat(pay(till), { times: ORDERS - 1 }))
    yield* Effect.all(tills, { concurrency: "unbounded", discard: true })
    const perSecond = (callers * ORDERS) / ((performance.now() - began) / 1000)
    const spent = process.cpuUsage({ user, system })
    return { perSecond, microseconds: (spent.user + spent.system) / (callers * ORDERS) }
  })
})

export const measure: Measure = async () => {
  if (skipped !== "") {
    return ["throughput-alone", "throughput", "round-trips", "other-round-trips"].map((name) => ({
      name: `scale.${name}`,
      leftOut: skipped
    }))
  }
  const figures: Array<Figure> = []
  const folder = mkdtempSync(join(tmpdir(), "hipay-pos-bench-scale-"))
  const server = await startPostgres()
  try {
    const url = server.database()
    const name = url.split("/").at(-1)
    const database = await Database.connect(Address.read(url, {}))
    await migrate(database)
    server.psql("CREATE EXTENSION pg_stat_statements", name)
    const instance = { name: "one", version: "", settings: "", lease: 15_000 }
    const shared = await PostgresStore.open({ database, frames: Frames, ...instance })
    const calls = (which: string) =>
      Number(
        server.psql(
          `SELECT coalesce(sum(calls), 0) FROM pg_stat_statements WHERE toplevel AND dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND ${which}`,
          name
        )
      )
    await Effect.runPromise(
      Effect.scoped(
        Effect.gen(function* () {
          const file = yield* SqliteStore.open({ path: join(folder, "store.db"), mode: "gateway", frames: Frames })
          const sqlite = yield* gatewayOver(file)
          const postgres = yield* gatewayOver(shared)
          for (const callers of [1, CALLERS]) {
            yield* sqlite(callers)
            yield* postgres(callers)
            const rounds = { sqlite: [] as Array<Round>, postgres: [] as Array<Round> }
            server.psql("SELECT pg_stat_statements_reset()", name)
            for (let round = 0; round < ROUNDS; round++) {
              rounds.sqlite.push(yield* sqlite(callers))
              rounds.postgres.push(yield* postgres(callers))
            }
            const paid = ROUNDS * callers * ORDERS
            const acts =
              "(query LIKE '%hipay_pos.claim_%' OR query LIKE '%hipay_pos.change_%' OR query LIKE '%turn_v2%')"
            const own = calls(acts) / paid
            const rest = calls(`NOT ${acts} AND query NOT LIKE '%pg_stat_statements%'`) / paid
            const middle = (of: "sqlite" | "postgres", what: keyof Round) =>
              Math.round(median(rounds[of].map((round) => round[what])))
            const ratios = rounds.postgres.map(
              ({ perSecond }, round) => perSecond / (rounds.sqlite[round]?.perSecond ?? Number.NaN)
            )
            const ratio = {
              value: rounded(median(ratios)),
              beside: {
                perSecond: middle("postgres", "perSecond"),
                sqlitePerSecond: middle("sqlite", "perSecond"),
                // Processor time of the gateway and its terminals, without the database's.
                microseconds: middle("postgres", "microseconds"),
                sqliteMicroseconds: middle("sqlite", "microseconds")
              }
            }
            if (callers === 1) figures.push({ name: "scale.throughput-alone", ...ratio })
            else
              figures.push(
                { name: "scale.throughput", ...ratio },
                { name: "scale.round-trips", value: rounded(own) },
                { name: "scale.other-round-trips", value: rounded(rest) }
              )
          }
        })
      )
    )
    await shared.close()
    await database.close()
  } finally {
    server.remove()
    rmSync(folder, { recursive: true })
  }
  return figures
}
