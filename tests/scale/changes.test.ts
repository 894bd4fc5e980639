/**
 * The changes that a watcher of a shared store missed: when they are read, over which connections, and how many are too many.
 */
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { type Database, migrate, PostgresStore } from "@hipay-pos/gateway/postgres"
import type { Change } from "@hipay-pos/server"
import { attempt, frames, put } from "@hipay-pos/server/testing"
import * as Effect from "effect/Effect"
import { connected } from "./databases.ts"
import { type PostgresServer, skipped, startPostgres } from "./postgresServer.ts"

describe.skipIf(skipped !== "")(`changes that a watcher missed${skipped}`, () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres("fsync = off")
  })
  afterAll(() => server.remove())

  /** A store with `count` changes, and its queries for changes over the connections for lists and for payments. */
  const make = Effect.fnUntraced(function* (count: number) {
    const url = server.database()
    const database = yield* connected(url)
    yield* Effect.promise(() => migrate(database))
    const asked: Array<string> = []
    const noting =
      (name: string, query: Database.Database["list"]): Database.Database["list"] =>
      async (sql, values) => {
        const rows = await query(sql, values)
        const [what] = /count\(\*\) AS missed|LEFT JOIN hipay_pos\.attempts/.exec(sql) ?? []
        // Looks for new changes find nothing here.
        if (what !== undefined && rows.length > 0) asked.push(`${name} ${what.startsWith("count") ? "count" : "page"}`)
        return rows
      }
    const noted = {
      ...database,
      query: noting("payments", database.query),
      list: noting("lists", database.list)
    }
    const options = { frames, name: "one", version: "1", settings: "", lease: 120_000 }
    const store = yield* Effect.acquireRelease(
      Effect.promise(() => PostgresStore.open({ ...options, database: noted })),
      (store) => Effect.promise(() => store.close())
    )
    yield* put(store, attempt("A", { state: "approved" }))
    server.psql(
      `INSERT INTO hipay_pos.history (attempt, opened_at, at, state, json)
        SELECT 'A', opened_at, opened_at, state, '{}' FROM hipay_pos.attempts, generate_series(3, ${count})`,
      url.split("/").at(-1)
    )
    const follow = (number: number) =>
      Effect.acquireRelease(
        Effect.promise(() => store.changes.follow(number, () => {})),
        ({ stop }) => Effect.sync(stop)
      )
    return { follow, asked }
  })

  const iteratorOf = (missed: ReadonlyArray<Change> | AsyncIterable<Change> | undefined) => {
    assert.isTrue(missed !== undefined && Symbol.asyncIterator in missed)
    return (missed as AsyncIterable<Change>)[Symbol.asyncIterator]()
  }

  it.effect("are lost if they are too many, without any of them being read", () =>
    Effect.gen(function* () {
      const { follow, asked } = yield* make(10_002)
      assert.isUndefined((yield* follow(1)).missed)
      assert.deepStrictEqual(asked, ["lists count"])
      const { missed } = yield* follow(2)
      const numbers = yield* Effect.promise(async () => {
        const all: Array<number> = []
        for await (const { number } of missed ?? []) all.push(number)
        return all
      })
      assert.deepStrictEqual([numbers.length, numbers[0], numbers.at(-1)], [10_000, 3, 10_002])
    })
  )

  it.effect("are lost if all watchers together have missed too many, until one of them stops", () =>
    Effect.gen(function* () {
      const { follow } = yield* make(10_000)
      const all = []
      for (let watcher = 0; watcher < 10; watcher++) all.push(yield* follow(0))
      assert.isTrue(all.every(({ missed }) => missed !== undefined))
      assert.isUndefined((yield* follow(0)).missed)
      assert.isDefined((yield* follow(10_000)).missed)
      all[0]?.stop()
      assert.isDefined((yield* follow(0)).missed)
    })
  )

  it.effect("are read a page at a time on demand, without holding up payments, until the watcher stops", () =>
    Effect.gen(function* () {
      const { follow, asked } = yield* make(1_300)
      const { missed, stop } = yield* follow(0)
      const changes = iteratorOf(missed)
      assert.deepStrictEqual(asked, ["lists count"])
      for (let number = 1; number <= 501; number++) {
        const { value } = yield* Effect.promise(() => changes.next())
        assert.strictEqual((value as Change).number, number)
      }
      assert.deepStrictEqual(asked, ["lists count", "lists page", "lists page"])
      stop()
      for (let done = false; !done; ) done = (yield* Effect.promise(() => changes.next())).done === true
      assert.deepStrictEqual(asked, ["lists count", "lists page", "lists page"])
    })
  )

  it.effect("are read for one watcher at a time", () =>
    Effect.gen(function* () {
      const { follow, asked } = yield* make(10)
      const [one, gone, two] = [yield* follow(0), yield* follow(0), yield* follow(0)]
      const first = iteratorOf(one.missed)
      yield* Effect.promise(() => first.next())
      asked.splice(0)
      const waiting = iteratorOf(gone.missed).next()
      const second = iteratorOf(two.missed).next()
      gone.stop()
      for (let number = 2; number <= 10; number++) yield* Effect.promise(() => first.next())
      assert.deepStrictEqual(asked, [])
      assert.isTrue((yield* Effect.promise(() => first.next())).done)
      assert.isTrue((yield* Effect.promise(() => waiting)).done)
      assert.strictEqual(((yield* Effect.promise(() => second)).value as Change).number, 1)
      assert.deepStrictEqual(asked, ["lists page"])
    })
  )
})
