import { execFileSync } from "node:child_process"
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { afterAll, assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as SqliteStore from "../../src/node/SqliteStore.ts"
import { attempt, storeLaws } from "../transactions/storeLaws.ts"

const folder = mkdtempSync(join(tmpdir(), "store-"))
afterAll(() => rmSync(folder, { recursive: true }))
let files = 0
const newPath = () => join(folder, `${++files}.db`)

const open = (path: string, now = () => 0) => SqliteStore.open({ path, now })

describe("SqliteStore", () => {
  storeLaws(() => open(newPath()))

  it.effect("finds everything again after a restart", () =>
    Effect.gen(function* () {
      const path = newPath()
      yield* Effect.scoped(
        Effect.gen(function* () {
          const store = yield* open(path)
          yield* store.open(attempt("1"))
          yield* store.update(attempt("1", { state: "approved", endedAt: 7 }))
        })
      )
      const store = yield* open(path)
      assert.deepStrictEqual(yield* store.get("1"), attempt("1", { state: "approved", endedAt: 7 }))
    })
  )

  it.effect("calls unknown what was open when the process ended", () =>
    Effect.gen(function* () {
      const path = newPath()
      yield* Effect.scoped(Effect.flatMap(open(path), (store) => store.open(attempt("1"))))
      const store = yield* open(path, () => 99)
      const found = yield* store.get("1")
      assert.deepInclude(found, { state: "unknown", endedAt: 99 })
      assert.strictEqual(found?.error?.detail, "the server ended while the payment was under way")
      assert.lengthOf(yield* store.list({ state: "unknown" }), 1)
    })
  )

  it.effect("writes down how an attempt stood each time, and never changes that", () =>
    Effect.gen(function* () {
      const path = newPath()
      yield* Effect.scoped(
        Effect.gen(function* () {
          const store = yield* open(path)
          yield* store.open(attempt("1"))
          yield* store.update(attempt("1", { state: "unknown", endedAt: 1 }))
          yield* store.update(attempt("1", { state: "approved", endedAt: 2 }))
        })
      )
      const database = new DatabaseSync(path)
      const rows = database.prepare("SELECT at, state FROM history ORDER BY number").all()
      database.close()
      assert.deepStrictEqual(
        rows.map(({ at, state }) => `${at} ${state}`),
        ["0 open", "1 unknown", "2 approved"]
      )
    })
  )

  it.effect("keeps what an order says about customers for a month", () =>
    Effect.gen(function* () {
      const path = newPath()
      const day = 86_400_000
      yield* Effect.scoped(
        Effect.gen(function* () {
          const store = yield* open(path)
          yield* store.open(attempt("old", { state: "approved" }))
          yield* store.open(attempt("new", { state: "approved", openedAt: 2 * day }))
        })
      )
      const store = yield* open(path, () => 31 * day)
      assert.deepStrictEqual((yield* store.get("old"))?.order, { order: { order_id: "old" } })
      assert.property((yield* store.get("new"))?.order, "customer")
    })
  )

  it.effect("is one process's at a time, and readable by nobody else", () =>
    Effect.gen(function* () {
      const path = newPath()
      yield* open(path)
      assert.strictEqual(statSync(path).mode & 0o777, 0o600)
      const script = `
        const { DatabaseSync } = require("node:sqlite")
        try { new DatabaseSync(process.argv[1], { timeout: 0 }).exec("BEGIN EXCLUSIVE") } catch (e) { console.log(e.message) }`
      const said = execFileSync(process.execPath, ["--no-warnings", "-e", script, path], { encoding: "utf8" })
      assert.match(said, /locked/)
      const second = yield* Effect.flip(Effect.scoped(open(path)))
      assert.strictEqual(second.message, `the store ${path} is in use by another process`)
    })
  )

  it.effect("says in one sentence why a file cannot be opened", () =>
    Effect.gen(function* () {
      const path = newPath()
      writeFileSync(path, "this is no database, whatever its name says; it is long enough to be looked at")
      chmodSync(path, 0o600)
      assert.match((yield* Effect.flip(open(path))).message, /^cannot open the store .*: file is not a database$/)
      const missing = join(folder, "no", "such", "folder.db")
      assert.match((yield* Effect.flip(open(missing))).message, /^cannot open the store .*ENOENT/)
    })
  )

  it.effect("fails, and keeps nothing, when it cannot write", () =>
    Effect.gen(function* () {
      const path = newPath()
      const store = yield* open(path)
      yield* store.open(attempt("1"))
      const error = yield* Effect.flip(store.open(attempt("1")))
      assert.match(error.message, /^attempts cannot be kept: UNIQUE constraint failed/)
      assert.lengthOf(yield* store.list({}), 1)
    })
  )

  it.effect("flushes attempts that come at once together", () =>
    Effect.gen(function* () {
      const store = yield* open(newPath())
      const all = Array.from({ length: 50 }, (_, i) => store.open(attempt(String(i))))
      yield* Effect.all(all, { concurrency: "unbounded" })
      assert.lengthOf(yield* store.list({}), 50)
    })
  )
})
