/** Lists of a shared store: how much they read, and that payments do not wait for them. */
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { type Database, PostgresStore } from "@hipay-pos/gateway/postgres"
import type { AttemptStore } from "@hipay-pos/server/AttemptStore"
import { attempt, frames, put, setAside } from "@hipay-pos/server/testing"
import * as Effect from "effect/Effect"
import { vi } from "vitest"
import { connected, startMigrated } from "./databases.ts"
import { type PostgresServer, skipped } from "./postgresServer.ts"

const DAY = 86_400_000

/** How many rows a plan's node read, including all nodes below it. */
interface Node {
  readonly "Node Type": string
  readonly "Actual Rows": number
  readonly "Actual Loops": number
  readonly "Rows Removed by Filter"?: number
  readonly Plans?: ReadonlyArray<Node>
}

const rowsRead = (node: Node): number =>
  (/^(?!Bitmap Index).*Scan/.test(node["Node Type"])
    ? node["Actual Loops"] * (node["Actual Rows"] + (node["Rows Removed by Filter"] ?? 0))
    : 0) + (node.Plans ?? []).reduce((sum, each) => sum + rowsRead(each), 0)

describe.skipIf(skipped !== "")(`lists of a shared store${skipped}`, () => {
  let server: PostgresServer
  let url = ""
  beforeAll(async () => {
    ;({ server, template: url } = await startMigrated())
  })
  afterAll(() => server.remove())

  const connect = (options?: Parameters<typeof Database.connect>[1]) => connected(url, options)

  it.effect("read what they show and little more, however large the store is", () =>
    Effect.gen(function* () {
      const database = yield* connect()
      const asked: Array<Parameters<typeof database.query>> = []
      const noting = {
        ...database,
        list: (...query: Parameters<typeof database.list>) => {
          asked.push(query)
          return database.list(...query)
        }
      }
      const store = yield* Effect.acquireRelease(
        Effect.promise(() =>
          PostgresStore.open({ database: noting, frames, name: "one", version: "1", settings: "", lease: 120_000 })
        ),
        (store) => Effect.promise(() => store.close())
      )
      // Twenty days of a thousand orders at ten terminals, up to now.
      const now = Date.now()
      // Approved by a person, because some of its copies become unknown below, and an unknown attempt may have a resolution.
      const resolutions = [{ ...setAside, outcome: "approved" }] as const
      yield* put(store, attempt("model", { state: "approved", resolutions, login: "LOGIN", openedAt: 1 }))
      yield* Effect.promise(() =>
        database.query(
          `WITH made AS (
              SELECT 'a' || i AS id, CASE i % 5000 WHEN 0 THEN 'quiet' ELSE 'till' END AS login, i % 10 AS terminal,
                $1::bigint - (20000 - i) * 86400 AS at, CASE i % 4000 WHEN 0 THEN 'unknown' ELSE 'approved' END AS state
              FROM generate_series(1, 20000) AS i
            ), texts AS (
              SELECT m.*, replace(replace(a.key, 'model', m.id), 'LOGIN', m.login) AS key,
                '10.0.0.' || m.terminal || ':8888' AS address,
                replace(replace(replace(replace(a.json, '"model"', '"' || m.id || '"'), 'LOGIN', m.login),
                  '"openedAt":1,', '"openedAt":' || m.at || ','), '"state":"approved"', '"state":"' || m.state || '"') AS json
              FROM made m, hipay_pos.attempts a ORDER BY m.at
            )
            INSERT INTO hipay_pos.attempts
                (id, key, login, instance, state, queued, opened_at, words, customer, terminal, json)
              SELECT id, key, login, 'i', state, false, at, concat_ws(E'\\n', id, address, login), false, address, json
              FROM texts`,
          [now]
        )
      )
      yield* Effect.promise(() => database.query("DELETE FROM hipay_pos.attempts WHERE id = 'model'"))
      yield* Effect.promise(() => database.query("ANALYZE hipay_pos.attempts"))
      const reads = Effect.fnUntraced(function* (filter: Parameters<AttemptStore["list"]>[0]) {
        asked.length = 0
        const { length } = yield* store.list(filter)
        let rows = 0
        for (const [sql, values] of asked) {
          const [row] = yield* Effect.promise(() =>
            database.query(`EXPLAIN (ANALYZE, FORMAT JSON, TIMING OFF) ${sql}`, values)
          )
          const plans = (row?.["QUERY PLAN"] ?? []) as ReadonlyArray<{ readonly Plan: Node }>
          for (const { Plan } of plans) rows += rowsRead(Plan)
        }
        return { length, rows }
      })
      const few = 2_500
      const all = yield* reads({})
      assert.strictEqual(all.length, 20_000)
      assert.isAbove(all.rows, 19_999)
      for (const [filter, length] of [
        [{ limit: 100 }, 100],
        [{ limit: 100, before: "a10000" }, 100],
        [{ login: "quiet", limit: 100 }, 4],
        [{ login: "till", orderId: "a7", idempotencyKey: "none" }, 0],
        [{ state: "unknown" }, 5],
        [{ state: "unknown", to: now - 10 * DAY }, 2],
        [{ state: "open" }, 0],
        [{ from: now - 15 * DAY, to: now - 14 * DAY }, 1_000],
        [{ from: now - 15 * DAY, to: now - 14 * DAY, limit: 100 }, 100],
        [{ from: now - DAY, text: "10.0.0.7:8888" }, 100],
        [{ from: now + DAY }, 0]
      ] as const) {
        const found = yield* reads(filter)
        assert.strictEqual(found.length, length, JSON.stringify(filter))
        assert.isBelow(found.rows, few, JSON.stringify(filter))
      }
      // Attempts dated by a slow clock and a fast one, and imported later.
      yield* put(store, attempt("behind", { openedAt: now - 15 * DAY + 1 }))
      for (let i = 0; i < 3; i++) yield* put(store, attempt(`imported ${i}`, { openedAt: now - 3 * DAY + 1 }))
      yield* Effect.promise(() =>
        database.query(
          `UPDATE hipay_pos.attempts SET opened_at = $1::bigint, json = replace(json, '"openedAt":' || opened_at || ',',
          '"openedAt":' || $1::bigint || ',') WHERE id = 'a100'`,
          [now - 8 * DAY + 1]
        )
      )
      for (const [days, length, last] of [
        [15, 1_001, "a5001"],
        [8, 1_001, "a100"],
        [3, 1_003, "a17001"]
      ] as const) {
        const day = { from: now - days * DAY + 1, to: now - (days - 1) * DAY + 1 }
        const found = yield* reads(day)
        assert.strictEqual(found.length, length)
        assert.isBelow(found.rows, 3_100, `${days} days ago`)
        const walked: Array<string> = []
        for (let before: string | undefined; ; before = walked.at(-1)) {
          const page = yield* store.list({ ...day, limit: 400, before })
          walked.push(...page.map(({ id }) => id))
          if (page.length < 400) break
        }
        assert.strictEqual(new Set(walked).size, length)
        assert.strictEqual(walked.at(-1), last)
      }
    })
  )

  it.effect("read a day in full pages, even if one of its attempts has a number far from the others", () =>
    Effect.gen(function* () {
      const database = yield* connect()
      yield* Effect.promise(() => database.query("DELETE FROM hipay_pos.attempts"))
      let asked = 0
      const noting = {
        ...database,
        list: (...query: Parameters<typeof database.list>) => {
          asked++
          return database.list(...query)
        }
      }
      const store = yield* Effect.acquireRelease(
        Effect.promise(() =>
          PostgresStore.open({ database: noting, frames, name: "two", version: "1", settings: "", lease: 120_000 })
        ),
        (store) => Effect.promise(() => store.close())
      )
      // Dated by a fast clock.
      yield* put(store, attempt("early", { openedAt: DAY }))
      for (let i = 0; i < 20; i++) yield* put(store, attempt(`before ${i}`))
      for (const id of ["one", "two"]) yield* put(store, attempt(id, { openedAt: DAY + 1 }))
      const found = yield* store.list({ from: DAY, to: 2 * DAY, limit: 3 })
      assert.deepStrictEqual(
        found.map(({ id }) => id),
        ["two", "one", "early"]
      )
      // One row to find where it is, one page of the requested size, and one whole page.
      assert.strictEqual(asked, 3)
      assert.lengthOf(yield* store.list({ from: DAY, to: 2 * DAY, limit: 1 }), 1)
    })
  )

  it.effect("are ended by the database when they take too long, over connections of their own", () =>
    Effect.gen(function* () {
      const database = yield* connect({ listTimeout: 500 })
      const backend = (query: Database.Database["query"]) =>
        Effect.map(
          Effect.promise(() => query("SELECT pg_backend_pid() AS pid")),
          ([row]) => row?.pid
        )
      const own = yield* backend(database.list)
      assert.notStrictEqual(yield* backend(database.query), own)
      const failed = yield* Effect.flip(
        Effect.tryPromise({ try: () => database.list("SELECT pg_sleep(600)"), catch: (error) => String(error) })
      )
      assert.strictEqual(failed, "Error: the database ended a query that took too long; ask for less, such as one day")
    })
  )

  it.effect("and late payments do not cut off other queries in flight", () =>
    Effect.gen(function* () {
      const [database, holder] = [yield* connect({ deadline: 3_000 }), yield* connect()]
      const locks = yield* Effect.promise(() => holder.query("SELECT pg_advisory_lock(1), pg_advisory_lock(2)"))
      assert.lengthOf(locks, 1)
      yield* Effect.promise(() => database.query("SELECT 1"))
      vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] })
      yield* Effect.addFinalizer(() => Effect.sync(() => void vi.useRealTimers()))
      const late = database.query("SELECT pg_advisory_lock(1)").catch((error: Error) => error.message)
      vi.advanceTimersByTime(2_000)
      const other = database.query("SELECT pg_advisory_lock(2)").catch((error: Error) => error.message)
      vi.advanceTimersByTime(1_000)
      assert.strictEqual(yield* Effect.promise(() => late), "the database did not answer within 3 s")
      yield* Effect.promise(() => vi.advanceTimersByTimeAsync(1))
      assert.deepStrictEqual(yield* Effect.promise(() => holder.query("SELECT pg_advisory_unlock(2) AS free")), [
        { free: true }
      ])
      assert.deepStrictEqual(yield* Effect.promise(() => other), [{ pg_advisory_lock: "" }])
      vi.useRealTimers()
    })
  )

  it.effect("and a late payment makes claims and ends use new connections, too", () =>
    Effect.gen(function* () {
      const [database, holder] = [yield* connect({ deadline: 3_000 }), yield* connect()]
      yield* Effect.promise(() => holder.query("SELECT pg_advisory_lock(1)"))
      const backends = Effect.promise(() =>
        Promise.all(
          (["any", "claims", "ends"] as const).map(async (over) => {
            const [row] = await database.query("SELECT pg_backend_pid() AS pid", [], over)
            return row?.pid
          })
        )
      )
      const before = yield* backends
      assert.deepStrictEqual(yield* backends, before)
      vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] })
      yield* Effect.addFinalizer(() => Effect.sync(() => void vi.useRealTimers()))
      const late = database.query("SELECT pg_advisory_lock(1)").catch((error: Error) => error.message)
      vi.advanceTimersByTime(3_000)
      assert.strictEqual(yield* Effect.promise(() => late), "the database did not answer within 3 s")
      vi.useRealTimers()
      assert.lengthOf(new Set([...before, ...(yield* backends)]), 6)
    })
  )
})
