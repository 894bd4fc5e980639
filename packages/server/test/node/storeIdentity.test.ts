/** Whose store a file is, what a start does to it, and what it refuses to touch. */
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import type { GuardedTerminal } from "../../src/attempts/Guards.ts"
import { backupStore } from "../../src/node/backupStore.ts"
import { checkStore } from "../../src/node/checkStore.ts"
import { exportStore } from "../../src/node/exportStore.ts"
import * as MovingStore from "../../src/node/movingStore.ts"
import { pruneStore } from "../../src/node/pruneStore.ts"
import { redactStore } from "../../src/node/redactStore.ts"
import { FORMAT } from "../../src/node/SqliteFile.ts"
import * as SqliteStore from "../../src/node/SqliteStore.ts"
import type { StoreMode } from "../../src/node/storeIdentity.ts"
import * as StoreIdentity from "../../src/node/storeIdentity.ts"
import { attempt, ids, put, terminalAt } from "../attempts/storeLaws.ts"
import { frames } from "../frames.ts"

const folder = mkdtempSync(join(tmpdir(), "store-identity-"))
let files = 0
const newPath = () => join(folder, `${++files}.db`)

const firstFormat = fileURLToPath(new URL("fixtures/store-format-1.db", import.meta.url))

/** A copy of the store that the first format wrote, changed by SQL. */
const copyOfFirst = (sql = ""): string => {
  const path = newPath()
  copyFileSync(firstFormat, path)
  change(path, sql)
  return path
}

const change = (path: string, sql: string) => {
  const database = new DatabaseSync(path)
  database.exec(sql)
  database.close()
}

const warnings: Array<string> = []

const open = (path: string, mode: StoreMode, mustExist = false) => {
  warnings.length = 0
  return SqliteStore.open({ path, mode, mustExist, frames, onWarning: (detail) => warnings.push(detail) })
}

const refused = (path: string, mode: StoreMode, mustExist = false) =>
  Effect.map(Effect.flip(Effect.scoped(open(path, mode, mustExist))), ({ message }) =>
    message.replace(`cannot open the store ${path}: `, "")
  )

/** Opens a store and closes it; returns what it reported about itself. */
const once = (
  path: string,
  mode: StoreMode,
  work = (_: SqliteStore.SqliteStore): Effect.Effect<unknown, unknown> => Effect.void
) =>
  Effect.scoped(
    Effect.gen(function* () {
      const store = yield* open(path, mode)
      yield* work(store)
      return store.summary
    })
  )

/** Works on a store, then kills its process, so that nothing is written at its end. */
const killed = (path: string, work: (_: SqliteStore.SqliteStore) => Effect.Effect<unknown, unknown>) => {
  let written = ""
  return Effect.andThen(
    once(path, "gateway", (store) =>
      Effect.andThen(
        work(store),
        Effect.sync(() => {
          written = readFileSync(`${path}.generation`, "utf8")
        })
      )
    ),
    Effect.sync(() => writeFileSync(`${path}.generation`, written))
  )
}

/** Copies an open store as it is. */
const copyOpen = (path: string, copy: string) => {
  const database = new DatabaseSync(path)
  database.exec(`VACUUM INTO '${copy}'`)
  database.close()
}

const real = (id: string) => attempt(id, { terminal: "dialled" })

/** Everything about a file that a careless look could change. */
const stateOf = (path: string) => {
  const { mode, mtimeMs } = statSync(path)
  return { mode, mtimeMs, bytes: readFileSync(path).toString("base64") }
}

describe("a store's identity", () => {
  it.effect.each([
    ["gateway", "mock", "it is the store of a gateway, whose payments are real; give the mock another path"],
    ["mock", "gateway", "it is the store of a mock, whose payments are simulated; give the gateway another path"]
  ] as const)("keeps the store of a %s from a %s", ([owner, other, sentence]) =>
    Effect.gen(function* () {
      const path = newPath()
      yield* once(path, owner)
      const before = stateOf(path)
      assert.strictEqual(yield* refused(path, other), sentence)
      assert.deepStrictEqual(stateOf(path), before)
      assert.isFalse((yield* once(path, owner)).created)
    })
  )

  it.effect.each([
    [
      "a text file",
      (path: string) => writeFileSync(path, "not a database, though it is called so\n".repeat(9)),
      "file is not a database"
    ],
    [
      "the database of another program",
      (path: string) => change(path, "CREATE TABLE bookmarks (url TEXT); INSERT INTO bookmarks VALUES ('x')"),
      "it is the database of another program; give another path"
    ],
    [
      "a database with another program's mark",
      (path: string) =>
        change(
          path,
          "PRAGMA application_id = 252006673; CREATE TABLE attempts (id); CREATE TABLE history (id); PRAGMA user_version = 1"
        ),
      "it is the database of another program; give another path"
    ],
    [
      "another program's database in WAL mode",
      (path: string) => change(path, "PRAGMA journal_mode = WAL; CREATE TABLE bookmarks (url TEXT)"),
      "it is the database of another program; give another path"
    ],
    [
      "a store of a newer version",
      (path: string) => {
        Effect.runSync(Effect.scoped(open(path, "gateway")))
        change(path, "PRAGMA user_version = 99")
      },
      `it was written by a newer version (format 99, this version knows ${FORMAT})`
    ]
  ] as const)("leaves %s as it is, byte for byte", ([, make, sentence]) =>
    Effect.gen(function* () {
      const path = newPath()
      make(path)
      const before = stateOf(path)
      assert.strictEqual(yield* refused(path, "gateway"), sentence)
      assert.deepStrictEqual(stateOf(path), before)
      assert.isFalse(existsSync(`${path}-wal`))
      assert.isFalse(existsSync(`${path}-shm`))
    })
  )

  it.effect("does not let go of a store that is open when a second start looks at it", () =>
    Effect.gen(function* () {
      const path = newPath()
      yield* open(path, "mock")
      yield* refused(path, "gateway")
      assert.strictEqual(yield* refused(path, "mock"), `the store ${path} is in use by another process`)
      assert.strictEqual(yield* refused(path, "mock"), `the store ${path} is in use by another process`)
    })
  )

  it.effect("counts no simulated attempt that got into a gateway's store", () =>
    Effect.gen(function* () {
      const path = newPath()
      yield* once(path, "gateway", (store) =>
        Effect.andThen(
          put(store, attempt("real", { orderId: "A", terminal: "dialled" })),
          store.claim({ attempt: attempt("simulated", { orderId: "A" }), terminal: undefined, payAgain: true })
        )
      )
      const store = yield* open(path, "gateway")
      assert.deepStrictEqual(ids(yield* store.list({ limit: 1 })), ["real"])
      assert.isUndefined(yield* store.get("simulated"))
      assert.strictEqual((yield* store.latest(attempt("", { orderId: "A" }).key))?.id, "real")
    })
  )
})

const keyOf = (orderId: string) => ({ login: "shop", orderId, transactionType: "Debit" }) as const

/** Orders of the fixture that allow no other attempt, each with its attempt. */
const taken = [1, 2, 5, 6, 7, 9].map((number) => [`SALE-${number}`, `mh${number}fixture`] as const)

describe("a store of the first format", () => {
  it.effect("is taken by a gateway with every attempt as it was", () =>
    Effect.gen(function* () {
      const path = copyOfFirst()
      const store = yield* open(path, "gateway")
      assert.deepStrictEqual(store.summary, { path, created: false, attempts: 9, unknown: 3 })
      const list = (yield* store.list({})).toReversed()
      assert.deepStrictEqual(
        list.map(({ key, state, resolutions }) => [key.orderId, state, resolutions?.at(-1)?.outcome]),
        [
          ["SALE-1", "approved", undefined],
          ["SALE-2", "approved-in-part", undefined],
          ["SALE-3", "declined", undefined],
          ["SALE-4", "not-started", undefined],
          ["SALE-5", "unknown", undefined],
          ["SALE-6", "unknown", "set-aside"],
          ["SALE-7", "approved", "approved"],
          ["SALE-8", "declined", "declined"],
          ["SALE-9", "unknown", undefined]
        ]
      )
      const claimed = (orderId: string, terminal?: GuardedTerminal) =>
        store.claim({ attempt: { ...real(`again-${orderId}`), key: keyOf(orderId) }, terminal, payAgain: false })
      for (const [orderId, id] of taken)
        assert.deepStrictEqual<unknown>(yield* claimed(orderId), { _tag: "OrderTaken", attempt: yield* store.get(id) })
      assert.deepStrictEqual(yield* claimed("SALE-3", terminalAt("192.0.2.10:8888")), {
        _tag: "TerminalUndecided",
        attempt: "mh9fixture"
      })
      assert.strictEqual(yield* store.lastAt(terminalAt("192.0.2.10:8888")), "mh9fixture")
      assert.strictEqual(yield* store.lastAt(terminalAt("elsewhere:1", "192.0.2.10:8888")), "mh9fixture")
      assert.deepInclude(yield* claimed("SALE-3", terminalAt("192.0.2.11:8888")), { _tag: "Written", isQueued: false })
      assert.deepInclude(yield* claimed("SALE-4"), { _tag: "Written" })
      assert.strictEqual(list[3]?.error?.message, "payment not started (Unreachable): no route to 192.0.2.10:8888")
      assert.deepStrictEqual(list[0]?.recorded?.body, {
        paymentStatus: "Success",
        order: (list[0]?.order.body as { readonly order: unknown } | undefined)?.order
      })
    })
  )

  it.effect("belongs to the gateway from then on", () =>
    Effect.gen(function* () {
      const path = copyOfFirst()
      yield* once(path, "gateway")
      assert.match(yield* refused(path, "mock"), /^it is the store of a gateway/)
    })
  )

  it.effect("is not taken by a gateway with one simulated attempt in it, nor by a mock with a dialled one", () =>
    Effect.gen(function* () {
      const simulate = "UPDATE attempts SET json = json_set(json, '$.terminal', 'simulated')"
      const mixed = copyOfFirst(`${simulate} WHERE number = 1`)
      const before = stateOf(mixed)
      assert.strictEqual(
        yield* refused(mixed, "gateway"),
        "1 of its attempts are simulated, and a gateway keeps real payments only; give the gateway another path"
      )
      assert.strictEqual(
        yield* refused(mixed, "mock"),
        "8 of its attempts may be real payments, and a mock keeps simulated ones only; give the mock another path"
      )
      assert.deepStrictEqual(stateOf(mixed), before)
      const simulated = copyOfFirst(simulate)
      assert.strictEqual((yield* once(simulated, "mock")).attempts, 9)
    })
  )
})

describe("a store of a newer version", () => {
  const to = () => join(folder, `${++files}.jsonl`)
  const days = { from: "2026-01-01", until: "2026-01-31" }

  it.effect.each([
    ["checked", (path: string) => checkStore(path)],
    ["exported", (path: string) => exportStore({ store: path, to: to(), ...days, format: "jsonl", frames })],
    ["pruned", (path: string) => pruneStore({ store: path, before: "2026-01-01", now: Date.UTC(2026, 10, 1) })],
    ["redacted", (path: string) => redactStore(path, frames, "Ada", 0)],
    ["compared with a shared store", (path: string) => MovingStore.openToCompare(path)],
    ["brought to a shared store", (path: string) => MovingStore.open(path, frames, 0)]
  ] as const)("is not %s, and stays as it is", ([, work]) =>
    Effect.gen(function* () {
      const path = newPath()
      yield* Effect.scoped(open(path, "gateway"))
      change(path, "PRAGMA user_version = 99")
      const before = stateOf(path)
      const error = yield* Effect.flip(Effect.tryPromise({ try: async () => work(path), catch: (error) => error }))
      assert.strictEqual(
        (error as Error).message,
        `cannot open the store ${path}: it was written by a newer version (format 99, this version knows ${FORMAT})`
      )
      assert.deepStrictEqual(stateOf(path), before)
    })
  )
})

describe("a store whose attempts are moved elsewhere", () => {
  const moved = { to: "postgres://shop@db/hipay", store: "shared" }
  const marked = (fixture: string, format?: number): string => {
    const path = newPath()
    copyFileSync(fileURLToPath(new URL(`fixtures/${fixture}`, import.meta.url)), path)
    change(path, format === undefined ? "" : `PRAGMA user_version = ${format}`)
    const database = new DatabaseSync(path)
    StoreIdentity.markMoved(database, moved)
    database.close()
    return path
  }
  const versionIn = (path: string): unknown =>
    StoreIdentity.withReadOnly(path, (database) => database.prepare("PRAGMA user_version").get()?.user_version)

  it("has a version that no other store has, and its own format again once the mark is removed", () => {
    for (const format of [FORMAT - 1, FORMAT, FORMAT + 1, FORMAT + 2]) {
      const path = marked("store-format-3.db", format)
      assert.strictEqual(versionIn(path), 1_000_000 + format)
      const database = new DatabaseSync(path)
      StoreIdentity.unmarkMoved(database)
      database.close()
      assert.strictEqual(versionIn(path), format)
      assert.notNestedProperty(StoreIdentity.inspect(path), "identity.moved")
    }
  })

  it.effect("is migrated like any other if its import goes on, and still takes no order", () =>
    Effect.gen(function* () {
      const path = marked("store-format-3.db")
      const moving = MovingStore.open(path, frames, 0)
      assert.isNotEmpty([...moving.attempts()])
      assert.isArray(moving.guards())
      moving.close()
      assert.strictEqual(versionIn(path), 1_000_000 + FORMAT)
      assert.match(yield* refused(path, "gateway"), /^its attempts are being imported into postgres:/)
    })
  )

  it("is refused if a newer version wrote it", () => {
    const path = marked("store-format-3.db", FORMAT + 1)
    assert.throws(
      () => MovingStore.open(path, frames, 0),
      `it was written by a newer version (format ${FORMAT + 1}, this version knows ${FORMAT})`
    )
  })
})

describe("a store that is not there", () => {
  it.effect("is created, and reported as new", () =>
    Effect.gen(function* () {
      const path = newPath()
      assert.deepStrictEqual(yield* once(path, "gateway"), { path, created: true, attempts: 0, unknown: 0 })
      assert.deepStrictEqual(warnings, [
        `there was no store at ${path}: made an empty one, which knows no earlier payment`
      ])
      assert.isFalse((yield* once(path, "gateway")).created)
      assert.deepStrictEqual(warnings, [])
    })
  )

  it.effect("is not created if it must exist", () =>
    Effect.gen(function* () {
      const path = newPath()
      assert.match(yield* refused(path, "gateway", true), /^there is none, and --require-store is set/)
      assert.isFalse(existsSync(path))
      writeFileSync(path, "")
      assert.match(yield* refused(path, "gateway", true), /^there is none, and --require-store is set/)
      assert.strictEqual(statSync(path).size, 0)
    })
  )

  it.effect("is not created if its log, or the file beside it, shows that it existed", () =>
    Effect.gen(function* () {
      const path = newPath()
      yield* once(path, "gateway", (store) => put(store, real("1")))
      writeFileSync(path, "")
      assert.match(
        yield* refused(path, "gateway"),
        /^it is gone or empty, but .*\.db\.generation says that it had 1 attempts/
      )
      rmSync(`${path}.generation`)
      writeFileSync(`${path}-wal`, "a log")
      assert.match(yield* refused(path, "gateway"), /^it is gone or empty, but its log .*\.db-wal is there/)
      rmSync(`${path}-wal`)
      assert.isTrue((yield* once(path, "gateway")).created)
    })
  )
})

describe("an older copy of a gateway's store", () => {
  it.effect(
    "is told, and so is a store that is gone, where the first attempt of the last run is missing after a kill",
    () =>
      Effect.gen(function* () {
        const [path, copy] = [newPath(), newPath()]
        yield* killed(path, (store) => put(store, real("1")))
        copyFileSync(path, copy)
        rmSync(path)
        assert.match(
          yield* refused(path, "gateway"),
          /^it is gone or empty, but .*\.db\.generation says that it had 1 attempts/
        )
        copyFileSync(copy, path)
        yield* killed(path, (store) => put(store, real("2")))
        copyFileSync(copy, path)
        yield* once(path, "gateway")
        assert.match(warnings.join(), /is an older copy: it has 1 attempts, and had 2;/)
      })
  )

  it.effect("is recognised as older, and works", () =>
    Effect.gen(function* () {
      const path = newPath()
      const copy = newPath()
      yield* once(path, "gateway", (store) => put(store, real("1")))
      copyFileSync(path, copy)
      yield* once(path, "gateway", (store) => put(store, real("2")))
      assert.deepStrictEqual(warnings, [])
      copyFileSync(copy, path)
      assert.strictEqual((yield* once(path, "gateway")).attempts, 1)
      assert.deepStrictEqual(warnings, [
        `the store ${path} is an older copy: it has 1 attempts, and had 2; orders paid in between are not known and can be paid again`
      ])
      yield* once(path, "gateway")
      assert.deepStrictEqual(warnings, [])
    })
  )

  it.effect(
    "is told where its last attempt is seconds behind: after an end, and after a kill that a start followed",
    () =>
      Effect.gen(function* () {
        const [path, copy] = [newPath(), newPath()]
        yield* once(path, "gateway", (store) => put(store, real("1")))
        copyFileSync(path, copy)
        yield* killed(path, (store) => put(store, real("2")))
        yield* once(path, "gateway")
        assert.deepStrictEqual(warnings, [])
        copyFileSync(copy, path)
        yield* once(path, "gateway")
        assert.match(warnings.join(), /is an older copy: it has 1 attempts, and had 2;/)
      })
  )

  it.effect("is recognised after a kill only if later payments were a minute old", () =>
    Effect.gen(function* () {
      for (const [seconds, isTold] of [
        [59, false],
        [60, true]
      ] as const) {
        const [path, copy] = [newPath(), newPath()]
        yield* killed(path, (store) =>
          Effect.gen(function* () {
            yield* put(store, real("1"))
            copyOpen(path, copy)
            yield* put(store, real("2"))
            yield* TestClock.adjust(`${seconds} seconds`)
          })
        )
        copyFileSync(copy, path)
        yield* once(path, "gateway")
        assert.strictEqual(warnings.length === 1, isTold)
      }
    })
  )

  it.effect("is recognised if it is a backup, however new it is", () =>
    Effect.gen(function* () {
      const [path, copy] = [newPath(), newPath()]
      yield* killed(path, (store) =>
        Effect.gen(function* () {
          yield* put(store, real("1"))
          backupStore({ store: path, to: copy, at: 0 })
          yield* put(store, real("2"))
        })
      )
      copyFileSync(copy, path)
      yield* once(path, "gateway")
      assert.deepStrictEqual(warnings, [
        `the store ${path} is a backup of 1970-01-01T00:00:00.000Z: payments since then are not in it`
      ])
    })
  )

  it.effect("raises no alarm where only the store was moved, or the file beside it is behind, spoilt or gone", () =>
    Effect.gen(function* () {
      const path = newPath()
      yield* once(path, "gateway", (store) => put(store, real("1")))
      const behind = readFileSync(`${path}.generation`, "utf8")
      yield* once(path, "gateway", (store) => put(store, real("2")))
      for (const text of [behind, "{", ""]) {
        writeFileSync(`${path}.generation`, text)
        yield* once(path, "gateway")
        assert.deepStrictEqual(warnings, [])
      }
      const moved = newPath()
      copyFileSync(path, moved)
      assert.strictEqual((yield* once(moved, "gateway")).attempts, 2)
      assert.deepStrictEqual(warnings, [])
    })
  )

  it.effect("is recognised if it is another store altogether", () =>
    Effect.gen(function* () {
      const [path, other] = [newPath(), newPath()]
      yield* once(path, "gateway", (store) => put(store, real("1")))
      yield* once(other, "gateway")
      copyFileSync(other, path)
      yield* once(path, "gateway")
      assert.match(warnings.join(), /is another one than stood there before/)
    })
  )
})

describe("a damaged store", () => {
  it.effect("is refused at the start, with what to do", () =>
    Effect.gen(function* () {
      const path = newPath()
      yield* once(path, "gateway", (store) =>
        Effect.all(Array.from({ length: 40 }, (_, i) => put(store, real(String(i)))))
      )
      const bytes = readFileSync(path)
      // The tables' pages, from the third on.
      bytes.fill(0xff, 8_192, 16_384)
      writeFileSync(path, bytes)
      assert.match(
        yield* refused(path, "gateway"),
        /^it is damaged \(.+\); put back a backup, and bring in what was paid since/
      )
    })
  )

  it.effect("is refused if an index has lost an order, which could then be paid again", () =>
    Effect.gen(function* () {
      const path = newPath()
      yield* once(path, "gateway", (store) => put(store, real("1")))
      const database = new DatabaseSync(path, { defensive: false } as object)
      database.exec(
        "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, '(key, number)', '(login, number)') WHERE name = 'attempts_by_key'"
      )
      database.close()
      assert.match(yield* refused(path, "gateway"), /^it is damaged \(row 1 missing from index attempts_by_key\)/)
    })
  )

  it.effect(
    "that is only spoilt in one attempt starts, lists the others, says which, and pays nothing under its id",
    () =>
      Effect.gen(function* () {
        for (const spoil of [
          "json = '{'",
          "json = '[]'",
          "json = json_set(json, '$.amount', 5)",
          "json = json_set(json, '$.state', 'declined')",
          "json = json_remove(json, '$.endedAt')"
        ]) {
          const path = copyOfFirst()
          yield* once(path, "gateway")
          change(path, `UPDATE attempts SET ${spoil} WHERE id = 'mh5fixture'`)
          const store = yield* open(path, "gateway")
          assert.lengthOf(yield* store.list({}), 8)
          assert.lengthOf(yield* store.list({ limit: 5 }), 5)
          const key = { login: "shop", orderId: "SALE-5", transactionType: "Debit" } as const
          assert.deepStrictEqual((yield* Effect.flip(store.latest(key))).reason, { _tag: "Damaged", id: "mh5fixture" })
          assert.deepStrictEqual((yield* Effect.flip(store.get("mh5fixture"))).reason, {
            _tag: "Damaged",
            id: "mh5fixture"
          })
          assert.deepStrictEqual(warnings, [
            "attempt mh5fixture cannot be read from the store; its order id takes no payment, and lists leave it out"
          ])
        }
      })
  )

  it.effect("opens even if what was open when the process ended cannot be read", () =>
    Effect.gen(function* () {
      const path = copyOfFirst("UPDATE attempts SET json = '{' WHERE state = 'open'")
      const store = yield* open(path, "gateway")
      assert.lengthOf(yield* store.list({}), 8)
      assert.match(warnings.join(), /attempt mh9fixture cannot be read/)
    })
  )
})
