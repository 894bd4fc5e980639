/** Which failures to open a store may pass by themselves. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { DatabaseSync } from "node:sqlite"
import { afterAll, assert, describe, it } from "vitest"
import * as SqliteFile from "../../src/node/SqliteFile.ts"

const folder = mkdtempSync(join(tmpdir(), "file-problem-"))
afterAll(() => rmSync(folder, { recursive: true }))

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

const toStart = (error: unknown) => {
  const { problem, isTemporary } = SqliteFile.cannotOpen(path, error)
  return { problem, isTemporary }
}

describe("a store that cannot be opened", () => {
  it("is tried again later where the disk is full", () => {
    const full = thrownBy((database) => {
      database.exec("CREATE TABLE t (a); PRAGMA max_page_count = 2")
      for (let i = 0; i < 1_000; i++) database.exec("INSERT INTO t VALUES (randomblob(1000))")
    })
    const problem = `cannot open the store ${path}: database or disk is full`
    assert.deepStrictEqual(toStart(full), { problem, isTemporary: true })
    const system = Object.assign(new Error("ENOSPC: no space left on device, open"), { code: "ENOSPC" })
    assert.isTrue(toStart(system).isTemporary)
  })

  it("is tried again later where another process has it", () => {
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

  it("is not taken for one in use by what its path is called", () => {
    const place = join(folder, "locked.db")
    const error = new Error(`EACCES: permission denied, open '${place}'`)
    const problem = `cannot open the store ${path}: ${error.message}`
    assert.deepStrictEqual(toStart(error), { problem, isTemporary: false })
  })
})
