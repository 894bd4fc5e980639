/** The store that gateways share keeps to the laws of every store, with two instances of it on one database. */
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { Address, Database, forgetCustomers, migrate, openShared, PostgresStore } from "@hipay-pos/gateway/postgres"
import { attempt, claimLaws, frames, put, setAside, storeLaws, terminalAt } from "@hipay-pos/server/testing"
import * as Effect from "effect/Effect"
import { type PostgresServer, skipped, startPostgres } from "./postgresServer.ts"

describe.skipIf(skipped !== "")(`PostgresStore${skipped}`, () => {
  let server: PostgresServer
  let template = ""
  beforeAll(async () => {
    server = await startPostgres("fsync = off")
    template = server.database()
    const database = await Database.connect(Address.read(template, {}))
    await migrate(database)
    await database.close()
  })
  afterAll(() => server.remove())

  const connect = (url: string) =>
    Effect.acquireRelease(
      Effect.promise(() => Database.connect(Address.read(url, {}))),
      (database) => Effect.promise(() => database.close())
    )

  /** An empty store. */
  const make = Effect.sync(() => server.database(template))

  const session = Effect.fnUntraced(function* (url: string, name: string, lease = 120_000) {
    const database = yield* connect(url)
    return yield* Effect.acquireRelease(
      Effect.promise(() => PostgresStore.open({ database, frames, name, version: "1", settings: "", lease })),
      (store) => Effect.promise(() => store.close())
    )
  })

  it.effect("says for how long a change is held back from those who watch, by a transaction that began before it", () =>
    Effect.gen(function* () {
      const url = yield* make
      const one = yield* session(url, "one")
      const lag = Effect.promise(() => one.changes.lag())
      assert.strictEqual(yield* lag, 0)
      const [database, held] = [
        yield* connect(url),
        yield* Effect.promise(() => Database.connect(Address.read(url, {})))
      ]
      const waiting = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
      yield* Effect.promise(async () => {
        await held.query("SELECT pg_advisory_lock(7)")
        const long = database.script("BEGIN; SELECT pg_current_xact_id(); SELECT pg_advisory_xact_lock(7); COMMIT")
        while ((await database.query(waiting)).length === 0);
        await Effect.runPromise(put(one, attempt("A", { openedAt: Date.now() - 60_000 })))
        assert.isAbove(await one.changes.lag(), 59_000)
        await held.close()
        await long
      })
      assert.strictEqual(yield* lag, 0)
    })
  )

  it.effect("a person's word ends an attempt that cannot be read, and releases its guards", () =>
    Effect.gen(function* () {
      const url = yield* make
      const [one, two] = yield* Effect.all([session(url, "one"), session(url, "two")])
      const database = yield* connect(url)
      const bar = terminalAt("bar:8888")
      for (const [id, outcome, next] of [
        ["A", "declined", "Success"],
        ["B", "approved", "Failure"]
      ] as const) {
        yield* put(one, attempt(id, { state: "unknown", terminal: "dialled" }), bar)
        const spoil = "UPDATE hipay_pos.attempts SET json = '{' WHERE id = $1"
        yield* Effect.promise(() => database.query(spoil, [id]))
        const claim = (own: string, orderId: string, terminal = bar) =>
          two.claim({ attempt: attempt(own, { orderId, terminal: "dialled" }), terminal, payAgain: false })
        assert.deepStrictEqual(yield* claim("next", "next"), { _tag: "TerminalUndecided", attempt: id })
        const resolution = { ...setAside, outcome }
        assert.isUndefined(yield* two.resolveDamaged(id, resolution, "another login"))
        assert.strictEqual((yield* two.resolveDamaged(id, resolution, undefined))?.state, outcome)
        assert.isUndefined(yield* one.resolveDamaged(id, resolution, undefined))
        const again = yield* Effect.result(claim(`${id} again`, id, terminalAt(`till-${id}:8888`)))
        assert.strictEqual(again._tag, next)
      }
      yield* put(two, attempt("C", { state: "unknown", terminal: "dialled" }), bar)
      assert.isUndefined(yield* two.resolveDamaged("C", setAside, undefined))
    })
  )

  it.effect("lists the instances that live, which of them asks, and which have other settings", () =>
    Effect.gen(function* () {
      const address = Address.read(yield* make, {})
      const shared = (name: string, settings: string) =>
        Effect.acquireRelease(
          Effect.promise(() => openShared({ address, frames, name, version: "1", settings, lease: 120_000 })),
          ({ close }) => Effect.promise(close)
        )
      const one = yield* shared("one", "Europe/Paris")
      yield* Effect.scoped(shared("gone", "Europe/Paris"))
      yield* shared("two", "Europe/Rome")
      const listed = yield* one.instances
      const shown = listed.map(({ name, version, self, agrees }) => ({ name, version, self, agrees }))
      assert.deepStrictEqual(shown, [
        { name: "one", version: "1", self: true, agrees: true },
        { name: "two", version: "1", self: false, agrees: false }
      ])
      for (const { startedAt, aliveUntil } of listed) {
        assert.isAtMost(Math.abs(Date.parse(startedAt) - Date.now()), 60_000)
        assert.isBelow(Date.parse(startedAt), Date.parse(aliveUntil))
      }
    })
  )

  storeLaws(() => Effect.flatMap(make, (url) => session(url, "one")))
  // A round trip takes longer than a whole step in memory, where all of them are run.
  const every = process.env.INTERLEAVINGS === "all" ? 1 : 7
  claimLaws(() => Effect.flatMap(make, (url) => Effect.all([session(url, "one"), session(url, "two")])), every)

  it.effect("gives no turn to an attempt whose instance was given up, and one where it lives", () =>
    Effect.gen(function* () {
      const database = yield* connect(yield* make)
      const run = (sql: string) => Effect.promise(() => database.query(sql))
      for (const name of ["alive", "lost"]) {
        yield* run(`SELECT * FROM hipay_pos.register_v1('${name}', '${name}', '1', '', 60000)`)
        yield* run(
          `INSERT INTO hipay_pos.attempts (id, key, login, instance, state, queued, opened_at, words, customer, terminal, json)
            VALUES ('of ${name}', '${name}', 'shop', '${name}', 'open', true, 1, '', false, 'at ${name}', '{}')`
        )
      }
      yield* run("UPDATE hipay_pos.instances SET gone = true WHERE name = 'lost'")
      assert.deepStrictEqual(yield* run("SELECT tag FROM hipay_pos.turn_v2('of lost')"), [{ tag: "ended" }])
      assert.deepStrictEqual(yield* run("SELECT tag FROM hipay_pos.turn_v2('of alive')"), [{ tag: "taken" }])
      assert.deepStrictEqual(yield* run("SELECT terminal FROM hipay_pos.terminal_guards"), [{ terminal: "at alive" }])
    })
  )

  it.effect("forgets customers, whatever the state of their attempts, and keeps the payments", () =>
    Effect.gen(function* () {
      const url = yield* make
      const [store, database] = [yield* session(url, "one"), yield* connect(url)]
      const openedAt = Date.parse("2026-11-01T00:00:00Z")
      const old = Array.from({ length: 60 }, (_, i) => `${i}`)
      for (const id of old) yield* put(store, attempt(id, { state: "approved", openedAt }))
      yield* put(store, attempt("unknown", { state: "unknown", openedAt: openedAt + 1 }))
      yield* put(store, attempt("spoilt", { state: "approved", openedAt: openedAt + 2 }))
      yield* put(store, attempt("new", { state: "approved", openedAt: openedAt + 3 }))
      const run = (sql: string) => Effect.promise(() => database.query(sql))
      yield* run(`UPDATE hipay_pos.attempts SET json = '{"customer": "?' WHERE id = 'spoilt'`)
      const forget = Effect.promise(() => forgetCustomers(database, frames, openedAt + 3))
      assert.strictEqual(yield* forget, 62)
      assert.strictEqual(yield* forget, 0)
      const withPeople = (yield* store.list({})).filter(({ order }) => "customer" in (order as object))
      assert.deepStrictEqual(
        withPeople.map(({ id }) => id),
        ["new"]
      )
      assert.strictEqual((yield* store.get("unknown"))?.amount.minorUnits, 1250)
      assert.deepStrictEqual(yield* run("SELECT id FROM hipay_pos.attempts WHERE json LIKE '%example.org%'"), [
        { id: "new" }
      ])
    })
  )

  it.effect(
    "keeps order, outcome and amount of what was approved, and undecided terminals, when a month is dropped",
    () =>
      Effect.gen(function* () {
        const url = yield* make
        const [store, database] = [yield* session(url, "one"), yield* connect(url)]
        const bar = terminalAt("bar:8888")
        const openedAt = Date.now()
        const real = (id: string, state: "approved" | "declined" | "unknown" | "open" = "open") =>
          attempt(id, { terminal: "dialled", state, openedAt })
        yield* put(store, real("paid", "approved"))
        yield* put(store, real("declined", "declined"))
        yield* put(store, real("unknown", "unknown"), bar)
        const month = new Date(openedAt).toISOString().slice(0, 7).replace("-", "_")
        yield* Effect.promise(() => database.query(`DROP TABLE hipay_pos.attempts_${month}`))
        assert.deepStrictEqual(
          yield* Effect.promise(() =>
            database.query("SELECT attempt, state, amount, currency FROM hipay_pos.order_guards ORDER BY attempt")
          ),
          ["paid", "unknown"].map((id) => ({
            attempt: id,
            state: id === "paid" ? "approved" : "unknown",
            amount: "1250",
            currency: "EUR"
          }))
        )
        const claim = (orderId: string, terminal = terminalAt("hall:8888")) =>
          store.claim({
            attempt: attempt(`again ${orderId}`, { orderId, terminal: "dialled", openedAt: 0 }),
            terminal,
            payAgain: false
          })
        assert.strictEqual((yield* Effect.flip(claim("paid"))).damaged, "paid")
        assert.deepStrictEqual(yield* claim("new", bar), { _tag: "TerminalUndecided", attempt: "unknown" })
        assert.strictEqual((yield* claim("declined"))._tag, "Written")
      })
  )
})
