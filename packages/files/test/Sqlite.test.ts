import { mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { FileLock, Sqlite } from "@hipay-pos/files"

const newPath = () => join(mkdtempSync(join(tmpdir(), "sqlite-")), "file")

/** What SQLite throws, here, and without its code, as the errors of `exec` are on Deno. */
const errorsOf = (run: () => void): ReadonlyArray<unknown> => {
  try {
    run()
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    return [error, Object.assign(new Error(message), { code })]
  }
  return assert.fail("expected an error")
}

describe("SQLite's errors", () => {
  it("a lock of another process is recognised by its code, or by SQLite's text", () => {
    const path = newPath()
    const release = FileLock.takeLock(path)
    const errors = errorsOf(() => Sqlite.open(path).exec("BEGIN EXCLUSIVE"))
    assert.deepStrictEqual(errors.map(Sqlite.resultCode), [Sqlite.BUSY, Sqlite.BUSY])
    release?.()
  })

  it("so is a file that is not a database", () => {
    const path = newPath()
    writeFileSync(path, "no database")
    const errors = errorsOf(() => Sqlite.open(path).exec("BEGIN EXCLUSIVE; SELECT * FROM sqlite_master"))
    assert.deepStrictEqual(errors.map(Sqlite.resultCode), [Sqlite.NOT_A_DATABASE, Sqlite.NOT_A_DATABASE])
  })

  it("the same words in another error prove nothing", () => {
    assert.isUndefined(Sqlite.resultCode(new Error("database is locked")))
  })
})
