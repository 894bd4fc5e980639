/** Backups and checks of a store, open or closed. */
import { execFileSync } from "node:child_process"
import {
  copyFileSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { backupStore, checkStore, pruneStore } from "@hipay-pos/server/node"
import * as Effect from "effect/Effect"
import { FORMAT } from "../../src/node/SqliteFile.ts"
import * as SqliteStore from "../../src/node/SqliteStore.ts"
import { attempt, put, set } from "../attempts/storeLaws.ts"
import { frames } from "../frames.ts"

const folder = mkdtempSync(join(tmpdir(), "store-backup-"))
let files = 0
const newPath = () => join(folder, `${++files}.db`)

const warnings: Array<string> = []
const open = (path: string) => {
  warnings.length = 0
  return SqliteStore.open({ path, mode: "gateway", frames, onWarning: (detail) => warnings.push(detail) })
}
const once = (path: string, ...orders: ReadonlyArray<string>) =>
  Effect.scoped(Effect.flatMap(open(path), (store) => Effect.all(orders.map((id) => put(store, real(id))))))
const real = (id: string) => attempt(id, { terminal: "dialled" })

const problem = (work: () => unknown): string => {
  try {
    work()
  } catch (error) {
    return (error as Error).message
  }
  return "none"
}

describe("a backup", () => {
  it.effect("of an open store is one file with all that was written, and leaves the store open", () =>
    Effect.gen(function* () {
      const [path, to] = [newPath(), newPath()]
      const store = yield* open(path)
      yield* Effect.all(
        Array.from({ length: 50 }, (_, i) => put(store, real(String(i)))),
        { concurrency: "unbounded" }
      )
      // In practice, another process does this.
      const script = `
        import { backupStore } from "@hipay-pos/server/node"
        console.log(backupStore({ store: process.argv[1], to: process.argv[2], at: 5 }).attempts)`
      const cwd = fileURLToPath(new URL("../..", import.meta.url))
      const args = ["--no-warnings", "--conditions=@hipay-pos/source", "--input-type=module", "-e", script, path, to]
      assert.strictEqual(execFileSync(process.execPath, args, { encoding: "utf8", cwd }).trim(), "50")
      assert.strictEqual(statSync(to).mode & 0o777, 0o600)
      assert.deepStrictEqual(
        readdirSync(folder).filter((name) => to.endsWith(name.slice(0, to.length - folder.length - 1))),
        [to.slice(folder.length + 1)]
      )
      yield* put(store, real("after"))
      assert.match((yield* Effect.flip(Effect.scoped(open(path)))).message, /is in use by another process/)
      const { states, copiedAt, mode, problems } = checkStore(to)
      assert.deepStrictEqual(
        { states, copiedAt, mode, problems },
        { states: { open: 50 }, copiedAt: 5, mode: "gateway", problems: [] }
      )
    })
  )

  it.effect("replaces no file unasked, nor the store itself", () =>
    Effect.gen(function* () {
      const [path, to, name] = [newPath(), newPath(), newPath()]
      yield* once(path, "1")
      writeFileSync(to, "something else")
      assert.strictEqual(
        problem(() => backupStore({ store: path, to, at: 0 })),
        `${to} is there already; give another path, or --overwrite to replace it`
      )
      assert.strictEqual(readFileSync(to, "utf8"), "something else")
      assert.strictEqual(backupStore({ store: path, to, at: 0, overwrite: true }).attempts, 1)
      symlinkSync(path, name)
      assert.match(
        problem(() => backupStore({ store: path, to: name, at: 0, overwrite: true })),
        /is the store itself/
      )
      assert.deepStrictEqual(
        readdirSync(folder).filter((each) => each.endsWith(".new")),
        []
      )
    })
  )

  it.effect("replaces no store, in use or not, whatever it was started after", () =>
    Effect.gen(function* () {
      const [older, running, closed] = [newPath(), newPath(), newPath()]
      yield* once(older)
      yield* once(closed, "1")
      const store = yield* open(running)
      yield* put(store, real("1"))
      const swap = (to: string) => problem(() => backupStore({ store: older, to, at: 0, overwrite: true }))
      assert.match(swap(running), /is a database in use, or was when its process was killed: .*-wal is there/)
      assert.strictEqual(swap(closed), `${closed} is a database, and no backup of a store; give another path`)
      yield* put(store, real("2"))
      assert.deepStrictEqual(checkStore(running).states, { open: 2 })
      assert.deepStrictEqual(checkStore(closed).states, { open: 1 })

      // A backup may be replaced until a gateway has used it.
      const to = newPath()
      backupStore({ store: older, to, at: 0 })
      assert.strictEqual(swap(to), "none")
      yield* once(to, "1")
      assert.include(swap(to), "and no backup of a store")
    })
  )

  it.effect("is not opened beside the log of the store whose place it took", () =>
    Effect.gen(function* () {
      const [path, to, log] = [newPath(), newPath(), newPath()]
      yield* Effect.scoped(
        Effect.gen(function* () {
          const store = yield* open(path)
          yield* put(store, real("1"))
          backupStore({ store: path, to, at: 0 })
          yield* put(store, real("2"))
          // What a killed process leaves.
          copyFileSync(`${path}-wal`, log)
        })
      )
      copyFileSync(to, path)
      copyFileSync(log, `${path}-wal`)
      const refused = `cannot open the store ${path}: it is a backup, and the log ${path}-wal beside it is that of the store that was there before; move ${path}-wal and ${path}-shm away, then try again`
      assert.strictEqual((yield* Effect.flip(open(path))).problem, refused)
      assert.strictEqual(
        problem(() => checkStore(path)),
        refused
      )
      const pruned = Effect.tryPromise({
        try: () => pruneStore({ store: path, before: "2026-01-01", now: Date.UTC(2026, 10, 28) }),
        catch: (error) => (error as Error).message
      })
      assert.strictEqual(yield* Effect.flip(pruned), refused)
      assert.deepStrictEqual(readFileSync(path), readFileSync(to))
      assert.deepStrictEqual(readFileSync(`${path}-wal`), readFileSync(log))
      rmSync(`${path}-wal`)
      const store = yield* open(path)
      assert.deepStrictEqual(
        (yield* store.list({})).map(({ id }) => id),
        ["1"]
      )
    })
  )

  it.effect("keeps its own log after a kill, once it has been opened", () =>
    Effect.gen(function* () {
      const [path, to, killed] = [newPath(), newPath(), newPath()]
      yield* Effect.scoped(Effect.flatMap(open(path), (store) => put(store, real("1"))))
      backupStore({ store: path, to, at: 0 })
      yield* Effect.scoped(
        Effect.gen(function* () {
          const store = yield* open(to)
          yield* put(store, real("2"))
          // What a killed process leaves.
          for (const part of ["", "-wal"]) copyFileSync(`${to}${part}`, `${killed}${part}`)
        })
      )
      const store = yield* open(killed)
      assert.deepStrictEqual(
        (yield* store.list({})).map(({ id }) => id),
        ["2", "1"]
      )
    })
  )

  it.effect("takes no name that belongs to a store, there or not", () =>
    Effect.gen(function* () {
      const path = newPath()
      yield* once(path, "1")
      for (const name of ["-wal", "-shm", "-journal", ".generation", ".alarms"]) {
        const to = `${path}${name}`
        const before = existsSync(to)
        assert.strictEqual(
          problem(() => backupStore({ store: path, to, at: 0, overwrite: true })),
          `${to} is a part of the store ${path}; give another path`
        )
        assert.strictEqual(existsSync(to), before)
      }
    })
  )

  it.effect("replaces the file behind a symbolic link, and nothing that is not a file", () =>
    Effect.gen(function* () {
      const [path, to, name, device, lost] = [newPath(), newPath(), newPath(), newPath(), newPath()]
      yield* once(path, "1")
      writeFileSync(to, "something else")
      symlinkSync(to, name)
      assert.strictEqual(backupStore({ store: path, to: name, at: 0, overwrite: true }).file, to)
      assert.isTrue(lstatSync(name).isSymbolicLink())
      assert.deepStrictEqual(checkStore(to).states, { open: 1 })
      execFileSync("mkfifo", [device])
      assert.strictEqual(
        problem(() => backupStore({ store: path, to: device, at: 0, overwrite: true })),
        `${device} is not a file; give another path`
      )
      assert.isTrue(lstatSync(device).isFIFO())
      symlinkSync(newPath(), lost)
      assert.strictEqual(
        problem(() => backupStore({ store: path, to: lost, at: 0, overwrite: true })),
        `${lost} is a link to a file that is not there; give another path`
      )
      assert.isTrue(lstatSync(lost).isSymbolicLink())
    })
  )

  it.effect("that cannot be written is not blamed on the store", () =>
    Effect.gen(function* () {
      const path = newPath()
      yield* once(path, "1")
      const to = join(folder, "no-such-folder", "backup.db")
      assert.match(
        problem(() => backupStore({ store: path, to, at: 0 })),
        /^cannot write .*no-such-folder\/backup\.db: ENOENT/
      )
    })
  )

  it.effect("says what is wrong with what it was to copy", () =>
    Effect.gen(function* () {
      const [path, to] = [newPath(), newPath()]
      assert.match(
        problem(() => backupStore({ store: path, to, at: 0 })),
        /^there is no store at /
      )
      writeFileSync(path, "no database, and long enough to be looked at by whatever opens it")
      assert.match(
        problem(() => backupStore({ store: path, to, at: 0 })),
        /: file is not a database$/
      )
      assert.isFalse(existsSync(to))
      yield* once(newPath())
    })
  )

  it.effect("that is put back works, and says of when it is, once", () =>
    Effect.gen(function* () {
      const [path, to] = [newPath(), newPath()]
      yield* once(path, "1")
      backupStore({ store: path, to, at: Date.UTC(2026, 10, 28) })
      copyFileSync(to, path)
      yield* once(path, "2")
      assert.deepStrictEqual(warnings, [
        `the store ${path} is a backup of 2026-11-28T00:00:00.000Z: payments since then are not in it`
      ])
      yield* once(path)
      assert.deepStrictEqual(warnings, [])
    })
  )
})

describe("a check", () => {
  it.effect("counts what an open store holds, and writes nothing", () =>
    Effect.gen(function* () {
      const path = newPath()
      const store = yield* open(path)
      yield* put(store, real("1"))
      yield* put(store, real("2"))
      yield* set(store, attempt("2", { terminal: "dialled", state: "approved" }))
      const { states, generation, format } = checkStore(path)
      assert.deepStrictEqual({ states, format }, { states: { open: 1, approved: 1 }, format: FORMAT })
      assert.strictEqual(generation.store, 2)
    })
  )

  it.effect("names attempts that cannot be read, damage, and an older copy", () =>
    Effect.gen(function* () {
      const [path, older] = [newPath(), newPath()]
      yield* once(path, "1")
      copyFileSync(path, older)
      yield* once(path, "2")
      assert.deepStrictEqual(checkStore(path).problems, [])
      const database = new DatabaseSync(path)
      database.exec("UPDATE attempts SET json = '{' WHERE id = '2'")
      database.close()
      assert.deepStrictEqual(checkStore(path).problems, ["attempt 2 cannot be read"])
      copyFileSync(older, path)
      assert.deepStrictEqual(checkStore(path).problems, [
        "it is an older copy: it has had 1 attempts, and the one that last stood here 2"
      ])
    })
  )

  it("reads a store of the first format", () => {
    const path = fileURLToPath(new URL("fixtures/store-format-1.db", import.meta.url))
    const { format, states, problems } = checkStore(path)
    assert.deepStrictEqual(
      { format, states, problems },
      {
        format: 1,
        states: { approved: 2, "approved-in-part": 1, declined: 2, "not-started": 1, unknown: 2, open: 1 },
        problems: []
      }
    )
  })
})
