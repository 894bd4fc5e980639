/** Migrating a shared store: a month whose table was not made in time, a table in use, a dump that was restored. */
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { Address, checkShared, migrate, openShared, PostgresStore, SCHEMA } from "@hipay-pos/gateway/postgres"
import type { Change } from "@hipay-pos/server"
import type { StartFailed } from "@hipay-pos/server/node"
import { attempt, frames, put, set, terminalAt } from "@hipay-pos/server/testing"
import * as Effect from "effect/Effect"
import { until } from "../until.ts"
import { connect, connected } from "./databases.ts"
import { type PostgresServer, skipped, startPostgres } from "./postgresServer.ts"

describe.skipIf(skipped !== "")(`the tables of a shared store${skipped}`, () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres("fsync = off")
  })
  afterAll(() => server.remove())

  const session = Effect.fnUntraced(function* (url: string, name = "one") {
    const database = yield* connected(url)
    const options = { frames, name, version: "1", settings: "", lease: 120_000 }
    return yield* Effect.acquireRelease(
      Effect.promise(() => PostgresStore.open({ ...options, database })),
      (store) => Effect.promise(() => store.close())
    )
  })
  /** An empty store, and ways to query it. */
  const make = Effect.gen(function* () {
    const url = server.database()
    const database = yield* connected(url)
    const migrated = () => Effect.promise(() => migrate(database))
    yield* migrated()
    const sql = (text: string) => server.psql(text, url.split("/").at(-1))
    return { url, database, migrated, sql }
  })

  const monthOf = (at: number) => `attempts_${new Date(at).toISOString().slice(0, 7).replace("-", "_")}`
  const tables = (sql: (text: string) => string) =>
    sql("SELECT tableoid::regclass || ' ' || id FROM hipay_pos.attempts ORDER BY opened_at, id").split("\n")
  const now = Date.now()
  const day = 86_400_000

  it.effect("are made for months that already have attempts, which are moved there unchanged", () =>
    Effect.gen(function* () {
      const { url, migrated, sql } = yield* make
      const late = now - 40 * day
      for (const at of [now, now + 300 * day]) sql(`DROP TABLE hipay_pos.${monthOf(at)}`)
      // As in a store of an older version.
      sql("DROP TABLE hipay_pos.attempts_before")
      const store = yield* session(url)
      const bar = terminalAt("bar:8888")
      yield* put(store, attempt("paid", { state: "approved", openedAt: now }))
      yield* put(store, attempt("unknown", { state: "unknown", openedAt: now + 1 }), bar)
      yield* put(store, attempt("declined", { state: "declined", openedAt: now + 300 * day }))
      yield* put(store, attempt("earlier", { state: "approved", openedAt: late }))
      assert.deepStrictEqual(
        tables(sql),
        ["earlier", "paid", "unknown", "declined"].map((id) => `hipay_pos.attempts_other ${id}`)
      )
      assert.deepStrictEqual(yield* migrated(), { from: SCHEMA, to: SCHEMA, restored: false })
      assert.deepStrictEqual(tables(sql), [
        "hipay_pos.attempts_before earlier",
        `hipay_pos.${monthOf(now)} paid`,
        `hipay_pos.${monthOf(now + 1)} unknown`,
        `hipay_pos.${monthOf(now + 300 * day)} declined`
      ])
      const claim = (id: string, orderId: string) =>
        Effect.map(
          store.claim({ attempt: attempt(id, { orderId, openedAt: now }), terminal: bar, payAgain: false }),
          (claimed) => claimed._tag
        )
      assert.strictEqual(yield* claim("again", "paid"), "OrderTaken")
      assert.strictEqual(yield* claim("next", "next"), "TerminalUndecided")
      yield* set(store, attempt("unknown", { state: "declined", openedAt: now + 1 }))
      assert.strictEqual(yield* claim("next", "next"), "Written")
    })
  )

  it.effect("are made for a month that passed without one, and for none that has no attempts", () =>
    Effect.gen(function* () {
      const { url, migrated, sql } = yield* make
      const store = yield* session(url)
      // Attempts from before the first month have a table of their own.
      yield* put(store, attempt("before", { openedAt: now - 40 * day }))
      const after = now + 500 * day
      yield* put(store, attempt("after", { openedAt: after }))
      yield* put(store, attempt("never", { openedAt: Date.parse("+010000-01-01T00:00:00Z") }))
      const count = "SELECT count(*) FROM pg_inherits WHERE inhparent = 'hipay_pos.attempts'::regclass"
      const before = Number(sql(count))
      yield* migrated()
      assert.deepStrictEqual(tables(sql), [
        "hipay_pos.attempts_before before",
        `hipay_pos.${monthOf(after)} after`,
        "hipay_pos.attempts_other never"
      ])
      assert.strictEqual(Number(sql(count)), before + 1)
    })
  )

  it.effect("do not wait for a dump longer than payments can wait behind them, and are made once it is over", () =>
    Effect.gen(function* () {
      const { url, database, migrated, sql } = yield* make
      sql(`DROP TABLE hipay_pos.${monthOf(now)}`)
      const holder = yield* Effect.promise(() => connect(url))
      yield* Effect.promise(() => holder.query("SELECT pg_advisory_lock(7)"))
      const dump = database.script("BEGIN; SELECT FROM hipay_pos.attempts; SELECT pg_advisory_xact_lock(7); COMMIT")
      const waiting = "SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
      yield* Effect.promise(() =>
        until("a transaction waits for a lock", async () => (await database.query(waiting)).length > 0)
      )
      const failed = yield* Effect.flip(
        Effect.tryPromise({ try: () => migrate(database), catch: (error) => error as StartFailed })
      )
      assert.isTrue(failed.isTemporary)
      assert.match(
        failed.message,
        /not all tables of the next twelve months: the database waited too long for what another transaction holds, a dump for example; run it/
      )
      yield* Effect.promise(() => holder.close())
      yield* Effect.promise(() => dump)
      yield* migrated()
      assert.strictEqual(sql(`SELECT to_regclass('hipay_pos.${monthOf(now)}') IS NOT NULL`), "t")
    })
  )

  it.effect("are made once if two migrate at the same time", () =>
    Effect.gen(function* () {
      const url = server.database()
      const [one, two] = [yield* connected(url), yield* connected(url)]
      const done = yield* Effect.promise(() => Promise.all([migrate(one), migrate(two)]))
      assert.deepStrictEqual(done.map(({ from }) => from).toSorted(), [0, SCHEMA])
    })
  )

  /** The indexes of attempts: their number, and the names of those that are not valid. */
  const indexes = (sql: (text: string) => string) =>
    sql(`SELECT count(*) || ' ' || coalesce(string_agg(indexrelid::regclass::text, ' ') FILTER (WHERE NOT indisvalid), '')
      FROM pg_index WHERE indrelid IN (SELECT relid FROM pg_partition_tree('hipay_pos.attempts'))`)

  it.effect(
    "get the indexes that a migration adds while payments go on, and the rest of them after an interruption",
    () =>
      Effect.gen(function* () {
        const { url, database, migrated, sql } = yield* make
        const complete = indexes(sql)
        assert.match(complete, /^\d+$/)
        // As in the previous version.
        sql(`DROP INDEX hipay_pos.attempts_by_time, hipay_pos.attempts_by_login,
        hipay_pos.attempts_resolved_by_terminal, hipay_pos.attempts_resolved_by_address`)
        sql(`DROP FUNCTION hipay_pos.change_v2, hipay_pos.change_group_v2, hipay_pos.beat_v2, hipay_pos.amount_in_v1,
        hipay_pos.make_partition_v1, hipay_pos.require_written_v1`)
        sql(`DELETE FROM hipay_pos.schema_version WHERE version = ${SCHEMA}`)
        const holder = yield* connected(url)
        yield* Effect.promise(() => holder.query("SELECT pg_advisory_lock(7)"))
        const dump = database.script(
          "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT FROM hipay_pos.attempts; SELECT pg_advisory_xact_lock(7); COMMIT"
        )
        const waits = (waiting: string) =>
          Effect.promise(() => until(waiting, async () => (await database.query(waiting)).length > 0))
        yield* waits("SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        const failed = migrate(database).then(
          () => "",
          (error: unknown) => String(error)
        )
        const building =
          "FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'CREATE INDEX CONCURRENTLY%'"
        yield* waits(`SELECT ${building} AND wait_event = 'virtualxid'`)
        const store = yield* session(url)
        yield* put(store, attempt("paid", { state: "approved", openedAt: now }), terminalAt("bar:8888"))
        sql(`SELECT pg_terminate_backend(pid) ${building}`)
        assert.match(yield* Effect.promise(() => failed), /has schema \d+, but not all its indexes: .*; run it again/)
        assert.match(indexes(sql), /^\d+ .*attempts_\d+_\d+_by_/)
        yield* Effect.promise(() => holder.close())
        yield* Effect.promise(() => dump)
        assert.deepStrictEqual(yield* migrated(), { from: SCHEMA, to: SCHEMA, restored: false })
        assert.strictEqual(indexes(sql), complete)
        assert.deepStrictEqual(tables(sql), [`hipay_pos.${monthOf(now)} paid`])
      })
  )

  it.effect("say that a dump was restored, and have its history in order once they are migrated", () =>
    Effect.gen(function* () {
      const { url, sql } = yield* make
      // The dumped database has had more transactions than the one that the dump is restored in.
      sql("DO $$ BEGIN FOR i IN 1..9000 LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$")
      const before = yield* session(url)
      yield* put(before, attempt("A", { state: "approved" }))
      yield* put(before, attempt("B"))
      const other = yield* Effect.acquireRelease(
        Effect.promise(() => startPostgres("fsync = off")),
        ({ remove }) => Effect.sync(remove)
      )
      const restored = other.restore(url)
      const address = Address.read(restored, {})
      const database = yield* connected(restored)
      const opened = yield* Effect.flip(
        Effect.tryPromise({
          try: () => openShared({ address, frames, name: "two", version: "1", settings: "", lease: 120_000 }),
          catch: (error) => String(error)
        })
      )
      assert.match(opened, /was restored from a dump; run: hipay-pos gateway migrate --store postgres:/)
      const history = Effect.promise(async () => (await checkShared(address)).find(({ name }) => name === "history"))
      assert.strictEqual((yield* history)?.verdict, "failed")
      assert.isTrue((yield* Effect.promise(() => migrate(database))).restored)
      assert.isUndefined(yield* history)
      assert.isFalse((yield* Effect.promise(() => migrate(database))).restored)

      const store = yield* session(restored, "two")
      const told: Array<string> = []
      const follow = (number: number | undefined) =>
        Effect.promise(() =>
          store.changes.follow(number, ({ attempt: { id, state } }) => void told.push(`${id} ${state}`))
        )
      const shown = (changes: Iterable<Change> | AsyncIterable<Change> = []) =>
        Effect.promise(async () => {
          const all: Array<string> = []
          for await (const { attempt } of changes) all.push(`${attempt.id} ${attempt.state}`)
          return all
        })
      assert.deepStrictEqual(yield* shown((yield* follow(1)).missed), ["A approved", "B open"])
      yield* set(store, attempt("B", { state: "declined" }))
      const { missed } = yield* follow(1)
      assert.deepStrictEqual(yield* shown(missed), ["A approved", "B open", "B declined"])
      assert.deepStrictEqual(told, ["B declined"])
      assert.strictEqual(yield* Effect.promise(() => store.changes.lag()), 0)
      assert.throws(
        () => other.psql("UPDATE hipay_pos.history SET tx = '0'", restored.split("/").at(-1)),
        /never changed/
      )
    })
  )
  const opening = (url: string, lease = 120_000) => {
    const options = { frames, name: "one", version: "1", settings: "", lease }
    return openShared({ ...options, address: Address.read(url, {}) })
  }
  const refused = (run: () => Promise<unknown>) =>
    Effect.flip(Effect.tryPromise({ try: run, catch: (error) => String(error) }))

  it.effect("are refused at a start, by migrate and by doctor if any of their unique indexes is missing", () =>
    Effect.gen(function* () {
      const { url, database, sql } = yield* make
      const unique =
        sql(`SELECT i.indrelid::regclass || '\t' || i.indexrelid::regclass || '\t' || pg_get_indexdef(i.indexrelid)
          || '\t' || coalesce(pg_get_constraintdef(c.oid), '')
        FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid
        WHERE i.indisunique AND NOT t.relispartition AND t.relnamespace = 'hipay_pos'::regnamespace`).split("\n")
      assert.isAbove(unique.length, 10)
      const inDoctor = Effect.promise(async () =>
        (await checkShared(Address.read(url, {}))).find(({ name }) => name === "indexes")
      )
      assert.isUndefined(yield* inDoctor)
      for (const each of unique) {
        const [table = "", index = "", definition = "", constraint = ""] = each.split("\t")
        const name = index.split(".")[1]
        sql(constraint === "" ? `DROP INDEX ${index}` : `ALTER TABLE ${table} DROP CONSTRAINT ${name}`)
        const words = `lacks unique indexes, ${table.split(".")[1]} ${definition.split(" USING btree ")[1]}, without`
        const { verdict, detail } = (yield* inDoctor) ?? { detail: "" }
        assert.strictEqual(verdict, "failed")
        assert.include(detail, words)
        for (const run of [() => opening(url), () => migrate(database)]) {
          const problem = yield* refused(run)
          assert.include(problem, words)
          assert.match(problem, /restore the dump again into an empty database, with --single-transaction/)
        }
        sql(constraint === "" ? definition : `ALTER TABLE ${table} ADD CONSTRAINT ${name} ${constraint}`)
      }
      assert.isUndefined(yield* inDoctor)
    })
  )

  it.effect.each(["order_guards", "terminal_guards"])("take no order without the index of %s", (table) =>
    Effect.gen(function* () {
      const { url, sql } = yield* make
      const store = yield* session(url)
      yield* put(store, attempt("A", { state: "approved" }))
      sql(`ALTER TABLE hipay_pos.${table} DROP CONSTRAINT ${table}_pkey`)
      const claim = (id: string, orderId: string, payAgain = false) =>
        store.claim({ attempt: attempt(id, { orderId }), terminal: terminalAt("bar:8888"), payAgain })
      assert.strictEqual((yield* claim("again", "A"))._tag, "OrderTaken")
      assert.match((yield* Effect.flip(claim("new", "new"))).detail, /ON CONFLICT/)
      if (table === "terminal_guards") assert.match((yield* Effect.flip(claim("new", "A", true))).detail, /ON CONFLICT/)
      assert.strictEqual(sql("SELECT count(*) FROM hipay_pos.attempts"), "1")
    })
  )

  it.effect("are not written to by a gateway under which a dump is restored, until it is restarted", () =>
    Effect.gen(function* () {
      const { url, database, sql } = yield* make
      const shared = yield* Effect.acquireRelease(
        Effect.promise(() => opening(url, 2_000)),
        ({ close }) => Effect.promise(close)
      )
      yield* put(shared.store, attempt("paid", { state: "approved" }))
      const claim = Effect.flip(
        shared.store.claim({
          attempt: attempt("again", { orderId: "paid" }),
          terminal: terminalAt("bar:8888"),
          payAgain: false
        })
      )
      /**
       * Waits until `reason` keeps the gateway from taking orders, and checks that an order which may be paid is refused
       * without being called not started.
       */
      const kept = Effect.fnUntraced(function* (reason: RegExp) {
        yield* Effect.promise(async () => {
          while (!reason.test(shared.notReady() ?? "")) await database.query("SELECT pg_sleep(0.01)")
        })
        assert.strictEqual((yield* claim).reason._tag, "EarlierUnknown")
      })
      server.restoreInPlace(url, "drop")
      yield* kept(/schema "hipay_pos" does not exist/)
      server.restoreInPlace(url, "data")
      // As in a dump from before the payment.
      sql("DELETE FROM hipay_pos.order_guards")
      yield* kept(/lacks unique indexes, order_guards \(key\)/)
      server.restoreInPlace(url, "indexes")
      yield* kept(/is not the one that this gateway was started on.*stop all gateways of the store/)
      assert.strictEqual(sql("SELECT count(*) FROM hipay_pos.attempts"), "1")
      yield* Effect.promise(shared.close)
      const next = yield* Effect.acquireRelease(
        Effect.promise(() => opening(url)),
        ({ close }) => Effect.promise(close)
      )
      assert.isUndefined(next.notReady())
    })
  )

  it.effect(
    "take no order from gateways that know of payments which a backup that was put back lacks, until a restart",
    () =>
      Effect.gen(function* () {
        const own = yield* Effect.acquireRelease(
          Effect.promise(() => startPostgres("fsync = off")),
          ({ remove }) => Effect.sync(remove)
        )
        const url = own.database()
        const database = yield* connected(url)
        yield* Effect.promise(() => migrate(database))
        const open = (name: string, lease = 60_000) =>
          Effect.acquireRelease(
            Effect.promise(() =>
              openShared({ address: Address.read(url, {}), frames, name, version: "1", settings: "", lease })
            ),
            ({ close }) => Effect.promise(close)
          )
        const claim = (store: PostgresStore.PostgresStore, payAgain = false) =>
          store.claim({
            attempt: attempt(`again ${Math.random()}`, { orderId: "paid" }),
            terminal: terminalAt("bar:8888"),
            payAgain
          })
        // The next renewal of `paying` is long after the restore; `idle` pays nothing, and has read what `paying` wrote.
        const paying = yield* open("paying")
        const idle = yield* open("idle", 2_000)
        yield* put(paying.store, attempt("before", { state: "approved" }))
        const putBack = own.backUp()
        yield* put(paying.store, attempt("paid", { state: "approved" }))
        assert.strictEqual((yield* claim(paying.store))._tag, "OrderTaken")
        const aliveUntil = () =>
          own.psql("SELECT alive_until FROM hipay_pos.instances WHERE name = 'idle'", url.split("/").at(-1))
        // The first renewal may already have been under way.
        const seen = new Set([aliveUntil()])
        yield* Effect.promise(() => until("the idle one has read it", () => seen.add(aliveUntil()).size === 3))
        putBack()
        const problem =
          /the database lacks payments that were written to it: .*; stop all gateways of the store, and check those payments/
        for (const payAgain of [false, true]) {
          // The restore closes each of its connections, which costs one failed claim each.
          const { reason } = yield* Effect.promise(() =>
            until("it is refused for that", async () => {
              const refused = await Effect.runPromise(Effect.flip(claim(paying.store, payAgain)))
              return problem.test(refused.detail) && refused
            })
          )
          assert.strictEqual(reason._tag, payAgain ? "Unavailable" : "EarlierUnknown")
        }
        yield* Effect.promise(() => until("the idle one knows", async () => problem.test(idle.notReady() ?? "")))
        assert.isAtMost(idle.leaseLeft(), 0)
        assert.strictEqual((yield* Effect.flip(claim(idle.store))).reason._tag, "EarlierUnknown")
        assert.strictEqual(own.psql("SELECT count(*) FROM hipay_pos.attempts", url.split("/").at(-1)), "1")
        const next = yield* open("next")
        assert.strictEqual((yield* claim(next.store))._tag, "Written")
      })
  )
})
