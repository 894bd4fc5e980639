import { execFileSync } from "node:child_process"
import {
  chmodSync,
  copyFileSync,
  linkSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { assert, describe, it } from "@effect/vitest"
import { OwedEnds } from "@hipay-pos/server"
import { SqliteStore } from "@hipay-pos/server/node"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { onTestFinished, vi } from "vitest"
import { close } from "../../src/attempts/Attempt.ts"
import { claimLaws } from "../attempts/claimLaws.ts"
import { attempt, put, set, setAside, storeLaws, terminalAt } from "../attempts/storeLaws.ts"
import { frames } from "../frames.ts"

const folder = mkdtempSync(join(tmpdir(), "store-"))
let files = 0
const newPath = () => join(folder, `${++files}.db`)

const open = (path: string, onWarning: (detail: string) => void = () => {}) =>
  SqliteStore.open({ path, mode: "mock", frames, onWarning })

/** SQLite's answer in another process: rows, or the error. */
const inAnotherProcess = (path: string, sql: string): string => {
  const script = `
    const { DatabaseSync } = require("node:sqlite")
    const [path, sql] = process.argv.slice(1)
    try {
      const database = new DatabaseSync(path, { timeout: 0 })
      console.log(sql.startsWith("SELECT") ? JSON.stringify(database.prepare(sql).all()) : String(database.exec(sql)))
    } catch (e) { console.log(e.message) }`
  return execFileSync(process.execPath, ["--no-warnings", "-e", script, path, sql], { encoding: "utf8" }).trim()
}

describe("SqliteStore", () => {
  storeLaws(() => open(newPath()))
  claimLaws(() => Effect.map(open(newPath()), (store) => [store, store] as const))

  it.effect("finds everything again after a restart", () =>
    Effect.gen(function* () {
      const path = newPath()
      yield* Effect.scoped(
        Effect.gen(function* () {
          const store = yield* open(path)
          yield* put(store, attempt("1"))
          yield* set(store, attempt("1", { state: "approved", endedAt: 7 }))
        })
      )
      const store = yield* open(path)
      assert.deepStrictEqual(yield* store.get("1"), attempt("1", { state: "approved", endedAt: 7 }))
    })
  )

  it.effect("forgets all of a mock's attempts, guards and history, and nothing of a gateway's", () =>
    Effect.gen(function* () {
      const path = newPath()
      yield* Effect.scoped(
        Effect.gen(function* () {
          const store = yield* open(path)
          yield* put(store, attempt("1"))
          yield* set(store, attempt("1", { state: "approved", endedAt: 7 }))
          yield* put(store, attempt("2"), terminalAt("10.0.0.7:8888"))
          yield* store.forgetAll
          assert.deepStrictEqual(yield* store.list({}), [])
          yield* put(store, attempt("1"), terminalAt("10.0.0.7:8888"))
        })
      )
      const rows = inAnotherProcess(path, "SELECT (SELECT count(*) FROM history) AS lines, id FROM attempts")
      assert.deepStrictEqual(JSON.parse(rows), [{ lines: 1, id: "1" }])
      const shop = yield* SqliteStore.open({ path: newPath(), mode: "gateway", frames })
      yield* put(shop, attempt("1", { terminal: "dialled" }))
      assert.include(String(yield* Effect.flip(shop.forgetAll)), "a gateway forgets no attempt")
      assert.lengthOf(yield* shop.list({}), 1)
    })
  )

  it.effect("marks what was open when the process ended as unknown", () =>
    Effect.gen(function* () {
      const path = newPath()
      yield* Effect.scoped(Effect.flatMap(open(path), (store) => put(store, attempt("1"))))
      yield* TestClock.setTime(99)
      const store = yield* open(path)
      const found = yield* store.get("1")
      assert.deepInclude(found, { state: "unknown", endedAt: 99 })
      assert.strictEqual(found?.error?.detail, "the server ended while the payment was under way")
      assert.lengthOf(yield* store.list({ state: "unknown" }), 1)
    })
  )

  it.effect("records each state of an attempt, and never changes the record", () =>
    Effect.gen(function* () {
      const path = newPath()
      yield* Effect.scoped(
        Effect.gen(function* () {
          const store = yield* open(path)
          yield* put(store, attempt("1"))
          yield* TestClock.setTime(1)
          yield* set(store, attempt("1", { state: "unknown", endedAt: 1 }))
          yield* TestClock.setTime(5)
          const code = "attempt.end.not.written"
          const alarms = [{ at: 3, code, message: "not written", details: {} }] as const
          yield* set(store, attempt("1", { state: "approved", endedAt: 2, alarms }))
          yield* TestClock.setTime(9)
          const late = [{ ...alarms[0], at: 8, code: "attempt.end.written.late" }] as const
          yield* set(store, attempt("1", { state: "approved", endedAt: 2, alarms: late }))
          yield* set(store, attempt("1", { state: "approved", endedAt: 2, alarms: late, events: [] }))
        })
      )
      const database = new DatabaseSync(path)
      const rows = database.prepare("SELECT at, state FROM history ORDER BY number").all()
      for (const change of ["UPDATE history SET state = 'declined'", "DELETE FROM history"]) {
        assert.throws(() => database.exec(change), "history is never changed")
      }
      database.close()
      assert.deepStrictEqual(
        rows.map(({ at, state }) => `${at} ${state}`),
        ["0 open", "1 unknown", "3 approved", "8 approved", "9 approved"]
      )
    })
  )

  it.effect("forgets what an order says about customers after a month, on the disk too", () =>
    Effect.gen(function* () {
      const path = newPath()
      const day = 86_400_000
      const sold = { at: 0, kind: "terminal-request", frame: "CB0041250BI013a@example.orgCD0010" } as const
      yield* Effect.scoped(
        Effect.gen(function* () {
          const store = yield* open(path)
          yield* put(store, attempt("old", { events: [sold] }))
          yield* set(store, attempt("old", { state: "approved", events: [sold] }))
          yield* put(store, attempt("new", { openedAt: 2 * day }))
          yield* TestClock.adjust("29 days")
          assert.property((yield* store.get("old"))?.order.body, "customer")
          yield* TestClock.adjust("2 days")
          const old = yield* store.get("old")
          assert.deepStrictEqual(old?.order.body, { order: { order_id: "old" } })
          assert.deepStrictEqual(old?.events, [{ ...sold, frame: "CB0041250CD0010" }])
          assert.property((yield* store.get("new"))?.order.body, "customer")
          yield* TestClock.adjust("2 days")
        })
      )
      assert.notInclude(readFileSync(path, "latin1"), "a@example.org")
      const store = yield* open(path)
      assert.strictEqual((yield* store.get("old"))?.state, "approved")
    })
  )

  it.effect("has one writer at a time under every name of the file, and is its owner's only", () =>
    Effect.gen(function* () {
      const path = newPath()
      yield* open(path)
      assert.strictEqual(statSync(path).mode & 0o777, 0o600)
      const [soft, hard] = [newPath(), newPath()]
      symlinkSync(path, soft)
      linkSync(path, hard)
      for (const name of [path, soft, hard]) {
        const second = yield* Effect.flip(Effect.scoped(open(name)))
        assert.strictEqual(second.message, `the store ${name === soft ? soft : name} is in use by another process`)
        assert.match(inAnotherProcess(name, "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE"), /locked/)
      }
    })
  )

  it.effect("can be read by others while it is open", () =>
    Effect.gen(function* () {
      const path = newPath()
      const store = yield* open(path)
      yield* put(store, attempt("1"))
      assert.strictEqual(inAnotherProcess(path, "SELECT id FROM attempts"), '[{"id":"1"}]')
    })
  )

  it.effect("says in one sentence why a file cannot be opened", () =>
    Effect.gen(function* () {
      const path = newPath()
      writeFileSync(path, "this is not a database, whatever its name says; it is long enough to be looked at")
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
      yield* put(store, attempt("1"))
      const error = yield* Effect.flip(put(store, attempt("1", { orderId: "another" })))
      assert.match(error.message, /^attempts cannot be kept: UNIQUE constraint failed/)
      assert.lengthOf(yield* store.list({}), 1)
    })
  )

  it.effect("keeps the others of one turn when one of them cannot be written", () =>
    Effect.gen(function* () {
      const store = yield* open(newPath())
      yield* put(store, attempt("1"))
      const written = yield* Effect.all(
        [
          put(store, attempt("2")),
          put(store, attempt("1", { orderId: "another" })),
          set(store, attempt("1", { state: "approved", endedAt: 3 }))
        ].map(Effect.result),
        { concurrency: "unbounded" }
      )
      assert.deepStrictEqual(
        written.map(({ _tag }) => _tag),
        ["Success", "Failure", "Success"]
      )
      assert.strictEqual((yield* store.get("1"))?.state, "approved")
      assert.strictEqual((yield* store.get("2"))?.state, "open")
    })
  )

  it.effect("writes to its file where it only tries whether it can, and says why it cannot", () =>
    Effect.gen(function* () {
      const path = newPath()
      const store = yield* open(path)
      const log = readFileSync(`${path}-wal`)
      yield* store.tryWrite()
      assert.isFalse(readFileSync(`${path}-wal`).equals(log))
      const other = yield* Effect.acquireRelease(
        Effect.sync(() => new DatabaseSync(path)),
        (database) => Effect.sync(() => database.close())
      )
      other.exec("BEGIN IMMEDIATE")
      assert.strictEqual((yield* Effect.flip(store.tryWrite())).detail, "database is locked")
    })
  )

  it.effect("is not written while its file is not at its path", () =>
    Effect.gen(function* () {
      const path = newPath()
      const told: Array<string> = []
      const store = OwedEnds.over(yield* open(path), (detail) => told.push(detail))
      yield* put(store, attempt("1"))
      yield* put(store, attempt("queued"), terminalAt("10.0.0.7:8888"))
      copyFileSync(path, `${path}.bak`)
      assert.isUndefined(yield* store.writeProblem)
      renameSync(path, `${path}.old`)
      const moved =
        "the store's file was moved, removed or replaced; put it back where it was, and do not stop the server before then"
      assert.strictEqual(yield* store.writeProblem, moved)
      renameSync(`${path}.bak`, path)
      assert.strictEqual(yield* store.writeProblem, moved)
      assert.strictEqual((yield* Effect.flip(put(store, attempt("2")))).detail, moved)
      assert.strictEqual((yield* Effect.flip(set(store, attempt("1", { state: "approved" })))).detail, moved)
      assert.strictEqual((yield* Effect.flip(store.tryWrite())).detail, moved)
      assert.strictEqual((yield* Effect.flip(store.turn("queued"))).detail, moved)
      const again = yield* store.claim({
        attempt: attempt("3", { orderId: "1" }),
        terminal: undefined,
        payAgain: false
      })
      assert.strictEqual(again._tag, "OrderTaken")
      renameSync(`${path}.old`, path)
      yield* put(store, attempt("2"))
      assert.isUndefined(yield* store.writeProblem)
      assert.deepStrictEqual(told, [
        `attempts cannot be written: ${moved}; new orders are refused before anything is sent`,
        `attempts cannot be written: ${moved}; payment results are kept and tried again`,
        "attempts can be written again"
      ])
    })
  )

  it.effect("is not written once its file was moved and a link put in its place", () =>
    Effect.gen(function* () {
      const path = newPath()
      const store = yield* open(path)
      yield* put(store, attempt("1"))
      renameSync(path, `${path}.elsewhere`)
      symlinkSync(`${path}.elsewhere`, path)
      // After a kill, a start would look for the log beside the file that the link leads to.
      const refused = yield* Effect.flip(put(store, attempt("2")))
      assert.match(refused.detail, /^the store's file was moved, removed or replaced/)
    })
  )

  const idsAt = (path: string) =>
    Effect.scoped(Effect.flatMap(open(path), (store) => Effect.map(store.list({}), (list) => list.map(({ id }) => id))))

  it.effect("has everything in its moved file once it is closed, and leaves no log to a backup in its place", () =>
    Effect.gen(function* () {
      const path = newPath()
      yield* Effect.scoped(Effect.flatMap(open(path), (store) => put(store, attempt("0"))))
      copyFileSync(path, `${path}.bak`)
      const told: Array<string> = []
      const moveWhileOpen = Effect.gen(function* () {
        const store = yield* open(path, (detail) => told.push(detail))
        yield* put(store, attempt("1"))
        renameSync(path, `${path}.old`)
        renameSync(`${path}.bak`, path)
      })
      yield* Effect.scoped(moveWhileOpen)
      assert.deepStrictEqual(yield* idsAt(path), ["0"])
      assert.deepStrictEqual(yield* idsAt(`${path}.old`), ["1", "0"])
      assert.deepStrictEqual(told, [
        `the store's file is no longer at ${path}; wherever it is now, it has everything that was written`
      ])
    })
  )

  it.effect("says on closing that its moved file needs the log if that cannot be merged", () =>
    Effect.gen(function* () {
      const path = newPath()
      const told: Array<string> = []
      const moveWhileRead = Effect.gen(function* () {
        const store = yield* open(path, (detail) => told.push(detail))
        yield* put(store, attempt("1"))
        const reader = new DatabaseSync(path, { readOnly: true })
        reader.exec("BEGIN; SELECT count(*) FROM attempts")
        yield* put(store, attempt("2"))
        renameSync(path, `${path}.old`)
        return reader
      })
      const reader = yield* Effect.scoped(moveWhileRead)
      reader.close()
      assert.match(told.join(), /lacks what is in .*-wal: put it back beside that log before the next start/)
      renameSync(`${path}.old`, path)
      assert.deepStrictEqual(yield* idsAt(path), ["2", "1"])
    })
  )

  /** Moves a file as `mv` does from one disk to another: copies it, and removes it. */
  const moveToOtherDisk = (path: string, to: string) => {
    copyFileSync(path, to)
    rmSync(path)
  }

  const gone =
    "the store's file was removed or replaced, or moved to another disk; put that file back beside its -wal, then start the server again"

  it.effect("has to be started again once its file is back from another disk", () =>
    Effect.gen(function* () {
      const path = newPath()
      const moveAndBack = Effect.gen(function* () {
        const store = yield* open(path)
        yield* put(store, attempt("1"))
        moveToOtherDisk(path, `${path}.old`)
        assert.strictEqual((yield* Effect.flip(put(store, attempt("2")))).detail, gone)
        moveToOtherDisk(`${path}.old`, path)
        assert.strictEqual((yield* Effect.flip(put(store, attempt("2")))).detail, gone)
      })
      yield* Effect.scoped(moveAndBack)
      assert.deepStrictEqual(yield* idsAt(path), ["1"])
    })
  )

  it.effect("keeps the log of a file that was moved to another disk, which has the latest attempts", () =>
    Effect.gen(function* () {
      const path = newPath()
      const told: Array<string> = []
      const moveWhileOpen = Effect.gen(function* () {
        const store = yield* open(path, (detail) => told.push(detail))
        yield* put(store, attempt("1"))
        moveToOtherDisk(path, `${path}.old`)
        const end = attempt("1", { state: "approved" })
        const failure = yield* Effect.flip(store.changeMoved?.(attempt("1"), end) ?? Effect.void)
        assert.propertyVal(failure, "detail", gone)
      })
      yield* Effect.scoped(moveWhileOpen)
      assert.match(told.join(), /lacks what is in .*-wal: put it back beside that log before the next start/)
      moveToOtherDisk(`${path}.old`, path)
      assert.deepStrictEqual(yield* idsAt(path), ["1"])
    })
  )

  it.effect("keeps the log of a file that was moved to another disk, however long the log becomes", () =>
    Effect.gen(function* () {
      const path = newPath()
      const moveWhileOpen = Effect.gen(function* () {
        const store = yield* open(path)
        for (const id of ["1", "2"]) yield* put(store, attempt(id))
        moveToOtherDisk(path, `${path}.old`)
        // More than SQLite leaves in a log before it merges it into the file.
        const long = attempt("1", {
          state: "approved",
          order: { order: { order_id: "1" }, text: "x".repeat(40_000_000) }
        })
        for (const end of [long, attempt("2", { state: "approved" })]) {
          yield* Effect.flip(store.changeMoved?.(attempt(end.id), end) ?? Effect.void)
        }
      })
      yield* Effect.scoped(moveWhileOpen)
      moveToOtherDisk(`${path}.old`, path)
      assert.deepStrictEqual(yield* idsAt(path), ["2", "1"])
    })
  )

  /** Writes an end to a store whose file is moved to `.old` meanwhile, then closes it. */
  const writtenMoved = Effect.fnUntraced(function* (
    path: string,
    around: { before?: () => void; after?: () => void } = {}
  ) {
    const store = yield* open(path)
    const seen = attempt("1")
    yield* put(store, seen)
    around.before?.()
    renameSync(path, `${path}.old`)
    around.after?.()
    return yield* store.changeMoved?.(seen, attempt("1", { state: "approved" })) ?? Effect.void
  }, Effect.scoped)

  it.effect("writes an end to its moved file, and finds it there under any name", () =>
    Effect.gen(function* () {
      const path = newPath()
      assert.deepStrictEqual(yield* writtenMoved(path), { _tag: "Written" })
      const stateAt = (place: string) =>
        Effect.scoped(Effect.flatMap(open(place), (store) => Effect.map(store.get("1"), (found) => found?.state)))
      assert.strictEqual(yield* stateAt(`${path}.old`), "approved")
      renameSync(`${path}.old`, path)
      assert.strictEqual(yield* stateAt(path), "approved")
    })
  )

  it.effect("leaves no log to a copy that took the place of its file", () =>
    Effect.gen(function* () {
      const path = newPath()
      yield* Effect.scoped(Effect.flatMap(open(path), (store) => put(store, attempt("0"))))
      copyFileSync(path, `${path}.bak`)
      yield* writtenMoved(path, { after: () => renameSync(`${path}.bak`, path) })
      const store = yield* open(path)
      assert.deepStrictEqual(
        (yield* store.list({})).map(({ id }) => id),
        ["0"]
      )
    })
  )

  it.effect("fails to write an end to its moved file while a reader keeps part of it in the log", () =>
    Effect.gen(function* () {
      const path = newPath()
      const read = () => {
        const reader = new DatabaseSync(path, { readOnly: true })
        onTestFinished(() => reader.close())
        reader.exec("BEGIN; SELECT count(*) FROM attempts")
      }
      const failure = yield* Effect.flip(writtenMoved(path, { before: read }))
      assert.propertyVal(failure, "detail", "a reader keeps the log from being merged into the store's file")
    })
  )

  it.effect("flushes a claim and a turn before a terminal is dialled, and what a person said, but no other end", () =>
    Effect.gen(function* () {
      const store = yield* open(newPath())
      const run = vi.spyOn(DatabaseSync.prototype, "exec")
      onTestFinished(() => run.mockRestore())
      const modeAfter = <A, E>(write: Effect.Effect<A, E>) =>
        Effect.map(write, () => run.mock.calls.findLast(([sql]) => sql.includes("synchronous"))?.[0].split(" = ")[1])
      const bar = terminalAt("bar:8888")
      const real = (id: string, changes: Parameters<typeof attempt>[1] = {}) =>
        attempt(id, { terminal: "dialled", ...changes })
      const claim = (each: ReturnType<typeof attempt>, terminal = bar) =>
        store.claim({ attempt: each, terminal, payAgain: false })
      const unknown = real("first", { state: "unknown" })
      assert.deepStrictEqual(
        yield* Effect.all([
          modeAfter(claim(real("first"))),
          modeAfter(claim(real("second"))),
          modeAfter(set(store, unknown)),
          modeAfter(store.change(unknown, close(unknown, { _tag: "Resolved", resolution: setAside }, 1))),
          modeAfter(claim(attempt("simulated"), terminalAt("till:8888"))),
          modeAfter(store.turn("second"))
        ]),
        ["FULL", "FULL", "NORMAL", "FULL", "NORMAL", "FULL"]
      )
    })
  )

  it.effect("flushes an end if that is asked for", () =>
    Effect.gen(function* () {
      const store = yield* open(newPath())
      yield* put(store, attempt("1"))
      yield* put(store, attempt("2"))
      const run = vi.spyOn(DatabaseSync.prototype, "exec")
      onTestFinished(() => run.mockRestore())
      const flushes = () => run.mock.calls.map(([sql]) => sql).filter((sql) => sql.includes("synchronous"))
      yield* set(store, attempt("1", { state: "approved" }))
      assert.notInclude(flushes(), "PRAGMA synchronous = FULL")
      yield* store.change(attempt("2"), attempt("2", { state: "approved" }), true)
      assert.strictEqual(flushes().at(-1), "PRAGMA synchronous = FULL")
    })
  )

  it.effect("takes no order once its file was removed and another server has made a new one", () =>
    Effect.gen(function* () {
      const path = newPath()
      const first = yield* SqliteStore.open({ path, mode: "gateway", frames })
      for (const part of ["", "-wal", "-shm", ".generation"]) rmSync(`${path}${part}`)
      const second = yield* SqliteStore.open({ path, mode: "gateway", frames })
      yield* put(second, attempt("1", { terminal: "dialled" }))
      const generation = readFileSync(`${path}.generation`, "utf8")
      const refused = yield* Effect.flip(put(first, attempt("2", { terminal: "dialled", orderId: "1" })))
      assert.strictEqual(refused.detail, gone)
      yield* TestClock.adjust("2 minutes")
      assert.strictEqual(readFileSync(`${path}.generation`, "utf8"), generation)
    })
  )

  it.effect("flushes attempts that come at once together", () =>
    Effect.gen(function* () {
      const store = yield* open(newPath())
      const all = Array.from({ length: 50 }, (_, i) => put(store, attempt(String(i))))
      yield* Effect.all(all, { concurrency: "unbounded" })
      assert.lengthOf(yield* store.list({}), 50)
    })
  )
})
