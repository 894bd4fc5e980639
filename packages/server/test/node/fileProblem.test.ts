/** Which failures to open a store may be temporary. */
import { execFileSync } from "node:child_process"
import { chmodSync, mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { DatabaseSync } from "node:sqlite"
import { assert, describe, it } from "vitest"
import * as SqliteFile from "../../src/node/SqliteFile.ts"

const folder = mkdtempSync(join(tmpdir(), "file-problem-"))

const path = join(folder, "attempts.db")

/** What SQLite throws. */
const thrownBy = (use: (database: DatabaseSync) => void): unknown => {
  const { DatabaseSync } = process.getBuiltinModule("node:sqlite")
  const database = new DatabaseSync(path)
  try {
    use(database)
    return undefined
  } catch (error) {
    return error
  } finally {
    database.close()
  }
}

const OF_ANOTHER =
  "the user that this program runs as may not read and write it; give the file to that user, with chown"

const toStart = (error: unknown) => {
  const { problem, isTemporary } = SqliteFile.cannotOpen(path, error)
  return { problem, isTemporary }
}

describe("a store that cannot be opened", () => {
  it("is retried later if the disk is full", () => {
    const full = thrownBy((database) => {
      database.exec("CREATE TABLE t (a); PRAGMA max_page_count = 2")
      for (let i = 0; i < 1_000; i++) database.exec("INSERT INTO t VALUES (randomblob(1000))")
    })
    const problem = `cannot open the store ${path}: database or disk is full`
    assert.deepStrictEqual(toStart(full), { problem, isTemporary: true })
    const system = Object.assign(new Error("ENOSPC: no space left on device, open"), { code: "ENOSPC" })
    assert.isTrue(toStart(system).isTemporary)
  })

  it("is retried later if the disk fails, or too many files are open", () => {
    for (const code of ["EIO", "EROFS", "EMFILE", "ENFILE", "ENOMEM", "EAGAIN"]) {
      const system = Object.assign(new Error(`${code}: it failed, open`), { code })
      assert.isTrue(toStart(system).isTemporary, code)
    }
    writeFileSync(path, "")
    for (const errcode of [7, 8, 10 | (1 << 8)]) {
      assert.isTrue(toStart(Object.assign(new Error("it failed"), { errcode })).isTemporary, `${errcode}`)
    }
  })

  it("is tried again later where a file that is there cannot be opened, and not where its folder or itself is none", () => {
    const cannotOpen = (place: string) => {
      const error = Object.assign(new Error("unable to open database file"), { errcode: 14 })
      return SqliteFile.cannotOpen(place, error).isTemporary
    }
    writeFileSync(join(folder, "there.db"), "")
    assert.isTrue(cannotOpen(join(folder, "there.db")))
    assert.isFalse(cannotOpen(join(folder, "none", "there.db")))
    assert.isFalse(cannotOpen(folder))
    assert.isFalse(toStart(Object.assign(new Error("file is not a database"), { errcode: 26 })).isTemporary)
  })

  it("is retried later if another process has it", () => {
    const inUse = thrownBy((database) => {
      const { DatabaseSync } = process.getBuiltinModule("node:sqlite")
      database.exec("BEGIN EXCLUSIVE")
      const second = new DatabaseSync(path)
      try {
        second.exec("BEGIN EXCLUSIVE")
      } finally {
        second.close()
      }
    })
    const problem = `the store ${path} is in use by another process`
    assert.deepStrictEqual(toStart(inUse), { problem, isTemporary: true })
  })

  it.skipIf(process.platform === "win32")("is said to be another user's where this one may not use it", () => {
    const place = join(folder, "of-another.db")
    writeFileSync(place, "")
    chmodSync(place, 0)
    chmodSync(folder, 0o755)
    // Root may access all files.
    const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
    const program = `try { new (process.getBuiltinModule("node:sqlite").DatabaseSync)(${JSON.stringify(place)}) } catch (error) {
      const { cannotOpen } = await import(${JSON.stringify(new URL("../../src/node/SqliteFile.ts", import.meta.url).href)})
      console.log(cannotOpen(${JSON.stringify(place)}, error).problem)
    }`
    const said = execFileSync(
      process.execPath,
      ["--conditions=@hipay-pos/source", "--input-type=module", "--eval", program],
      { encoding: "utf8", cwd: "/", ...user }
    )
    assert.strictEqual(said.trim(), `cannot open the store ${place}: ${OF_ANOTHER}`)
    const refused = Object.assign(new Error("EPERM: operation not permitted, chmod"), { code: "EPERM" })
    assert.strictEqual(toStart(refused).problem, `cannot open the store ${path}: ${OF_ANOTHER}`)
  })

  it("is not taken for one in use because of its path's name", () => {
    const place = join(folder, "locked.db")
    const error = new Error(`EACCES: permission denied, open '${place}'`)
    const problem = `cannot open the store ${path}: ${error.message}`
    assert.deepStrictEqual(toStart(error), { problem, isTemporary: false })
  })
})
