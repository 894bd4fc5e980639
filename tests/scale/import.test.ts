/** Importing a shop's file into a shared store: all of its guards hold there, and no gateway continues on the file. */
import { spawn } from "node:child_process"
import { randomBytes } from "node:crypto"
import { once } from "node:events"
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { fileURLToPath } from "node:url"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import * as Frames from "@hipay-pos/concert-codec/Frames"
import { readShared } from "@hipay-pos/gateway/bin"
import {
  Address,
  compareStore,
  Database,
  type Import,
  importStore,
  migrate,
  openShared,
  PostgresStore
} from "@hipay-pos/gateway/postgres"
import { exportRows, exportStore, MovingStore, openStore, type SqliteStore, StartFailed } from "@hipay-pos/server/node"
import { attempt, frames, put, set, setAside, terminalAt } from "@hipay-pos/server/testing"
import * as Effect from "effect/Effect"
import { until } from "../until.ts"
import { startMigrated } from "./databases.ts"
import { type PostgresServer, skipped } from "./postgresServer.ts"

const folder = mkdtempSync(join(tmpdir(), "store-import-"))
afterAll(() => rmSync(folder, { recursive: true }))
let files = 0
const newPath = () => join(folder, `${++files}.db`)

const NOW = Date.parse("2026-11-28T12:00:00Z")
const [bar, hall, terrace] = [
  terminalAt("bar:8888", "10.0.0.7:8888"),
  terminalAt("hall:8888"),
  terminalAt("terrace:8888")
]

const real = (id: string, changes: Parameters<typeof attempt>[1] = {}) =>
  attempt(id, { terminal: "dialled", openedAt: NOW - 3_600_000, ...changes })

type Store = SqliteStore.SqliteStore

/** Opens a file as its gateway does. */
const inFile = (path: string, work: (store: Store) => Effect.Effect<unknown, unknown>) =>
  Effect.promise(async () => {
    const { store, close } = await openStore({ path, mode: "gateway", frames })
    await Effect.runPromise(work(store))
    await close()
  })

const sql = (path: string, statements: string) => {
  const database = new DatabaseSync(path)
  database.exec(statements)
  database.close()
}

const refusedBy = (path: string) =>
  Effect.promise(() =>
    openStore({ path, mode: "gateway", frames }).then(
      ({ close }) => close().then(() => "opened"),
      (error: Error) => error.message.replaceAll(path, "FILE")
    )
  )

describe.skipIf(skipped !== "")(`a file that is imported into a shared store${skipped}`, () => {
  let server: PostgresServer
  let template = ""
  beforeAll(async () => {
    ;({ server, template } = await startMigrated())
  })
  afterAll(() => server.remove())

  const make = Effect.sync(() => server.database(template))
  const addressOf = (url: string) => Address.read(url, {})
  const psql = (url: string, text: string) => server.psql(text, url.split("/").at(-1))
  /** With `isSameShop` if the file's shop has already used the store. */
  const importing = (file: string, url: string, isSameShop = false) =>
    importStore({ file, address: addressOf(url), frames, now: NOW, isSameShop })
  const bring = (file: string, url: string, isSameShop = false) =>
    Effect.promise(() => importing(file, url, isSameShop))
  const compare = (file: string, url: string) =>
    Effect.promise(() => compareStore({ file, address: addressOf(url), frames, now: NOW }))
  const refusal = (file: string, url: string, isSameShop = false) =>
    Effect.promise(() =>
      importing(file, url, isSameShop).then(
        () => "imported",
        (error: Error) => error.message.replaceAll(file, "FILE").replaceAll(url, "STORE")
      )
    )
  const session = Effect.fnUntraced(function* (url: string) {
    const database = yield* Effect.acquireRelease(
      Effect.promise(() => Database.connect(addressOf(url))),
      (database) => Effect.promise(() => database.close())
    )
    return yield* Effect.acquireRelease(
      Effect.promise(() =>
        PostgresStore.open({ database, frames, name: "one", version: "1", settings: "", lease: 120_000 })
      ),
      (store) => Effect.promise(() => store.close())
    )
  })

  /** A day of a shop: paid, declined, unknown, set aside, cut off, and one that cannot be read. */
  const aDay = (path: string) =>
    Effect.gen(function* () {
      yield* inFile(path, (store) =>
        Effect.gen(function* () {
          yield* put(store, real("paid", { orderId: "A", state: "approved", openedAt: NOW - 9_000 }), bar)
          yield* put(store, real("declined", { orderId: "C", state: "declined", openedAt: NOW - 8_000 }), bar)
          yield* put(store, real("spoilt", { orderId: "F", state: "approved", openedAt: NOW - 7_000 }), hall)
          yield* put(store, real("aside", { state: "unknown", openedAt: NOW - 6_000 }), hall)
          yield* set(
            store,
            real("aside", {
              state: "unknown",
              openedAt: NOW - 6_000,
              resolutions: [{ ...setAside, outcome: "set-aside" }]
            })
          )
          yield* put(store, real("unknown", { orderId: "B", state: "unknown", openedAt: NOW - 5_000 }), hall)
          yield* put(store, real("cut off", { orderId: "E", openedAt: NOW - 4_000 }), terrace)
        })
      )
      sql(path, `UPDATE attempts SET json = '{ "no": ' || char(0) WHERE id = 'spoilt'`)
    })

  it.effect("guards there what it guarded, and shows what it showed", () =>
    Effect.gen(function* () {
      const [path, url] = [newPath(), yield* make]
      yield* aDay(path)
      const { imported, unknown, differences, attempts } = yield* bring(path, url)
      assert.deepStrictEqual(
        { imported, unknown, differences, attempts },
        {
          imported: { attempts: 6, notifications: 0 },
          unknown: 3,
          differences: [],
          attempts: 6
        }
      )
      const store = yield* session(url)
      const claim = (orderId: string, terminal = terminalAt("new:8888")) =>
        Effect.map(
          Effect.result(store.claim({ attempt: real(`again ${orderId}`, { orderId }), terminal, payAgain: false })),
          (result) =>
            result._tag === "Failure"
              ? result.failure.detail
              : "attempt" in result.success
                ? `${result.success._tag} ${typeof result.success.attempt === "string" ? result.success.attempt : result.success.attempt.id}`
                : result.success._tag
        )
      assert.strictEqual(yield* claim("A"), "OrderTaken paid")
      assert.strictEqual(yield* claim("B"), "OrderTaken unknown")
      assert.strictEqual(yield* claim("E"), "OrderTaken cut off")
      assert.strictEqual(yield* claim("F"), "attempt spoilt cannot be read")
      assert.strictEqual(yield* claim("new", hall), "TerminalUndecided unknown")
      assert.strictEqual(yield* claim("new", terrace), "TerminalUndecided cut off")
      assert.strictEqual(yield* store.lastAt(bar), "paid")
      assert.strictEqual(yield* store.lastAt(terminalAt("10.0.0.7:8888")), "paid")
      assert.strictEqual(yield* claim("C", bar), "Written")
      assert.strictEqual(yield* store.lastAt(bar), "again C")
      const listed = yield* store.list({})
      assert.deepStrictEqual(
        listed.map(({ id }) => id),
        ["again C", "cut off", "unknown", "aside", "declined", "paid"]
      )
      assert.strictEqual(
        psql(url, "SELECT string_agg(state, ' ' ORDER BY number) FROM hipay_pos.history WHERE attempt = 'cut off'"),
        "open unknown"
      )
      assert.match(
        yield* refusedBy(path),
        /^cannot open the store FILE: its attempts were imported into postgres:.* on 2026-11-28T12/
      )
    }).pipe(Effect.scoped)
  )

  it.effect("is imported once: a second time nothing is written, and what was resolved since stays so", () =>
    Effect.gen(function* () {
      const [path, url] = [newPath(), yield* make]
      yield* aDay(path)
      yield* bring(path, url)
      const store = yield* session(url)
      yield* set(store, real("unknown", { orderId: "B", state: "declined", endedAt: NOW, openedAt: NOW - 5_000 }))
      const rows = () =>
        psql(
          url,
          "SELECT (SELECT count(*) FROM hipay_pos.attempts), (SELECT count(*) FROM hipay_pos.history), (SELECT count(*) FROM hipay_pos.order_guards), (SELECT string_agg(terminal, ' ') FROM hipay_pos.terminal_guards)"
        )
      const before = rows()
      const { imported, changedSince, differences } = yield* bring(path, url)
      assert.deepStrictEqual(
        { imported, changedSince, differences },
        {
          imported: { attempts: 0, notifications: 0 },
          changedSince: 1,
          differences: []
        }
      )
      assert.strictEqual(rows(), before)
      assert.strictEqual(before, "6|14|4|terrace:8888")
    }).pipe(Effect.scoped)
  )

  it.effect("comes before what was claimed there, so that a terminal's last sale is the one that was made last", () =>
    Effect.gen(function* () {
      const url = yield* make
      const [older, old, late] = [newPath(), newPath(), newPath()]
      const at = (openedAt: number, id: string) => (store: Store) =>
        put(store, real(id, { state: "approved", openedAt }), bar)
      yield* inFile(older, at(NOW - 30_000, "older"))
      yield* inFile(old, at(NOW - 20_000, "old"))
      yield* inFile(late, at(NOW + 1, "late"))
      const store = yield* session(url)
      // The newer of two files is imported first, and the older one's attempt does not become the last.
      yield* bring(old, url)
      yield* bring(older, url, true)
      assert.strictEqual(yield* store.lastAt(bar), "old")
      yield* put(store, real("own", { state: "approved", openedAt: NOW }), bar)
      assert.strictEqual(yield* store.lastAt(bar), "own")
      assert.match(
        yield* refusal(late, url),
        /^FILE: the terminal 10\.0\.0\.7:8888 was used with both stores: own of 2026-11-28T12:00:00.000Z in STORE, and then late of 2026-11-28T12:00:00.001Z in the file; make a sale at it/
      )
      assert.strictEqual(yield* refusedBy(late), "opened")
      yield* put(store, real("next", { state: "approved", openedAt: NOW + 2 }), bar)
      assert.strictEqual(yield* refusal(late, url, true), "imported")
      assert.strictEqual(yield* store.lastAt(bar), "next")
    }).pipe(Effect.scoped)
  )

  it.effect("keeps its own order, whatever its clock did", () =>
    Effect.gen(function* () {
      const [path, url] = [newPath(), yield* make]
      const cancelKey = { ...real("2").key, transactionType: "Cancel" } as const
      yield* inFile(path, (store) =>
        Effect.gen(function* () {
          yield* put(store, real("1", { state: "approved", openedAt: NOW }), bar)
          yield* put(store, real("2", { state: "approved", openedAt: NOW - 86_400_000 }), bar)
          yield* put(store, real("3", { key: cancelKey, state: "approved", openedAt: 5 }), bar)
        })
      )
      yield* bring(path, url)
      assert.strictEqual(
        psql(url, "SELECT string_agg(id, '' ORDER BY number), max(number) < 0 FROM hipay_pos.attempts"),
        "123|t"
      )
      const store = yield* session(url)
      const cancelled = Effect.forEach(["2", "3"], (sale) => store.standing(cancelKey, sale))
      assert.deepStrictEqual(
        (yield* cancelled).map((cancel) => cancel?.id),
        ["3", undefined]
      )
    })
  )

  it.effect.each(["1", "2", "3"])("is imported from format %s, and shows the same there", (format) =>
    Effect.gen(function* () {
      const [path, url] = [newPath(), yield* make]
      copyFileSync(
        fileURLToPath(new URL(`../../packages/server/test/node/fixtures/store-format-${format}.db`, import.meta.url)),
        path
      )
      yield* inFile(path, () => Effect.void)
      // Leave one undecided attempt per terminal, as a gateway has.
      sql(
        path,
        "DELETE FROM terminal_guards WHERE attempt NOT IN (SELECT max(attempt) FROM terminal_guards GROUP BY terminal)"
      )
      const { store: file, close } = yield* Effect.promise(() => openStore({ path, mode: "gateway", frames }))
      const shown = yield* file.list({})
      yield* Effect.promise(close)
      const { imported, differences } = yield* bring(path, url)
      assert.deepStrictEqual(differences, [])
      assert.strictEqual(imported.attempts, shown.length)
      const store = yield* session(url)
      assert.deepStrictEqual(yield* store.list({}), shown)
    }).pipe(Effect.scoped)
  )

  it.effect("reports what differs: an id that another attempt has there, and an order that was paid in both", () =>
    Effect.gen(function* () {
      const [path, url] = [newPath(), yield* make]
      const store = yield* session(url)
      yield* put(store, real("same", { orderId: "X", state: "declined" }))
      yield* put(store, real("other", { orderId: "other there" }))
      yield* put(store, real("there", { orderId: "TWICE", state: "approved" }))
      yield* inFile(path, (file) =>
        Effect.gen(function* () {
          yield* put(file, real("same", { orderId: "X", state: "approved" }))
          yield* put(file, real("other", { orderId: "other here", state: "declined" }))
          yield* put(file, real("here", { orderId: "TWICE", state: "approved" }))
        })
      )
      const differences = [
        "attempt here: its order is guarded by attempt there in the shared store; it may have been paid twice",
        "attempt other: the shared store has another attempt with this id, opened 2026-11-28T11:00:00.000Z",
        "attempt same: approved in the file, declined in the shared store"
      ]
      const sorted = ({ differences }: Import) => differences.toSorted()
      assert.deepStrictEqual(sorted(yield* bring(path, url, true)), differences)
      assert.deepStrictEqual(sorted(yield* bring(path, url)), differences)
      assert.deepStrictEqual(sorted(yield* compare(path, url)), differences)
      const again = yield* store.claim({ attempt: real("again", { orderId: "X" }), terminal: bar, payAgain: false })
      assert.strictEqual(again._tag, "OrderTaken")
      assert.strictEqual((yield* store.get("other"))?.key.orderId, "other there")
    }).pipe(Effect.scoped)
  )

  it.effect("is refused before it is marked if another shop's login there has the same name", () =>
    Effect.gen(function* () {
      const [first, second, url] = [newPath(), newPath(), yield* make]
      const sale = (id: string, openedAt: number) => (store: Store) =>
        put(store, real(id, { login: "till", orderId: "1001", state: "approved", openedAt }), terminalAt(`${id}:8888`))
      yield* inFile(first, sale("lyon", NOW - 9_000))
      yield* inFile(second, sale("paris", NOW - 8_000))
      const copy = newPath()
      copyFileSync(first, copy)
      yield* bring(first, url)
      assert.match(
        yield* refusal(second, url),
        /^FILE: the login till has attempts in STORE that are not of this file, such as lyon of 2026-11-28T11:59:51\.000Z: shops with one login share their order ids, /
      )
      assert.strictEqual(yield* refusedBy(second), "opened")
      assert.strictEqual(psql(url, "SELECT string_agg(id, ' ') FROM hipay_pos.attempts"), "lyon")
      // The first file can be imported again, also from a copy, while the store is in use.
      const store = yield* session(url)
      yield* put(store, real("lyon 2", { login: "till", orderId: "1002", state: "approved", openedAt: NOW }))
      assert.deepStrictEqual((yield* bring(first, url)).differences, [])
      psql(url, "DELETE FROM hipay_pos.attempts WHERE id = 'lyon 2'")
      assert.deepStrictEqual((yield* bring(copy, url)).differences, [])
      // Only a person knows that both files are of the same shop.
      assert.deepStrictEqual((yield* bring(second, url, true)).differences, [
        "attempt paris: its order is guarded by attempt lyon in the shared store; it may have been paid twice"
      ])
    }).pipe(Effect.scoped)
  )

  it.effect("keeps an order guarded whose other attempt there is declined during the import", () =>
    Effect.gen(function* () {
      const [path, url] = [newPath(), yield* make]
      const store = yield* session(url)
      yield* put(store, real("there", { orderId: "TWICE" }), hall)
      yield* inFile(path, (file) => put(file, real("here", { orderId: "TWICE", state: "approved" }), bar))
      const moving = MovingStore.open(path, frames, NOW)
      const batch = JSON.stringify([...moving.attempts()].flat())
      moving.close()
      const [database, held] = yield* Effect.promise(() =>
        Promise.all([Database.connect(addressOf(url)), Database.connect(addressOf(url))])
      )
      const waits = async (kind: string) => {
        const [row] = await database.query("SELECT count(*) FROM pg_locks WHERE locktype = $1 AND NOT granted", [kind])
        return row?.count !== "0"
      }
      yield* Effect.promise(async () => {
        await held.query("SELECT pg_advisory_lock(7)")
        const importing = database.script(
          `BEGIN; SELECT hipay_pos.import_attempts_v1('import', $batch$${batch}$batch$); SELECT pg_advisory_xact_lock(7); COMMIT`
        )
        await until("the import waits for a lock", () => waits("advisory"))
        let isDeclined = false
        const declining = Effect.runPromise(
          set(store, real("there", { orderId: "TWICE", state: "declined", endedAt: NOW }))
        ).then(() => {
          isDeclined = true
        })
        await until("the end is written, or waits", async () => isDeclined || (await waits("transactionid")))
        await held.close()
        await Promise.all([importing, declining])
        await database.close()
      })
      const again = yield* store.claim({ attempt: real("again", { orderId: "TWICE" }), terminal: bar, payAgain: false })
      assert.strictEqual(again._tag === "OrderTaken" && again.attempt.id, "here")
    }).pipe(Effect.scoped)
  )

  it.effect("gets its guards back when it is imported again", () =>
    Effect.gen(function* () {
      const [path, url] = [newPath(), yield* make]
      yield* inFile(path, (file) => put(file, real("1", { state: "approved" }), bar))
      yield* bring(path, url)
      psql(url, "DELETE FROM hipay_pos.order_guards")
      assert.deepStrictEqual((yield* compare(path, url)).differences, [
        "attempt 1: its order is not guarded in the shared store"
      ])
      assert.deepStrictEqual((yield* bring(path, url)).differences, [])
      assert.strictEqual(psql(url, "SELECT attempt FROM hipay_pos.order_guards"), "1")
    })
  )

  it.effect("is compared before it is imported, and neither changes", () =>
    Effect.gen(function* () {
      const [path, url] = [newPath(), yield* make]
      yield* inFile(path, (store) => put(store, real("1", { state: "approved" }), bar))
      const { differences } = yield* compare(path, url)
      assert.deepStrictEqual(differences, ["attempt 1: it is missing from the shared store"])
      assert.strictEqual(yield* refusedBy(path), "opened")
      assert.strictEqual(psql(url, "SELECT count(*) FROM hipay_pos.order_guards"), "0")
    })
  )

  it.effect("is refused, and its gateway starts again, if its guards could not be kept there", () =>
    Effect.gen(function* () {
      const [path, url] = [newPath(), yield* make]
      const store = yield* session(url)
      yield* put(store, real("there", { state: "unknown" }), hall)
      yield* inFile(path, (file) => put(file, real("here", { state: "unknown" }), hall))
      assert.strictEqual(
        yield* refusal(path, url),
        "FILE: the terminal hall:8888 has an undecided attempt in both stores, here here and there there; resolve one of them first"
      )
      assert.strictEqual(yield* refusedBy(path), "opened")
      sql(path, "INSERT INTO terminal_guards VALUES ('bar:8888', 'one'), ('bar:8888', 'two')")
      assert.match(yield* refusal(path, url), /^FILE: the terminal bar:8888 has several undecided attempts, one, two;/)
      assert.strictEqual(yield* refusedBy(path), "opened")
      assert.strictEqual(psql(url, "SELECT count(*) FROM hipay_pos.attempts"), "1")
    }).pipe(Effect.scoped)
  )

  it.effect("is not opened by its gateway from the first mark on, and is imported into no other store", () =>
    Effect.gen(function* () {
      const [path, url, other] = [newPath(), yield* make, server.database()]
      yield* aDay(path)
      // As if the process was killed right after the mark.
      const name = psql(url, "SELECT value FROM hipay_pos.identity WHERE name = 'store'")
      const moving = MovingStore.open(path, frames, NOW)
      moving.mark({ to: addressOf(url).text, store: name })
      moving.close()
      assert.match(
        yield* refusedBy(path),
        /^cannot open the store FILE: its attempts are being imported into postgres:.*, and the import is not complete; run: hipay-pos store import FILE --store postgres:/
      )
      const database = yield* Effect.promise(() => Database.connect(addressOf(other)))
      yield* Effect.promise(() => migrate(database).then(() => database.close()))
      assert.match(
        yield* refusal(path, other),
        /^FILE: its attempts were imported, or are being imported, into postgres:/
      )
      assert.strictEqual((yield* bring(path, url)).imported.attempts, 6)
    })
  )

  it.effect("is refused before it is marked if a key of an order or a terminal is too long for an index there", () =>
    Effect.gen(function* () {
      const url = yield* make
      const long = randomBytes(2_500).toString("hex")
      for (const [orderId, terminal] of [
        [long, hall],
        ["A", terminalAt(`${long}:8888`)],
        ["A", terminalAt("bar:8888", `${long}:8888`)]
      ] as const) {
        const path = newPath()
        yield* inFile(path, (file) => put(file, real("long", { orderId, state: "not-started" }), terminal))
        assert.strictEqual(
          yield* refusal(path, url),
          "FILE: attempt long has an order id, the name of a terminal or a reference that is too long for an index of STORE: more than 2600 bytes with its login. If it moved no money, hipay-pos store prune removes it once it is 30 days old; else do not import, and go on with this file"
        )
        assert.strictEqual(yield* refusedBy(path), "opened")
      }
      const path = newPath()
      yield* inFile(path, () => Effect.void)
      sql(path, `INSERT INTO order_guards VALUES ('Debit' || char(10) || 'shop' || char(10) || '${long}', 'gone')`)
      assert.match(yield* refusal(path, url), /^FILE: attempt gone has an order id, /)
      assert.strictEqual(psql(url, "SELECT count(*) FROM hipay_pos.identity WHERE name LIKE 'import %'"), "0")
    })
  )

  it.effect("is released to its gateway if the shared store rejects the first attempt, and is imported later", () =>
    Effect.gen(function* () {
      const [path, url] = [newPath(), yield* make]
      yield* aDay(path)
      const reject = "ALTER TABLE hipay_pos.attempts ADD CONSTRAINT no CHECK (id <> 'unknown')"
      psql(url, reject)
      const said = yield* refusal(path, url)
      assert.match(said, /^FILE: nothing of it was imported, and its gateway starts on it again: .*"no"$/)
      assert.strictEqual(yield* refusedBy(path), "opened")
      assert.strictEqual(psql(url, "SELECT count(*) FROM hipay_pos.attempts"), "0")
      assert.strictEqual(psql(url, "SELECT count(*) FROM hipay_pos.order_guards"), "0")
      assert.strictEqual(psql(url, "SELECT count(*) FROM hipay_pos.identity WHERE name LIKE 'import %'"), "0")
      psql(url, "ALTER TABLE hipay_pos.attempts DROP CONSTRAINT no")
      assert.deepStrictEqual((yield* bring(path, url)).differences, [])
      assert.match(yield* refusedBy(path), /its attempts were imported into postgres:/)
    })
  )

  it.effect("is not released to its gateway if an earlier copy was imported, although new attempts are rejected", () =>
    Effect.gen(function* () {
      const [path, copy, url] = [newPath(), newPath(), yield* make]
      yield* aDay(path)
      copyFileSync(path, copy)
      assert.deepStrictEqual((yield* bring(path, url)).differences, [])
      yield* inFile(copy, (store) => put(store, real("more", { state: "approved" })))
      psql(url, "ALTER TABLE hipay_pos.attempts ADD CONSTRAINT no CHECK (id <> 'more')")
      assert.match(
        yield* refusal(copy, url),
        /^FILE: attempts of it are in the shared store from an earlier import, and no gateway starts on it again; .*"no"; run it again to continue$/
      )
      assert.match(yield* refusedBy(copy), /its attempts are being imported into postgres:/)
      assert.strictEqual(psql(url, "SELECT count(*) FROM hipay_pos.identity WHERE name LIKE 'import %'"), "1")
      psql(url, "ALTER TABLE hipay_pos.attempts DROP CONSTRAINT no")
      assert.strictEqual((yield* bring(copy, url)).imported.attempts, 1)
    })
  )

  it.effect("is not released to its gateway if some of it is in the shared store, or may be", () =>
    Effect.gen(function* () {
      const guard = "INSERT INTO terminal_guards VALUES ('lone:8888', 'gone')"
      for (const [statements, isAnswered] of [
        [guard, true],
        ["", false]
      ] as const) {
        const [path, url] = [newPath(), yield* make]
        yield* aDay(path)
        sql(path, statements)
        // If the database ends the connection, something may have been written.
        const refuse = isAnswered ? "RAISE EXCEPTION 'rejected'" : "PERFORM pg_terminate_backend(pg_backend_pid())"
        psql(
          url,
          `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${refuse}; RETURN NEW; END $$;
           CREATE TRIGGER refuse BEFORE INSERT ON hipay_pos.attempts FOR EACH ROW EXECUTE FUNCTION refuse()`
        )
        const failed = yield* Effect.promise(() => importing(path, url).catch((error: StartFailed) => error))
        assert.instanceOf(failed, StartFailed)
        assert.match(failed.message, /^the import was interrupted; run it again to continue: /)
        assert.strictEqual(failed.isTemporary, !isAnswered)
        assert.match(yield* refusedBy(path), /the import is not complete; run: hipay-pos store import FILE/)
        psql(url, "DROP TRIGGER refuse ON hipay_pos.attempts")
        assert.deepStrictEqual((yield* bring(path, url)).differences, [])
      }
    })
  )

  it.effect("is exported from there as from the file", () =>
    Effect.gen(function* () {
      const [path, url] = [newPath(), yield* make]
      yield* aDay(path)
      yield* bring(path, url)
      const [from, until] = ["2026-11-28", "2026-11-28"]
      for (const format of ["jsonl", "csv"] as const) {
        const options = { from, until, format, frames: Frames, overwrite: true }
        const [here, there] = [join(folder, `here.${format}`), join(folder, `there.${format}`)]
        const made = exportStore({ ...options, store: path, to: here })
        const rows = yield* Effect.promise(async () => readShared(url))
        if (rows === undefined) return assert.fail("it is a database")
        const shared = yield* Effect.promise(() => exportRows({ ...options, to: there }, rows))
        assert.deepStrictEqual({ ...shared, file: here }, made)
        assert.deepStrictEqual(made.damaged, ["spoilt"])
        assert.strictEqual(readFileSync(there, "utf8"), readFileSync(here, "utf8"))
        assert.isAbove(made.attempts, 0)
      }
      assert.isUndefined(readShared(path))
    })
  )

  it.effect("brings guards whose attempts are gone, and they hold", () =>
    Effect.gen(function* () {
      const [path, url] = [newPath(), yield* make]
      yield* inFile(path, () => Effect.void)
      sql(
        path,
        `INSERT INTO terminal_guards VALUES ('bar:8888', 'gone'); INSERT INTO order_guards VALUES ('Debit' || char(10) || 'merchant' || char(10) || 'G', 'gone')`
      )
      assert.deepStrictEqual((yield* bring(path, url)).differences, [])
      const store = yield* session(url)
      const claim = (orderId: string) =>
        store.claim({ attempt: real(orderId, { orderId }), terminal: bar, payAgain: false })
      assert.deepStrictEqual(yield* claim("new"), { _tag: "TerminalUndecided", attempt: "gone" })
      assert.deepStrictEqual((yield* Effect.flip(claim("G"))).reason, { _tag: "Damaged", id: "gone" })
    }).pipe(Effect.scoped)
  )

  it.effect("brings the guard of an order whose attempt is gone in place of one there that may still be released", () =>
    Effect.gen(function* () {
      const [path, url] = [newPath(), yield* make]
      const store = yield* session(url)
      yield* put(store, real("open there", { orderId: "OPEN" }), bar)
      yield* put(store, real("paid there", { orderId: "PAID", state: "approved" }), hall)
      yield* inFile(path, () => Effect.void)
      const key = (orderId: string) => `'Debit' || char(10) || 'merchant' || char(10) || '${orderId}'`
      sql(path, `INSERT INTO order_guards VALUES (${key("OPEN")}, 'gone'), (${key("PAID")}, 'gone, too')`)
      assert.deepStrictEqual((yield* bring(path, url)).differences, [
        "the order of attempt gone, too, whose record is gone, has another attempt in the shared store, paid there; it may have been paid twice"
      ])
      yield* set(store, real("open there", { orderId: "OPEN", state: "declined", endedAt: NOW }))
      const claim = (orderId: string) =>
        store.claim({ attempt: real(`again ${orderId}`, { orderId }), terminal: bar, payAgain: false })
      assert.deepStrictEqual((yield* Effect.flip(claim("OPEN"))).reason, { _tag: "Damaged", id: "gone" })
      assert.strictEqual((yield* claim("PAID"))._tag, "OrderTaken")
    }).pipe(Effect.scoped)
  )

  it.effect("brings notifications with the work left on them, once", () =>
    Effect.gen(function* () {
      const [path, url] = [newPath(), yield* make]
      yield* inFile(path, (store) =>
        Effect.gen(function* () {
          yield* put(store, real("1", { state: "approved" }))
          const notification = { at: 1, reference: "ref", status: 118, test: true }
          const forward = {
            url: "http://till",
            contentType: "application/json",
            signature: "s",
            body: Buffer.from([0, 255])
          }
          yield* store.notifications.receive({ owner: "*", key: "k", notification, attempt: "1", forward })
        })
      )
      assert.strictEqual((yield* bring(path, url)).imported.notifications, 1)
      const shared = yield* Effect.acquireRelease(
        Effect.promise(() =>
          openShared({ address: addressOf(url), frames, name: "one", version: "1", settings: "", lease: 120_000 })
        ),
        ({ close }) => Effect.promise(close)
      )
      const { notifications } = shared.store
      assert.deepStrictEqual(yield* notifications.unconsidered(), ["1"])
      assert.deepStrictEqual(yield* notifications.bindingsOf("ref"), [{ owner: "*", attempt: "1" }])
      const next = yield* notifications.nextForward(Date.now())
      assert.deepStrictEqual(next?.body, Buffer.from([0, 255]))
      yield* notifications.dropForward(next?.number ?? 0)
      assert.strictEqual((yield* bring(path, url)).imported.notifications, 0)
      assert.isUndefined(yield* notifications.nextForward(Date.now()))
    }).pipe(Effect.scoped)
  )

  it.effect("counts the imported attempts when a gateway starts on the store", () =>
    Effect.gen(function* () {
      const [path, url] = [newPath(), yield* make]
      yield* aDay(path)
      yield* bring(path, url)
      const { store } = yield* Effect.acquireRelease(
        Effect.promise(() =>
          openShared({ address: addressOf(url), frames, name: "one", version: "1", settings: "", lease: 120_000 })
        ),
        ({ close }) => Effect.promise(close)
      )
      assert.deepInclude(store.summary, { attempts: 6, unknown: 3 })
    }).pipe(Effect.scoped)
  )

  it("continues after its import was killed", { timeout: 300_000 }, async () => {
    const [path, url] = [newPath(), server.database(template)]
    const ids = Array.from({ length: 450 }, (_, i) => `${i}`)
    await Effect.runPromise(
      inFile(path, (store) => Effect.forEach(ids, (id) => put(store, real(id, { state: "approved" }))))
    )
    // The second batch waits for a lock until the process is gone.
    const database = await Database.connect(addressOf(url))
    await database.script(`
      CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF (SELECT count(*) FROM hipay_pos.attempts) = 200 THEN PERFORM pg_advisory_xact_lock_shared(1); END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER wait BEFORE INSERT ON hipay_pos.attempts FOR EACH ROW EXECUTE FUNCTION wait()`)
    const held = await Database.connect(addressOf(url))
    await held.query("SELECT pg_advisory_lock(1)")
    const main = fileURLToPath(new URL("../../packages/cli/src/main.ts", import.meta.url))
    const killed = spawn(
      process.execPath,
      ["--conditions=@hipay-pos/source", main, "store", "import", path, "--store", url, "--json"],
      { stdio: ["ignore", "ignore", "inherit"] }
    )
    const waiting = "SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    await until("the import waits for a lock", async () => (await database.query(waiting)).length > 0)
    killed.kill("SIGKILL")
    await once(killed, "close")
    await held.close()
    await database.script("DROP TRIGGER wait ON hipay_pos.attempts")
    assert.match(await Effect.runPromise(refusedBy(path)), /are being imported into .* the import is not complete/)
    const made = await Effect.runPromise(bring(path, url))
    assert.deepStrictEqual(made.differences, [])
    assert.strictEqual(made.attempts, 450)
    // The killed import's second batch is either complete or absent.
    assert.oneOf(made.imported.attempts, [50, 250])
    assert.strictEqual(
      psql(
        url,
        "SELECT (SELECT count(*) FROM hipay_pos.attempts), (SELECT count(*) FROM hipay_pos.history), (SELECT count(*) FROM hipay_pos.order_guards)"
      ),
      "450|900|450"
    )
    await database.close()
  })
})
