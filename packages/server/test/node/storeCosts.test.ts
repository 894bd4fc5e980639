/** The cost of the store while payments go on: it uses indexes, splits up work, and cleans nothing before a start. */
import { closeSync, mkdtempSync, openSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Scope from "effect/Scope"
import * as TestClock from "effect/testing/TestClock"
import type { Filter } from "../../src/attempts/AttemptStore.ts"
import { BATCH, DUE, makeCleanUp } from "../../src/node/cleanUp.ts"
import { QUERIES } from "../../src/node/guardTables.ts"
import { LAST } from "../../src/node/lastAt.ts"
import { DAY, toQuery } from "../../src/node/listing.ts"
import { BUSY_TIMEOUT } from "../../src/node/SqliteFile.ts"
import * as SqliteStore from "../../src/node/SqliteStore.ts"
import { attempt, ids, put, terminalAt } from "../attempts/storeLaws.ts"
import { frames } from "../frames.ts"

const folder = mkdtempSync(join(tmpdir(), "store-costs-"))
let files = 0
const newPath = () => join(folder, `${++files}.db`)
const open = (path: string, onWarning = (_: string): void => {}) =>
  SqliteStore.open({ path, mode: "mock", frames, onWarning })

const read = (path: string, sql: string) => {
  const database = new DatabaseSync(path, { readOnly: true })
  try {
    return database.prepare(sql).all()
  } finally {
    database.close()
  }
}

describe("a query of the store", () => {
  const plan = Effect.fnUntraced(function* (sql: string) {
    const path = newPath()
    yield* open(path)
    const marks = sql.replaceAll("?", "1")
    return read(path, `EXPLAIN QUERY PLAN ${marks}`).map(({ detail }) => String(detail))
  })
  it.effect.each(Object.entries({ ...QUERIES, ...LAST }).map(([name, sql]) => ({ name, sql })))(
    "for each order, of $name, reads indexes and nothing else",
    ({ sql }) =>
      Effect.gen(function* () {
        const steps = (yield* plan(sql.replaceAll(/\?\d/g, "?"))).filter((step) => /^(SEARCH|SCAN) \w/.test(step))
        assert.isNotEmpty(steps)
        for (const step of steps)
          assert.match(step, /^SEARCH \w+ USING .*(INDEX|PRIMARY KEY)|^SCAN \(subquery-1\)|^SCAN \(compound/)
      })
  )

  const filters: ReadonlyArray<Filter> = [
    {},
    { state: "unknown" },
    { login: "a" },
    { text: "a" },
    { from: 1, to: 2 },
    { login: "a", state: "open", text: "b", from: 1, to: 2 }
  ]
  it.effect.each(filters.map((filter) => ({ filter })))("for a list reads some rows in order: $filter", ({ filter }) =>
    Effect.gen(function* () {
      const steps = yield* plan(toQuery(filter).sql)
      assert.lengthOf(steps, 1)
      assert.match(
        steps[0] ?? "",
        /^SEARCH attempts USING (INTEGER PRIMARY KEY \(rowid>\? AND rowid<\?\)|INDEX attempts_by_state \(state=\? AND number>\? AND number<\?\))$/
      )
    })
  )

  it.effect.each([
    ["a day", DAY, "COVERING INDEX attempts_by_time"],
    ["what is due", DUE, "INDEX attempts_with_customer"]
  ] as const)("for %s uses its index", ([, sql, index]) =>
    Effect.gen(function* () {
      const steps = yield* plan(sql)
      assert.lengthOf(steps, 1)
      assert.include(steps[0], `SEARCH attempts USING ${index} (opened_at`)
    })
  )
})

describe("an attempt whose terminal nothing guards", () => {
  it.effect("is in no index of terminals", () =>
    Effect.gen(function* () {
      const path = newPath()
      const store = yield* open(path)
      const entries = () => read(path, "SELECT sum(ncell) AS count FROM dbstat WHERE name GLOB 'moved_by_*'")[0]?.count
      yield* put(store, attempt("1", { state: "approved" }))
      yield* put(store, attempt("2", { state: "unknown" }))
      assert.strictEqual(entries(), 0)
      yield* put(store, attempt("3", { state: "approved" }), terminalAt("till:8888"))
      assert.strictEqual(entries(), 1)
      yield* put(store, attempt("4", { state: "approved" }), terminalAt("lane:8888", "10.0.0.7:8888"))
      assert.strictEqual(entries(), 3)
    })
  )
})

describe("a long list", () => {
  it.live("leaves the event loop to others, and is complete", () =>
    Effect.gen(function* () {
      const store = yield* open(newPath())
      const order = { note: "x".repeat(200_000) }
      const all = Array.from({ length: 60 }, (_, i) => attempt(String(i), { order }))
      yield* Effect.all(
        all.map((each) => put(store, each)),
        { concurrency: "unbounded" }
      )
      let turns = 0
      let goesOn = true
      const count = () => {
        turns++
        if (goesOn) setImmediate(count)
      }
      setImmediate(count)
      const lists = yield* Effect.all([store.list({}), store.list({ text: "merchant" }), store.list({ limit: 7 })], {
        concurrency: "unbounded"
      })
      goesOn = false
      assert.deepStrictEqual(
        lists.map((list) => ids(list)),
        [ids(all).toReversed(), ids(all).toReversed(), ids(all).toReversed().slice(0, 7)]
      )
      assert.isAbove(turns, 3)
    })
  )

  it.effect("goes on over more attempts than are looked at at once", () =>
    Effect.gen(function* () {
      const path = newPath()
      yield* Effect.scoped(Effect.flatMap(open(path), (store) => put(store, attempt("first"))))
      const database = new DatabaseSync(path)
      database.exec("UPDATE sqlite_sequence SET seq = 9500 WHERE name = 'attempts'")
      database.close()
      const store = yield* open(path)
      yield* put(store, attempt("last"))
      assert.deepStrictEqual(ids(yield* store.list({})), ["last", "first"])
      assert.deepStrictEqual(ids(yield* store.list({ text: "first" })), ["first"])
      assert.deepStrictEqual(ids(yield* store.list({ before: "last" })), ["first"])
    })
  )
})

describe("the clean-up", () => {
  const due = (path: string) =>
    Number(read(path, "SELECT count(*) AS count FROM attempts WHERE customer = 1")[0]?.count)
  const month = SqliteStore.CUSTOMER_DATA + 1

  /** A store with this many month-old attempts with customer data, and one attempt without. */
  const old = Effect.fnUntraced(function* (count: number, order?: object) {
    const path = newPath()
    const store = yield* open(path)
    const people = order === undefined ? {} : { order: { ...order, customer: { email: "a@example.org" } } }
    const all = Array.from({ length: count }, (_, i) => attempt(String(i), people))
    yield* Effect.all(
      [...all, attempt("plain", { order: {} })].map((each) => put(store, each)),
      { concurrency: "unbounded" }
    )
    return path
  })

  it.effect("reads only those with customer data", () =>
    Effect.gen(function* () {
      assert.strictEqual(due(yield* Effect.scoped(old(3))), 3)
    })
  )

  it.effect("begins after the start, in batches with pauses", () =>
    Effect.gen(function* () {
      const path = yield* Effect.scoped(old(2 * BATCH.attempts + 1))
      yield* TestClock.setTime(month)
      yield* open(path)
      yield* TestClock.adjust("9 seconds")
      assert.strictEqual(due(path), 2 * BATCH.attempts + 1)
      yield* TestClock.adjust("1 second")
      assert.strictEqual(due(path), BATCH.attempts + 1)
      yield* TestClock.adjust("100 millis")
      assert.strictEqual(due(path), 1)
      yield* TestClock.adjust("100 millis")
      assert.strictEqual(due(path), 0)
    })
  )

  it.effect("takes fewer at a time if they are large", () =>
    Effect.gen(function* () {
      const path = yield* Effect.scoped(old(5, { note: "x".repeat(BATCH.bytes / 2) }))
      yield* TestClock.setTime(month)
      yield* open(path)
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual(due(path), 3)
    })
  )

  it.effect("that is interrupted goes on at the next start", () =>
    Effect.gen(function* () {
      const path = yield* Effect.scoped(old(BATCH.attempts + 1))
      yield* TestClock.setTime(month)
      const scope = yield* Scope.make()
      yield* Scope.provide(open(path), scope)
      yield* TestClock.adjust("10 seconds")
      yield* Scope.close(scope, Exit.void)
      assert.strictEqual(due(path), 1)
      yield* open(path)
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual(due(path), 0)
    })
  )

  it.effect("has writes wait for other processes as before where the log cannot be emptied", () =>
    Effect.gen(function* () {
      const path = yield* Effect.scoped(old(1))
      const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT })
      const descriptor = openSync(path, "r")
      const prepare = database.prepare.bind(database)
      database.prepare = (sql) => {
        if (sql.includes("wal_checkpoint")) throw new Error("disk I/O error")
        return prepare(sql)
      }
      const clean = makeCleanUp(
        { database, descriptor },
        ({ json }) => json,
        (work) => work()
      )
      const cleaned = yield* Effect.forkChild(Effect.flip(clean(month)), { startImmediately: true })
      yield* TestClock.adjust("1 second")
      assert.strictEqual((yield* Fiber.join(cleaned)).detail, "disk I/O error")
      assert.deepInclude(prepare("PRAGMA busy_timeout").get(), { timeout: BUSY_TIMEOUT })
      database.close()
      closeSync(descriptor)
    })
  )

  it.effect("leaves what cannot be read, and reports it each day until it can be", () =>
    Effect.gen(function* () {
      const path = yield* Effect.scoped(old(2 * BATCH.attempts))
      const change = (sql: string) => {
        const database = new DatabaseSync(path)
        database.exec(sql)
        database.close()
      }
      yield* Effect.scoped(open(path))
      change("UPDATE attempts SET json = '?' || json WHERE number < 8")
      yield* TestClock.setTime(month)
      const warnings: Array<string> = []
      const told = () => warnings.splice(0).filter((warning) => warning.includes("customer data"))
      const left = "customer data of 30 days ago stays in attempts that cannot be read: 0, 1, 2, 3, 4 and 2 more"
      yield* Effect.scoped(
        Effect.gen(function* () {
          yield* open(path, (warning) => void warnings.push(warning))
          yield* TestClock.adjust("11 seconds")
          assert.strictEqual(due(path), 7)
          assert.deepStrictEqual(told(), [left])
          yield* TestClock.adjust("1 day")
          assert.deepStrictEqual(told(), [left])
        })
      )
      change("UPDATE attempts SET json = substr(json, 2) WHERE number < 8")
      yield* open(path, (warning) => void warnings.push(warning))
      yield* TestClock.adjust("11 seconds")
      assert.strictEqual(due(path), 0)
      assert.deepStrictEqual(told(), [])
    })
  )

  it.effect("that fails is reported, and made up for on the next day", () =>
    Effect.gen(function* () {
      const path = yield* Effect.scoped(old(1))
      yield* TestClock.setTime(month)
      const warnings: Array<string> = []
      const store = yield* open(path, (warning) => void warnings.push(warning))
      const other = new DatabaseSync(path)
      other.exec("BEGIN IMMEDIATE")
      yield* TestClock.adjust("11 seconds")
      assert.deepStrictEqual(warnings, [
        "customer data of 30 days ago could not be removed, and is tried again in a day: database is locked"
      ])
      other.exec("ROLLBACK")
      other.close()
      yield* TestClock.adjust("1 day")
      assert.notProperty((yield* store.get("0"))?.order.body, "customer")
      assert.lengthOf(warnings, 1)
    })
  )

  it.effect("waits for no reader, and empties the log on another day", () =>
    Effect.gen(function* () {
      const path = yield* Effect.scoped(old(1))
      yield* TestClock.setTime(month)
      const store = yield* open(path)
      const reader = new DatabaseSync(path, { readOnly: true })
      reader.exec("BEGIN; SELECT count(*) FROM attempts")
      yield* TestClock.adjust("11 seconds")
      assert.notProperty((yield* store.get("0"))?.order.body, "customer")
      reader.close()
      yield* TestClock.adjust("1 day")
      assert.notProperty((yield* store.get("0"))?.order.body, "customer")
    })
  )
})
