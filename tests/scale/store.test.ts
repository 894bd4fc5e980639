/** The shared store obeys the laws of every store, with two instances of it on one database. */
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import * as Money from "@hipay-pos/core/Money"
import { Address, checkShared, Database, forgetCustomers, openShared, PostgresStore } from "@hipay-pos/gateway/postgres"
import { KeptOrder } from "@hipay-pos/server"
import { close } from "@hipay-pos/server/Attempt"
import {
  attempt,
  claimLaws,
  ended,
  frames,
  giveUp,
  Life,
  live,
  makeModel,
  put,
  set,
  setAside,
  storeLaws,
  terminalAt
} from "@hipay-pos/server/testing"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Result from "effect/Result"
import { until } from "../until.ts"
import { connect, connected, startMigrated } from "./databases.ts"
import { type PostgresServer, skipped } from "./postgresServer.ts"

describe.skipIf(skipped !== "")(`PostgresStore${skipped}`, () => {
  let server: PostgresServer
  let template = ""
  beforeAll(async () => {
    ;({ server, template } = await startMigrated())
  })
  afterAll(async () => {
    for (const { store, database } of (await opened) ?? []) {
      await store.close()
      await database.close()
    }
    server.remove()
  })

  /** An empty store. */
  const make = Effect.sync(() => server.database(template))

  /** A store that is closed when its test ends; of the instance "one" by default. */
  const openOn = (database: Database.Database, options: Partial<PostgresStore.PostgresStoreOptions> = {}) =>
    Effect.acquireRelease(
      Effect.promise(() =>
        PostgresStore.open({ database, frames, name: "one", version: "1", settings: "", lease: 120_000, ...options })
      ),
      (store) => Effect.promise(() => store.close())
    )
  const session = Effect.fnUntraced(function* (url: string, name: string, lease = 120_000) {
    const database = yield* connected(url)
    return yield* openOn(database, { name, lease })
  })

  it.effect.prop(
    "agrees with a store in memory, whatever happens to attempts that two instances share",
    [Life],
    ([life]) =>
      Effect.scoped(
        Effect.gen(function* () {
          const url = yield* make
          const sessions = [yield* session(url, "one"), yield* session(url, "two")] as const
          // Giving attempts up and pruning have tests of their own.
          const open = (queued: ReadonlySet<string>) => Effect.as(giveUp(sessions[0], queued), sessions)
          const unpruned = { ...life, next: life.next.filter((step) => step.do !== "prune") }
          const expected = yield* live(makeModel(), unpruned)
          assert.deepStrictEqual(yield* live({ open, prune: () => Effect.void }, unpruned), expected)
        })
      ),
    { arbitrary: { runs: 10, size: 40 } }
  )

  it.effect("reports how long a change is held back from watchers by a transaction that began before it", () =>
    Effect.gen(function* () {
      const url = yield* make
      const one = yield* session(url, "one")
      const lag = Effect.promise(() => one.changes.lag())
      assert.strictEqual(yield* lag, 0)
      const [database, held] = [yield* connected(url), yield* Effect.promise(() => connect(url))]
      const waiting = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
      yield* Effect.promise(async () => {
        await held.query("SELECT pg_advisory_lock(7)")
        const long = database.script("BEGIN; SELECT pg_current_xact_id(); SELECT pg_advisory_xact_lock(7); COMMIT")
        await until("a transaction waits for a lock", async () => (await database.query(waiting)).length > 0)
        await Effect.runPromise(put(one, attempt("A", { openedAt: Date.now() - 60_000 })))
        assert.isAbove(await one.changes.lag(), 59_000)
        await held.close()
        await long
      })
      assert.strictEqual(yield* lag, 0)
    })
  )

  it.effect(
    "says when each change was written, however old its attempt is, and not after the alarms that come with it",
    () =>
      Effect.gen(function* () {
        const store = yield* session(yield* make, "one")
        const [now, day] = [Date.now(), 86_400_000]
        yield* put(store, attempt("A", { state: "approved", openedAt: now - 3 * day }))
        const changes: Array<number> = []
        const { stop } = yield* Effect.promise(() => store.changes.follow(undefined, ({ at }) => void changes.push(at)))
        const alarm = { at: now - 2 * day, code: "attempt.end.written.late", message: "Late.", details: {} } as const
        for (const alarms of [[alarm], [alarm], [alarm, { ...alarm, at: now - day }]]) {
          const seen = (yield* store.get("A")) ?? assert.fail("it is not there")
          yield* store.change(seen, { ...seen, alarms })
        }
        yield* Effect.promise(() => until("all are told", () => changes.length === 3))
        stop()
        assert.deepStrictEqual([changes[0], changes[2]], [now - 2 * day, now - day])
        assert.isAtLeast(changes[1] ?? 0, now)
      })
  )

  it.effect("keeps what a later version has written when its attempt is read, ended and rid of its customer", () =>
    Effect.gen(function* () {
      const url = yield* make
      const [store, database] = [yield* session(url, "one"), yield* connected(url)]
      const run = (sql: string) => Effect.promise(() => database.query(sql))
      const bar = terminalAt("bar:8888")
      yield* put(store, attempt("A", { state: "unknown", terminal: "dialled", guarded: true }), bar)
      yield* run(
        `UPDATE hipay_pos.attempts SET json = replace(replace(json, '"dialled"', '"cloud"'), '"findings":', '"since":1,"findings":')`
      )
      const claim = {
        attempt: attempt("again", { orderId: "A", terminal: "dialled" }),
        terminal: bar,
        payAgain: false
      }
      const taken = yield* store.claim(claim)
      assert(taken._tag === "OrderTaken")
      const resolution = { ...setAside, outcome: "approved" } as const
      const end = close(taken.attempt, { _tag: "Resolved", resolution }, 5)
      assert.deepStrictEqual(yield* store.change(taken.attempt, end), { _tag: "Written" })
      yield* Effect.promise(() => forgetCustomers(database, frames, Date.now()))
      const [row] = yield* run("SELECT state, customer, json FROM hipay_pos.attempts")
      assert.deepInclude(row, { state: "approved", customer: false })
      assert.deepInclude(JSON.parse(String(row?.json)), { state: "approved", terminal: "cloud", since: 1 })
    })
  )

  it.effect("lets a person's resolution end an unreadable attempt and release its guards", () =>
    Effect.gen(function* () {
      const url = yield* make
      const [one, two] = yield* Effect.all([session(url, "one"), session(url, "two")])
      const database = yield* connected(url)
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
        assert.notInclude(
          (yield* two.list({})).map((each) => each.id),
          id
        )
        assert.deepStrictEqual((yield* Effect.flip(two.list({ isComplete: true }))).reason, { _tag: "Damaged", id })
        assert.deepStrictEqual(yield* two.list({ isComplete: true, from: attempt(id).openedAt + 1 }), [])
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

  it.effect(
    "writes a known end over an unreadable record whose attempt is undecided, and not over a person's resolution",
    () =>
      Effect.gen(function* () {
        const url = yield* make
        const [store, database] = [yield* session(url, "one"), yield* connected(url)]
        const bar = terminalAt("bar:8888")
        for (const [id, isResolved] of [
          ["A", false],
          ["B", true]
        ] as const) {
          const lost = attempt(id, { state: "unknown", terminal: "dialled" })
          yield* put(store, lost, bar)
          yield* Effect.promise(() => database.query("UPDATE hipay_pos.attempts SET json = '{' WHERE id = $1", [id]))
          if (isResolved) yield* store.resolveDamaged(id, { ...setAside, outcome: "declined" }, undefined)
          const written = yield* Effect.result(store.change(lost, ended(lost, "approved")))
          if (isResolved) {
            const { reason } = yield* Effect.fromResult(Result.flip(written))
            assert.deepStrictEqual(reason, { _tag: "Damaged", id })
          } else {
            assert.deepStrictEqual(yield* Effect.fromResult(written), { _tag: "Written" })
            assert.strictEqual((yield* store.get(id))?.state, "approved")
          }
        }
      })
  )

  it.effect("passes an order's guard on with the amount of the attempt that has it then", () =>
    Effect.gen(function* () {
      const url = yield* make
      const [store, database] = [yield* session(url, "one"), yield* connected(url)]
      const [ten, twelve] = [Money.of("10.00", "EUR"), Money.of("12.00", "EUR")]
      for (const id of ["readable", "spoilt"]) {
        // Text that JSON can hold and the database cannot.
        const order = { custom_data: { note: '\\u0000 \0 \ud800 "amount"' } }
        const late = attempt(id, { state: "unknown", amount: ten, order })
        yield* put(store, late)
        const resolution = { ...setAside, outcome: "declined" } as const
        const said = close(late, { _tag: "Resolved", resolution }, 1)
        yield* set(store, said)
        const again = attempt(`${id} again`, { orderId: id, amount: twelve })
        yield* put(store, again)
        yield* set(store, ended(said, "approved"))
        const spoil = "UPDATE hipay_pos.attempts SET json = '{' WHERE id = 'spoilt'"
        yield* Effect.promise(() => database.query(spoil))
        yield* set(store, ended(again, "declined"))
      }
      assert.deepStrictEqual(
        yield* Effect.promise(() =>
          database.query("SELECT attempt, amount, currency FROM hipay_pos.order_guards ORDER BY attempt")
        ),
        [
          { attempt: "readable", amount: "1000", currency: "EUR" },
          { attempt: "spoilt", amount: "0", currency: "" }
        ]
      )
    })
  )

  it.effect("gives each instance that lives its share of the attempts of those that are gone", () =>
    Effect.gen(function* () {
      const database = yield* connected(yield* make)
      const run = (sql: string) => Effect.promise(() => database.query(sql))
      for (const name of ["one", "two", "three", "gone"])
        yield* run(`SELECT * FROM hipay_pos.register_v1('${name}', '${name}', '1', '', 60000)`)
      yield* run("UPDATE hipay_pos.instances SET gone = true WHERE name = 'gone'")
      yield* run(`INSERT INTO hipay_pos.attempts (id, key, login, instance, state, queued, opened_at, words, customer, json)
        SELECT 'lost ' || i, i, 'shop', 'gone', 'open', false, 1, '', false, '{}' FROM generate_series(1, 60) AS i`)
      yield* run(`INSERT INTO hipay_pos.attempts (id, key, login, instance, state, queued, opened_at, words, customer, json)
        VALUES ('own', 'own', 'shop', 'one', 'open', false, 1, '', false, '{}')`)
      const shares: Array<ReadonlyArray<string>> = []
      for (const name of ["one", "two", "three"]) {
        const rows = yield* run(`SELECT id FROM hipay_pos.beat_v2('${name}', 60000, '') WHERE id IS NOT NULL`)
        shares.push(rows.map(({ id }) => String(id)))
      }
      assert.include(shares[0] ?? [], "own")
      assert.lengthOf(shares.flat(), 61)
      assert.lengthOf(new Set(shares.flat()), 61)
      for (const share of shares) assert.isAbove(share.length, 1)
    })
  )

  it.effect("keeps its lease while it ends many attempts of an instance that is gone, and ends what it has begun", () =>
    Effect.gen(function* () {
      const url = yield* make
      const database = yield* connected(url)
      yield* Effect.promise(() => database.query("SELECT * FROM hipay_pos.register_v1('gone', 'gone', '1', '', 60000)"))
      const other = yield* session(url, "two")
      for (const id of ["A", "B", "C"]) yield* put(other, attempt(id))
      yield* Effect.promise(() => database.query("UPDATE hipay_pos.attempts SET instance = 'gone'"))
      yield* Effect.promise(() => database.query("UPDATE hipay_pos.instances SET gone = true"))
      const [begun, beatAgain] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
      const goOn = Promise.withResolvers<void>()
      let beats = 0
      const query: typeof database.query = async (sql, values) => {
        if (sql.includes("beat_v2") && ++beats === 4) beatAgain.resolve()
        if (sql.includes("change_group_v2")) {
          begun.resolve()
          await goOn.promise
        }
        return database.query(sql, values)
      }
      const store = yield* Effect.promise(() =>
        PostgresStore.open({
          database: { ...database, query },
          ...{ frames, name: "one", version: "1", settings: "", lease: 400 }
        })
      )
      yield* Effect.promise(() => begun.promise)
      yield* Effect.promise(() => beatAgain.promise)
      const closed = store.close()
      goOn.resolve()
      yield* Effect.promise(() => closed)
      const states = yield* Effect.promise(() => database.query("SELECT state FROM hipay_pos.attempts ORDER BY state"))
      assert.deepStrictEqual(
        states.map(({ state }) => state),
        ["open", "open", "unknown"]
      )
    })
  )

  it.effect("ends the other attempts of an instance that is gone if the database rejects one, and warns once", () =>
    Effect.gen(function* () {
      const url = yield* make
      const database = yield* connected(url)
      const run = (sql: string) => Effect.promise(() => database.query(sql))
      yield* run("SELECT * FROM hipay_pos.register_v1('gone', 'gone', '1', '', 60000)")
      const other = yield* session(url, "two")
      for (const id of ["A", "B", "C"]) yield* put(other, attempt(id))
      yield* run("UPDATE hipay_pos.attempts SET instance = 'gone'")
      yield* run("UPDATE hipay_pos.instances SET gone = true")
      yield* run("ALTER TABLE hipay_pos.history ADD CONSTRAINT refuse CHECK (attempt <> 'A') NOT VALID")
      const warned: Array<string> = []
      const thirdTry = Promise.withResolvers<void>()
      let tries = 0
      const query: typeof database.query = (sql, values) => {
        // The refused one is retried alone.
        if (sql.includes("change_v2") && ++tries === 3) thirdTry.resolve()
        return database.query(sql, values)
      }
      yield* openOn(
        { ...database, query },
        {
          lease: 400,
          onWarning: (detail) => {
            if (detail.startsWith("attempt")) warned.push(detail)
          }
        }
      )
      yield* Effect.promise(() => thirdTry.promise)
      assert.deepStrictEqual(warned, [
        'attempt A is performed by no gateway any more and cannot be ended: new row for relation "history" violates check constraint "refuse"; it is tried again'
      ])
      const states = yield* run("SELECT id || ' ' || state AS found FROM hipay_pos.attempts ORDER BY id")
      assert.deepStrictEqual(
        states.map(({ found }) => found),
        ["A open", "B unknown", "C unknown"]
      )
    })
  )

  it.effect(
    "calls a lost attempt that cannot be read unknown, with a line in its history, unless it has ended meanwhile",
    () =>
      Effect.gen(function* () {
        const url = yield* make
        const database = yield* connected(url)
        const run = (sql: string) => Effect.promise(() => database.query(sql))
        yield* run("SELECT * FROM hipay_pos.register_v1('gone', 'gone', '1', '', 60000)")
        const other = yield* session(url, "two")
        for (const id of ["A", "B"]) yield* put(other, attempt(id))
        yield* run("UPDATE hipay_pos.attempts SET instance = 'gone', json = '{'")
        yield* run("UPDATE hipay_pos.instances SET gone = true")
        const ended = Promise.withResolvers<void>()
        let isResolved = false
        const query: typeof database.query = async (sql, ...asked) => {
          if (sql.includes("beat_v2") && isResolved) ended.resolve()
          const rows = await database.query(sql, ...asked)
          // Meanwhile another instance ended it, and a person resolved it.
          if (rows.some(({ id }) => id === "B") && !isResolved) {
            await database.query("UPDATE hipay_pos.attempts SET state = 'approved' WHERE id = 'B'")
            isResolved = true
          }
          return rows
        }
        yield* openOn({ ...database, query }, { lease: 400 })
        yield* Effect.promise(() => ended.promise)
        const open = "SELECT FROM hipay_pos.attempts WHERE state = 'open'"
        yield* Effect.promise(() => until("no attempt is open", async () => (await database.query(open)).length === 0))
        assert.deepStrictEqual(yield* run("SELECT id, state, queued FROM hipay_pos.attempts ORDER BY id"), [
          { id: "A", state: "unknown", queued: false },
          { id: "B", state: "approved", queued: false }
        ])
        assert.deepStrictEqual(yield* run("SELECT key, state FROM hipay_pos.order_guards ORDER BY key"), [
          { key: "Debit\nmerchant\nA", state: "unknown" },
          { key: "Debit\nmerchant\nB", state: "open" }
        ])
        assert.deepStrictEqual(
          yield* run("SELECT attempt, state, json FROM hipay_pos.history WHERE state <> 'open' ORDER BY number"),
          [{ attempt: "A", state: "unknown", json: "{}" }]
        )
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

  it.effect("warns of an instance with other settings, and says which", () =>
    Effect.gen(function* () {
      const address = Address.read(yield* make, {})
      const shared = (name: string, settings: string, warnings: Array<string> = []) =>
        Effect.acquireRelease(
          Effect.promise(() =>
            openShared({
              ...{ address, frames, name, version: "1", settings, lease: 120_000 },
              onWarning: (detail) => {
                if (detail.includes("settings")) warnings.push(detail)
              }
            })
          ),
          ({ close }) => Effect.promise(close)
        )
      const given = "time zone: Europe/Paris\nterminals: a\nlogins: b\nrelay service: none"
      const warnings: Array<string> = []
      const one = yield* shared("one", given, warnings)
      yield* shared("two", given, warnings)
      assert.deepStrictEqual(warnings, [])
      yield* shared("three", given.replace("none", "https://pos.example"), warnings)
      assert.deepStrictEqual(warnings.splice(0), ["the instance one has other settings: relay service"])
      yield* Effect.promise(() => one.announce(given.replace("terminals: a\nlogins: b", "terminals: c\nlogins: d")))
      assert.deepStrictEqual(warnings.splice(0), [
        "the instance three has other settings: terminals, logins, relay service"
      ])
      yield* shared("four", "time zone: Europe/Paris\nterminals: a", warnings)
      assert.deepStrictEqual(warnings, ["the instance one has other settings: terminals, logins, relay service"])
    })
  )

  it.effect("is checked by the doctor: each instance's lease, and what has been undecided for a day", () =>
    Effect.gen(function* () {
      const url = yield* make
      const [one, database] = [yield* session(url, "one"), yield* connected(url)]
      const told = Effect.promise(async () => {
        const checks = await checkShared(Address.read(url, {}))
        return ["gateways", "undecided"].map((sought) => {
          const { verdict, detail } = checks.find(({ name }) => name === sought) ?? {}
          return `${verdict}: ${detail}`
        })
      })
      const openedAt = Date.now() - 86_400_000 - 1
      const relayed = (id: string, more: Parameters<typeof attempt>[1]) => put(one, attempt(id, { openedAt, ...more }))
      yield* relayed("of today", { state: "unknown", openedAt: Date.now() - 3_600_000 })
      yield* relayed("known", { state: "approved" })
      yield* relayed("set aside", { state: "unknown", resolutions: [setAside] })
      const [gateways = "", undecided] = yield* told
      assert.match(gateways, /^ok: one 1 \(lease: \d+ s left\)$/)
      assert.strictEqual(undecided, "ok: none has been undecided for a day; set aside: 1")
      yield* relayed("unknown", { state: "unknown" })
      yield* relayed("open", {})
      assert.strictEqual((yield* told)[1], "warning: undecided for more than a day: 2; set aside: 1")
      // When a month is dropped, the terminal's guard stays, under each of its names.
      yield* Effect.promise(() =>
        database.query(`INSERT INTO hipay_pos.terminal_guards (terminal, attempt, opened_at, at)
          SELECT name, 'dropped', 1, now() - interval '2 days' FROM unnest(ARRAY['bar:8888', '10.0.0.8:8888']) AS names (name)`)
      )
      assert.strictEqual((yield* told)[1], "warning: undecided for more than a day: 3; set aside: 1")
    })
  )

  it.effect("gives its lease back if it cannot be opened after all", () =>
    Effect.gen(function* () {
      const address = Address.read(yield* make, {})
      const database = yield* Effect.acquireRelease(
        Effect.promise(() => Database.connect(address)),
        ({ close }) => Effect.promise(close)
      )
      const query = (sql: string) => Effect.promise(() => database.query(sql))
      yield* query("ALTER SEQUENCE hipay_pos.attempt_numbers RENAME TO elsewhere")
      const opening = Effect.tryPromise({
        try: () => openShared({ address, frames, name: "one", version: "1", settings: "", lease: 120_000 }),
        catch: (error) => (error as Error).message
      })
      assert.include(yield* Effect.flip(opening), "hipay_pos.attempt_numbers")
      assert.deepStrictEqual(
        (yield* query("SELECT gone FROM hipay_pos.instances")).map(({ gone }) => gone),
        [true]
      )
    })
  )

  describe("a claim that fails", () => {
    type Query = Database.Database["query"]

    /** A store with some orders of an earlier instance; `reach` replaces how its statements reach the database. */
    const withEarlier = Effect.fnUntraced(function* (requireStore?: () => Promise<void>) {
      const url = yield* make
      const before = yield* session(url, "before")
      for (const state of ["declined", "approved", "unknown"] as const) yield* put(before, attempt(state, { state }))
      const database = yield* connected(url)
      let query: Query = database.query
      const through = { ...database, query: (...asked: Parameters<Query>) => query(...asked) }
      const store = yield* openOn(through, { requireStore })
      /** The result of a claim for one of those orders, or for a new one. */
      const told = (orderId: string) =>
        Effect.match(
          store.claim({ attempt: attempt(`next ${orderId}`, { orderId }), terminal: undefined, payAgain: false }),
          {
            onSuccess: (claimed) => (claimed._tag === "OrderTaken" ? claimed.attempt.id : claimed._tag),
            onFailure: ({ reason, detail }) => ({ reason: reason._tag as string, detail })
          }
        )
      const reach = (next: (plain: Query) => Query) => {
        query = next(database.query)
      }
      return {
        url,
        database,
        reach,
        all: Effect.all([told("new"), told("declined"), told("approved"), told("unknown")])
      }
    })

    it.effect("leaves an order as it is if the database can be read but refuses writes", () =>
      Effect.gen(function* () {
        const { database, all } = yield* withEarlier()
        yield* Effect.promise(() =>
          database.script(`CREATE FUNCTION hipay_pos.full() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            RAISE EXCEPTION 'no space left on device' USING ERRCODE = '53100'; END $$;
            CREATE TRIGGER full_disk BEFORE INSERT ON hipay_pos.history EXECUTE FUNCTION hipay_pos.full()`)
        )
        const refused = { reason: "Unavailable", detail: "the database's disk is full" }
        assert.deepStrictEqual(yield* all, [refused, refused, "approved", "unknown"])
      })
    )

    it.effect.each([
      ["was given up", "gone = true"],
      ["has no lease any more by the database's clock", "alive_until = clock_timestamp()"]
    ])("returns the attempt of an order if its own instance %s", ([_, change]) =>
      Effect.gen(function* () {
        const { database, all } = yield* withEarlier()
        yield* Effect.promise(() => database.query(`UPDATE hipay_pos.instances SET ${change}`))
        const detail = "the others counted this instance as gone; it takes orders again in a moment"
        const refused = { reason: "Unavailable", detail }
        assert.deepStrictEqual(yield* all, [refused, refused, "approved", "unknown"])
      })
    )

    it.effect("leaves open whether there was an earlier one if the database takes no writes, like a standby", () =>
      Effect.gen(function* () {
        const { url, reach, all } = yield* withEarlier()
        server.psql(`ALTER DATABASE ${url.split("/").at(-1)} SET default_transaction_read_only = on`)
        const readOnly = yield* connected(url)
        reach(() => readOnly.query)
        const open = { reason: "EarlierUnknown", detail: "the database takes no writes: it is a standby, or read-only" }
        assert.deepStrictEqual(yield* all, [open, open, open, open])
      })
    )

    it.effect("leaves that open if the store is replaced during the query", () =>
      Effect.gen(function* () {
        let isSame = true
        const { database, reach, all } = yield* withEarlier(async () => {
          if (!isSame) throw new Error("another store")
        })
        yield* Effect.promise(() => database.query("UPDATE hipay_pos.instances SET gone = true"))
        reach((plain) => (sql, values) => {
          if (sql.includes("pg_is_in_recovery")) isSame = false
          return plain(sql, values)
        })
        const detail = "the others counted this instance as gone; it takes orders again in a moment"
        const open = { reason: "EarlierUnknown", detail }
        assert.deepStrictEqual(yield* all, [open, open, open, open])
      })
    )

    const cut = new Error("the database closed the connection")
    const open = { reason: "EarlierUnknown", detail: cut.message }
    const after = (error: Error) => (plain: Query) => (sql: string, values?: Parameters<Query>[1]) =>
      plain(sql, values).then(() => Promise.reject(error))
    it.effect.each<[string, (plain: Query) => Query, ReadonlyArray<unknown>]>([
      ["was not answered, and not written", () => () => Promise.reject(cut), [open, open, open, open]],
      ["was not answered, and written", after(cut), [open, open, open, open]],
      ["was written all the same", after(new Database.Rejected(cut.message)), [open, open, "approved", "unknown"]]
    ])("leaves that open where it %s", ([_, fails, expected]) =>
      Effect.gen(function* () {
        const { reach, all } = yield* withEarlier()
        reach((plain) => {
          const failing = fails(plain)
          return (sql, values) => (sql.includes("claim_") ? failing(sql, values) : plain(sql, values))
        })
        assert.deepStrictEqual(yield* all, expected)
      })
    )
  })

  /**
   * Two sessions for all laws, on a database that is emptied before each law: opening them takes longer than most laws. The
   * history stays: without it, the sessions would take the database for one that lacks what they wrote.
   */
  const openTwo = async () => {
    const url = server.database(template)
    const open = async (name: string) => {
      const database = await connect(url)
      const options = { database, frames, name, version: "1", settings: "", lease: 3_600_000 }
      return { database, store: await PostgresStore.open(options) }
    }
    return [await open("one"), await open("two")] as const
  }
  let opened: ReturnType<typeof openTwo> | undefined
  const two = Effect.promise(async () => {
    opened ??= openTwo()
    const [one, other] = await opened
    await one.database.query(`WITH attempts AS (DELETE FROM hipay_pos.attempts), orders AS (DELETE FROM hipay_pos.order_guards),
      terminals AS (DELETE FROM hipay_pos.terminal_guards), queue AS (DELETE FROM hipay_pos.queue) SELECT`)
    return [one.store, other.store] as const
  })

  storeLaws(() => Effect.map(two, ([one]) => one))
  // Fewer interleavings than in memory, where all of them run: a round trip takes longer than a whole step there.
  const every = process.env.INTERLEAVINGS === "all" ? 1 : 7
  claimLaws(() => two, every)

  describe("orders that come at the same time", () => {
    /** A session, and the functions that it called. */
    const counted = Effect.fnUntraced(function* (url: string, name = "one") {
      const database = yield* connected(url)
      const asked: Array<string> = []
      const counting = {
        ...database,
        query: (...[sql, ...how]: Parameters<typeof database.query>) => {
          const [, act] = /hipay_pos\.((?:claim|change)\w+)/.exec(sql) ?? []
          if (act !== undefined) asked.push(act)
          return database.query(sql, ...how)
        }
      }
      const store = yield* openOn(counting, { name })
      return { store, database, asked: () => asked.splice(0) }
    })
    const real = (id: string, changes: Parameters<typeof attempt>[1] = {}) =>
      attempt(id, { terminal: "dialled", ...changes })
    const terminals = (...names: ReadonlyArray<string>) => names.map((name) => terminalAt(`${name}:8888`))
    const together = { concurrency: "unbounded" } as const
    const guards = (database: Database.Database) =>
      Effect.promise(async () => {
        const [row] = await database.query(
          `SELECT (SELECT string_agg(attempt, ' ' ORDER BY attempt) FROM hipay_pos.order_guards) AS orders,
            (SELECT string_agg(terminal || '=' || attempt, ' ' ORDER BY terminal) FROM hipay_pos.terminal_guards) AS terminals,
            (SELECT string_agg(id, ' ' ORDER BY id) FROM hipay_pos.attempts) AS attempts,
            (SELECT string_agg(attempt || ' ' || state, ', ' ORDER BY number) FROM hipay_pos.history) AS history`
        )
        return row
      })

    it.effect("keep each its own order, however its text was broken into lines", () =>
      Effect.gen(function* () {
        const { store } = yield* counted(yield* make)
        const orders = ["a", "b", "c"].map((id) => ({ order: { order_id: id, description: "two\nlines" } }))
        const ordered = orders.map((body, i) => ({
          ...real(body.order.order_id),
          order: new KeptOrder(body, JSON.stringify(body, null, i))
        }))
        const claims = ordered.map((each) => store.claim({ attempt: each, terminal: undefined, payAgain: false }))
        yield* Effect.all(claims, together)
        const ends = ordered.map((each) =>
          store.change(each, { ...real(each.id, { state: "approved" }), order: each.order })
        )
        yield* Effect.all(ends, together)
        const kept = yield* Effect.all(ordered.map(({ id }) => store.get(id)))
        assert.deepStrictEqual(
          kept.map((each) => each?.order.body),
          orders
        )
      })
    )

    it.effect("are claimed and ended by one statement, with the same rows as by one for each", () =>
      Effect.gen(function* () {
        const { store, database, asked } = yield* counted(yield* make)
        const ids = ["a", "b", "c", "d"]
        const claims = ids.map((id) =>
          store.claim({ attempt: real(id), terminal: terminalAt(`${id}:8888`, `10.0.0.${id}:8888`), payAgain: false })
        )
        const claimed = yield* Effect.all(claims, together)
        assert.deepStrictEqual(
          claimed.map((each) => each._tag === "Written" && !each.isQueued && each.mayDial()),
          [true, true, true, true]
        )
        assert.deepStrictEqual(asked(), ["claim_group_v1", "claim_group_v1"])
        assert.include(yield* guards(database), {
          orders: "a b c d",
          terminals: ids
            .flatMap((id) => [`10.0.0.${id}:8888=${id}`])
            .concat(ids.map((id) => `${id}:8888=${id}`))
            .join(" ")
        })
        const ends = ids.map((id) => store.change(real(id), real(id, { state: id === "d" ? "unknown" : "approved" })))
        assert.deepStrictEqual(
          new Set((yield* Effect.all(ends, together)).map(({ _tag }) => _tag)),
          new Set(["Written"])
        )
        assert.deepStrictEqual(asked(), ["change_group_v2", "change_group_v2"])
        assert.include(yield* guards(database), { orders: "a b c d", terminals: "10.0.0.d:8888=d d:8888=d" })
        assert.deepStrictEqual((yield* store.list({})).map(({ id, state }) => `${id} ${state}`).toSorted(), [
          "a approved",
          "b approved",
          "c approved",
          "d unknown"
        ])
      })
    )

    it.effect("go over two connections, one of claims and one of ends, however many are open", () =>
      Effect.gen(function* () {
        const { store, database } = yield* counted(yield* make)
        yield* Effect.promise(() => Promise.all(Array.from({ length: 5 }, () => database.query("SELECT"))))
        for (const id of ["a", "b", "c", "d", "e", "f"]) yield* put(store, real(id, { state: "approved" }))
        const last = (act: string) => `count(*) FILTER (WHERE query LIKE '%${act}%')::integer AS ${act}`
        const used = `SELECT ${last("claim_group_v1")}, ${last("change_group_v2")} FROM pg_stat_activity
          WHERE datname = current_database() AND pid <> pg_backend_pid()`
        assert.deepStrictEqual(yield* Effect.promise(() => database.query(used)), [
          { claim_group_v1: 1, change_group_v2: 1 }
        ])
      })
    )

    it.effect("each get the result that they would get alone, and those not written leave nothing behind", () =>
      Effect.gen(function* () {
        const { store, database, asked } = yield* counted(yield* make)
        const [held, undecided, free, other] = terminals("held", "undecided", "free", "other")
        yield* put(store, real("paid", { state: "approved" }), other)
        yield* put(store, real("unknown", { state: "unknown" }), undecided)
        yield* put(store, real("open"), held)
        asked()
        const claim = (id: string, terminal = free, orderId = id) =>
          Effect.map(
            store.claim({ attempt: real(id, { orderId }), terminal, payAgain: false }),
            (claimed) =>
              `${claimed._tag} ${claimed._tag === "Written" ? claimed.isQueued : typeof claimed.attempt === "string" ? claimed.attempt : claimed.attempt.id}`
          )
        const told = yield* Effect.all(
          [
            claim("first", terminalAt("away:8888")),
            claim("again", free, "paid"),
            claim("blocked", undecided),
            claim("queued", held),
            claim("one", terminalAt("one:8888"), "order"),
            claim("two", terminalAt("two:8888"), "order"),
            claim("three", terminalAt("three:8888", "10.0.0.9:8888")),
            claim("four", terminalAt("10.0.0.9:8888"))
          ],
          together
        )
        assert.deepStrictEqual(told.slice(0, 4), [
          "Written false",
          "OrderTaken paid",
          "TerminalUndecided unknown",
          "Written true"
        ])
        const [one, two] = told.slice(4, 6)
        if (one === "Written false") assert.strictEqual(two, "OrderTaken one")
        else assert.deepStrictEqual([one, two], ["OrderTaken two", "Written false"])
        assert.deepStrictEqual(told.slice(6).toSorted(), ["Written false", "Written true"])
        assert.deepStrictEqual(asked().slice(0, 3), ["claim_group_v1", "claim_group_v1", "claim_v1"])
        const [refused] = one === "Written false" ? ["two"] : ["one"]
        const ids = ["first", "queued", "one", "two", "three", "four", "paid", "unknown", "open"]
        const left = yield* guards(database)
        const written = ids.filter((id) => id !== refused).toSorted()
        assert.strictEqual(left?.attempts, written.join(" "))
        assert.strictEqual(left?.orders, written.join(" "))
        const names: Record<string, ReadonlyArray<string>> = {
          ...{
            first: ["away:8888"],
            one: ["one:8888"],
            two: ["two:8888"],
            open: ["held:8888"],
            unknown: ["undecided:8888"]
          },
          ...(told[6] === "Written false" ? { three: ["10.0.0.9:8888", "three:8888"] } : { four: ["10.0.0.9:8888"] })
        }
        assert.strictEqual(
          left?.terminals,
          written
            .flatMap((id) => (names[id] ?? []).map((name) => `${name}=${id}`))
            .toSorted()
            .join(" ")
        )
      })
    )

    it.effect("are written although the database cannot take one of them", () =>
      Effect.gen(function* () {
        const { store } = yield* counted(yield* make)
        const claims = ["a", "b", "no\0text", "c"].map((id, i) =>
          Effect.result(store.claim({ attempt: real(id), terminal: terminalAt(`t${i}:8888`), payAgain: false }))
        )
        const claimed = yield* Effect.all(claims, together)
        assert.deepStrictEqual(
          claimed.map(({ _tag }) => _tag),
          ["Success", "Success", "Failure", "Success"]
        )
      })
    )

    it.effect.each([
      ["unknown", "approved"],
      ["approved", "unknown"]
    ] as const)(
      "write one of two ends that share a statement, %s and %s, and tell the other caller what is stored",
      (states) =>
        Effect.gen(function* () {
          const { store, database, asked } = yield* counted(yield* make)
          for (const id of ["before", "a"]) yield* put(store, real(id), terminalAt(`${id}:8888`))
          asked()
          const end = (id: string, state: (typeof states)[number]) => store.change(real(id), real(id, { state }))
          const told = yield* Effect.all(
            [end("before", "approved"), ...states.map((state) => end("a", state))],
            together
          )
          assert.deepStrictEqual(asked(), ["change_group_v2", "change_group_v2", "change_v2"])
          assert.deepStrictEqual(
            told.map((changed) => (changed._tag === "Stands" ? changed.attempt?.state : changed._tag)),
            ["Written", "Written", states[0]]
          )
          assert.strictEqual((yield* store.get("a"))?.state, states[0])
          assert.strictEqual((yield* guards(database))?.terminals, states[0] === "unknown" ? "a:8888=a" : null)
        })
    )

    it.effect("learn of an end once it is written, even if its order is locked by another instance", () =>
      Effect.gen(function* () {
        const url = yield* make
        const { store, database } = yield* counted(url)
        for (const id of ["a", "b"]) yield* put(store, real(id), terminalAt(`${id}:8888`))
        const other = yield* Effect.promise(() => connect(url))
        yield* Effect.promise(() => other.query("SELECT pg_advisory_lock(7)"))
        const long = database.script(
          "BEGIN; SELECT FROM hipay_pos.order_guards WHERE attempt = 'a' FOR UPDATE; SELECT pg_advisory_xact_lock(7); ROLLBACK"
        )
        const waiting = "SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        yield* Effect.promise(() =>
          until("a transaction waits for a lock", async () => (await database.query(waiting)).length > 0)
        )
        const end = (id: string) => store.change(real(id), real(id, { state: "approved" }))
        const held = Effect.runPromise(end("a"))
        assert.strictEqual((yield* end("b"))._tag, "Written")
        yield* Effect.promise(() => other.close())
        yield* Effect.promise(() => long)
        assert.strictEqual((yield* Effect.promise(() => held))._tag, "Written")
        assert.deepStrictEqual(
          yield* Effect.forEach(["a", "b"], (id) => Effect.map(store.get(id), (found) => found?.state)),
          ["approved", "approved"]
        )
      })
    )

    it.effect("do not wait for one that waits for another instance's transaction", () =>
      Effect.gen(function* () {
        const url = yield* make
        const { store, database } = yield* counted(url)
        const other = yield* Effect.promise(() => connect(url))
        const [key] = yield* Effect.promise(async () => {
          await Effect.runPromise(put(store, real("model", { state: "declined" }), terminalAt("model:8888")))
          return database.query("SELECT replace(key, 'model', 'held') AS key FROM hipay_pos.attempts")
        })
        yield* Effect.promise(() => other.query("SELECT pg_advisory_lock(7)"))
        const long = database.script(
          `BEGIN; INSERT INTO hipay_pos.order_guards VALUES ($k$${key?.key}$k$, 'elsewhere', 1, 'open', 1, 'EUR'); SELECT pg_advisory_xact_lock(7); ROLLBACK`
        )
        const waiting = "SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        yield* Effect.promise(() =>
          until("a transaction waits for a lock", async () => (await database.query(waiting)).length > 0)
        )
        const claim = (id: string) =>
          store.claim({ attempt: real(id), terminal: terminalAt(`${id}:8888`), payAgain: false })
        const held = Effect.runPromise(Effect.all([claim("first"), claim("held")], together))
        assert.deepStrictEqual(
          (yield* Effect.all(["a", "b", "c"].map(claim), together)).map(({ _tag }) => _tag),
          ["Written", "Written", "Written"]
        )
        yield* Effect.promise(() => other.close())
        yield* Effect.promise(() => long)
        assert.deepStrictEqual(
          (yield* Effect.promise(() => held)).map(({ _tag }) => _tag),
          ["Written", "Written"]
        )
      })
    )

    it.effect(
      "are written once, whichever of several sessions they come to, and no session waits for another in a circle",
      () =>
        Effect.gen(function* () {
          const url = yield* make
          const sessions = yield* Effect.all(["one", "two", "three"].map((name) => session(url, name)))
          const database = yield* connected(url)
          for (let round = 0; round < 6; round++) {
            const orders = Array.from({ length: 20 }, (_, i) => i)
            const claims = sessions.flatMap((store, at) =>
              orders.map((_, i) => {
                // Each session sends the orders in another sequence, at overlapping terminals.
                const order = (i * (2 * at + 3) + round) % 20
                const id = `${round}-${order}-${at}`
                const terminal = terminalAt(`t${order % 10}:8888`, `10.0.0.${(order * 7) % 10}:8888`)
                return Effect.map(
                  store.claim({ attempt: real(id, { orderId: `${round}-${order}` }), terminal, payAgain: false }),
                  (claimed) => ({ store, order, id, claimed })
                )
              })
            )
            const all = yield* Effect.all(claims, together)
            const written = all.filter(({ claimed }) => claimed._tag === "Written")
            assert.deepStrictEqual(
              written.map(({ order }) => order).toSorted((a, b) => a - b),
              orders
            )
            const ends = written.map(({ store, order, id, claimed }) =>
              store.change(
                real(id, { orderId: `${round}-${order}` }),
                real(id, {
                  orderId: `${round}-${order}`,
                  state: claimed._tag === "Written" && claimed.isQueued ? "not-started" : "approved"
                })
              )
            )
            assert.deepStrictEqual(
              new Set((yield* Effect.all(ends, together)).map(({ _tag }) => _tag)),
              new Set(["Written"])
            )
          }
          const rows = yield* Effect.promise(() =>
            database.query(`SELECT (SELECT count(*) FROM hipay_pos.terminal_guards) AS terminals,
            (SELECT count(*) FROM hipay_pos.queue) AS queued,
            (SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()) AS deadlocks`)
          )
          assert.deepStrictEqual(rows, [{ terminals: "0", queued: "0", deadlocks: "0" }])
        })
    )
  })

  it.effect("lets a payment under way end with its answer if its instance was given up and is back", () =>
    Effect.gen(function* () {
      const database = yield* connected(yield* make)
      const isLookedAt = Promise.withResolvers<void>()
      let isFound = false
      const query: typeof database.query = async (sql, values) => {
        const isBeat = sql.includes("beat_v2")
        // What one renewal finds has been handled when the next one is sent.
        if (isBeat && isFound) isLookedAt.resolve()
        const rows = await database.query(sql, values)
        isFound ||= isBeat && rows.some(({ id }) => id === "A")
        return rows
      }
      const store = yield* openOn({ ...database, query }, { lease: 400 })
      yield* store.claim({ attempt: attempt("A"), terminal: terminalAt("bar:8888"), payAgain: false })
      yield* Effect.promise(() => database.query("UPDATE hipay_pos.instances SET gone = true"))
      yield* Effect.promise(() => isLookedAt.promise)
      assert.strictEqual((yield* store.get("A"))?.state, "open")
      const changed = yield* store.change(attempt("A"), attempt("A", { state: "approved" }))
      assert.deepStrictEqual(changed, { _tag: "Written" })
    })
  )

  describe("a person's resolution that the database does not answer", () => {
    const cut = () => new Error("the database did not answer within 3 s")
    /** The result, and what is written, if the database answers only some of the queries. */
    it.effect.each<[string, ReadonlyArray<"lost" | "late" | "answered">, string, number]>([
      ["is found as written where it was", ["late", "answered"], "Written", 1],
      ["is written where it was not", ["lost", "answered"], "Written", 1],
      ["may be written, which is said, where nothing is answered", ["late", "late"], "Unanswered", 1],
      ["may still be written, which is said, where it was not", ["lost", "lost"], "Unanswered", 0]
    ])("%s", ([_, answers, told, words]) =>
      Effect.gen(function* () {
        const database = yield* connected(yield* make)
        const left = [...answers]
        const query: typeof database.query = async (sql, ...asked) => {
          const next = sql.includes("change_v2") ? left.shift() : "answered"
          if (next === "lost") throw cut()
          const rows = await database.query(sql, ...asked)
          if (next === "late") throw cut()
          return rows
        }
        const store = yield* openOn({ ...database, query })
        yield* put(store, attempt("A", { state: "unknown" }))
        const seen = yield* store.get("A")
        assert.isDefined(seen)
        const declined = close(seen, { _tag: "Resolved", resolution: { ...setAside, outcome: "declined" } }, 9)
        const said = yield* Effect.match(store.change(seen, declined), {
          onSuccess: ({ _tag }) => _tag,
          onFailure: ({ reason }) => reason._tag
        })
        assert.strictEqual(said, told)
        const history = yield* Effect.promise(() =>
          database.query("SELECT FROM hipay_pos.history WHERE attempt = 'A' AND state = 'declined'")
        )
        assert.lengthOf(history, words)
        assert.lengthOf(left, 0)
      })
    )
  })

  describe("an attempt whose claim was written and not answered, by an instance that is given up", () => {
    /** An instance whose claims are not answered, and whose renewals are held back until it is back. */
    const cutOff = Effect.fnUntraced(function* (url: string) {
      const database = yield* connected(url)
      const back = Promise.withResolvers<void>()
      const lookedAt = Promise.withResolvers<void>()
      const ended = Promise.withResolvers<void>()
      let [isCut, isFound] = [false, false]
      const query: typeof database.query = async (sql, values, over) => {
        // What is found has been handled when the next renewal is sent.
        if (isFound && sql.includes("beat_v2")) lookedAt.resolve()
        if (isCut && sql.includes("beat_v2")) await back.promise
        const rows = await database.query(sql, values, over)
        if (isCut && sql.includes("claim_group_v1")) throw new Error("the database did not answer within 3 s")
        isFound ||= rows.some(({ id }) => id === "A")
        if (sql.includes("change_v2") && values?.[0] === "A") ended.resolve()
        return rows
      }
      const store = yield* openOn({ ...database, query }, { lease: 400 })
      isCut = true
      const claim = {
        attempt: attempt("A", { terminal: "dialled" }),
        terminal: terminalAt("bar:8888"),
        payAgain: false
      }
      assert.strictEqual((yield* Effect.flip(store.claim(claim))).reason._tag, "EarlierUnknown")
      yield* Effect.promise(() => database.query("UPDATE hipay_pos.instances SET gone = true WHERE name = 'one'"))
      const heal = () => {
        isCut = false
        back.resolve()
      }
      return { heal, lookedAt: lookedAt.promise, ended: ended.promise }
    })
    const next = { attempt: attempt("B", { terminal: "dialled" }), terminal: terminalAt("bar:8888"), payAgain: false }

    it.effect("is not started once that one is back, even if another one had made it unknown", () =>
      Effect.gen(function* () {
        const url = yield* make
        const { heal, ended } = yield* cutOff(url)
        const two = yield* session(url, "two", 400)
        assert.deepInclude(yield* two.ended("A"), { state: "unknown" })
        assert.deepInclude(yield* two.claim(next), { _tag: "TerminalUndecided" })
        heal()
        yield* Effect.promise(() => ended)
        assert.deepInclude(yield* two.get("A"), { state: "not-started" })
        assert.deepInclude(yield* two.claim(next), { _tag: "Written" })
      })
    )

    it.effect("stays as a person has resolved it", () =>
      Effect.gen(function* () {
        const url = yield* make
        const { heal, lookedAt } = yield* cutOff(url)
        const two = yield* session(url, "two", 400)
        const unknown = yield* two.ended("A")
        assert.isDefined(unknown)
        const resolution = { ...setAside, outcome: "approved" } as const
        const approved = close(unknown, { _tag: "Resolved", resolution }, 9)
        assert.deepStrictEqual(yield* two.change(unknown, approved), { _tag: "Written" })
        heal()
        yield* Effect.promise(() => lookedAt)
        assert.deepStrictEqual(yield* two.get("A"), approved)
      })
    )
  })

  it.effect("is notified from the start by an instance whose last renewal was before it", () =>
    Effect.gen(function* () {
      const url = yield* make
      const database = yield* connected(url)
      const [beaten, goOn, told] = [Promise.withResolvers<void>(), Promise.withResolvers<void>(), [] as Array<unknown>]
      let isArriving = false
      let isOver = false
      const open = (name: string, query: typeof database.query) =>
        openOn({ ...database, query }, { name, lease: 4_000 })
      const first = yield* open("one", async (sql, values) => {
        if (!sql.includes("beat_v2") || !isArriving) {
          if (sql.includes("pg_notify")) told.push(values?.[1])
          return database.query(sql, values)
        }
        if (isOver) await goOn.promise
        const rows = await database.query(sql, values)
        isOver = true
        beaten.resolve()
        return rows
      })
      // The other instance arrives just after a renewal, and no further one is sent.
      yield* open("two", async (sql, values) => {
        if (sql.includes("register_v1")) {
          isArriving = true
          await beaten.promise
        }
        return database.query(sql, values)
      })
      told.length = 0
      for (let order = 0; told.length === 0; order++) yield* put(first, attempt(`${order}`))
      goOn.resolve()
      assert.deepStrictEqual(told, [""])
    })
  )

  it.effect("knows an attempt elsewhere while the process lives that claimed it, also as another incarnation", () =>
    Effect.gen(function* () {
      const url = yield* make
      const [database, two] = [yield* connected(url), yield* session(url, "two")]
      const isBack = Promise.withResolvers<void>()
      const one = yield* Effect.promise(() =>
        PostgresStore.open({
          ...{ database, frames, name: "one", version: "1", settings: "", lease: 4_000 },
          onWarning: (detail) => {
            if (detail.includes("it continues as one:")) isBack.resolve()
          }
        })
      )
      const elsewhere = Effect.all([one.isElsewhere("A"), two.isElsewhere("A")])
      const giveUp = "UPDATE hipay_pos.instances SET gone = true WHERE name = 'one'"
      yield* put(one, attempt("A"))
      const claimed = yield* elsewhere
      yield* Effect.promise(() => database.query(giveUp))
      yield* Effect.promise(() => isBack.promise)
      const continued = yield* elsewhere
      yield* Effect.promise(() => one.close())
      assert.deepStrictEqual(
        [claimed, continued, yield* elsewhere],
        [
          [false, true],
          [false, true],
          [false, false]
        ]
      )
    })
  )

  it.effect(
    "waits for an instance of its name that registers at the same time, and takes its place once it is gone",
    () =>
      Effect.gen(function* () {
        const url = yield* make
        const [database, held, other] = [yield* connected(url), yield* connected(url), yield* connected(url)]
        const ask = (sql: string) => () => database.query(sql)
        yield* Effect.promise(() => held.query("SELECT pg_advisory_lock(7)"))
        const registering = database.script(`BEGIN; SELECT * FROM hipay_pos.register_v1('first', 'one', '1', '', 1000);
        SELECT pg_advisory_xact_lock(7); COMMIT`)
        const waits = (kind: string, count: number) =>
          Effect.promise(() =>
            until(`${count} wait for ${kind}`, async () => {
              const waiting = ask(`SELECT FROM pg_locks WHERE NOT granted AND locktype = '${kind}'`)
              return (await waiting()).length === count
            })
          )
        yield* waits("advisory", 1)
        const opening = yield* Effect.forkChild(openOn(other, { lease: 4_000 }), { startImmediately: true })
        yield* waits("transactionid", 1)
        yield* Effect.promise(() => held.query("SELECT pg_advisory_unlock(7)"))
        yield* Effect.promise(() => registering)
        const store = yield* Fiber.join(opening)
        assert.deepStrictEqual(
          (yield* Effect.promise(ask("SELECT id, gone FROM hipay_pos.instances ORDER BY started_at"))).map(
            ({ id, gone }) => [id, gone]
          ),
          [
            ["first", true],
            [store.lease.instance(), false]
          ]
        )
      })
  )

  it.effect("gives no turn to an attempt whose instance was given up, but one if it lives", () =>
    Effect.gen(function* () {
      const database = yield* connected(yield* make)
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
      const [store, database] = [yield* session(url, "one"), yield* connected(url)]
      const openedAt = Date.parse("2026-11-01T00:00:00Z")
      const old = Array.from({ length: 60 }, (_, i) => `${i}`)
      for (const id of old) yield* put(store, attempt(id, { state: "approved", openedAt }))
      yield* put(store, attempt("unknown", { state: "unknown", openedAt: openedAt + 1 }))
      yield* put(store, attempt("spoilt", { state: "approved", openedAt: openedAt + 2 }))
      yield* put(store, attempt("new", { state: "approved", openedAt: openedAt + 3 }))
      const run = (sql: string) => Effect.promise(() => database.query(sql))
      yield* run("UPDATE hipay_pos.attempts SET json = '?' || json WHERE id = 'spoilt'")
      const forget = Effect.promise(() => forgetCustomers(database, frames, openedAt + 3))
      assert.deepStrictEqual(yield* forget, ["spoilt"])
      const holding = () => run("SELECT id FROM hipay_pos.attempts WHERE customer ORDER BY opened_at")
      assert.deepStrictEqual(yield* holding(), [{ id: "spoilt" }, { id: "new" }])
      assert.deepStrictEqual(yield* forget, ["spoilt"])
      yield* run("UPDATE hipay_pos.attempts SET json = substr(json, 2) WHERE id = 'spoilt'")
      assert.deepStrictEqual(yield* forget, [])
      assert.deepStrictEqual(yield* holding(), [{ id: "new" }])
      const withPersonalData = (yield* store.list({})).filter(({ order }) => order.hasPersonalData)
      assert.deepStrictEqual(
        withPersonalData.map(({ id }) => id),
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
        const [store, database] = [yield* session(url, "one"), yield* connected(url)]
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
        assert.deepStrictEqual((yield* Effect.flip(claim("paid"))).reason, { _tag: "Damaged", id: "paid" })
        assert.deepStrictEqual(yield* claim("new", bar), { _tag: "TerminalUndecided", attempt: "unknown" })
        assert.strictEqual((yield* claim("declined"))._tag, "Written")
      })
  )
})
