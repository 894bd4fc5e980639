/** A write to the store's file that the disk does not confirm. */
import { copyFileSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { makeCommits } from "../../src/node/commits.ts"
import { IDENTITY_TABLE } from "../../src/node/identityTable.ts"

const folder = mkdtempSync(join(tmpdir(), "commits-"))

const CLAIM = "INSERT INTO claims VALUES ('1')"

/** A copy of a database as it is on the disk, without its connections. */
const copyOf = (path: string, name: string) => {
  const copy = join(folder, name)
  for (const part of ["", "-wal"]) copyFileSync(`${path}${part}`, `${copy}${part}`)
  return copy
}

/** A connection whose commits fail and are rolled back, as if the disk could not flush them. */
const failing = (database: DatabaseSync) =>
  new Proxy(database, {
    get: (target, name) => {
      if (name === "isTransaction") return target.isTransaction
      if (name !== "exec") return Reflect.get(target, name).bind(target)
      return (sql: string) => {
        if (sql === "COMMIT") throw new Error("disk I/O error")
        target.exec(sql)
      }
    }
  })

describe("a write whose flush fails", () => {
  it.effect("is not there after a kill, although its commit was in the log", () =>
    Effect.gen(function* () {
      const path = join(folder, "store.db")
      const database = new DatabaseSync(path)
      database.exec(`PRAGMA journal_mode = WAL; ${IDENTITY_TABLE}; CREATE TABLE claims (id TEXT)`)
      // The log as the commit leaves it; SQLite overwrites it when it rolls back.
      const committed = copyOf(path, "committed.db")
      const other = new DatabaseSync(committed)
      other.exec(CLAIM)
      const log = readFileSync(`${committed}-wal`)
      other.close()
      const commits = makeCommits(failing(database))
      const write = commits.write({ flushed: true, act: () => database.exec(CLAIM) })
      assert.strictEqual((yield* Effect.flip(write)).detail, "disk I/O error")
      const killed = copyOf(path, "killed.db")
      const over = readFileSync(`${killed}-wal`)
      writeFileSync(`${killed}-wal`, Buffer.concat([over, log.subarray(over.length)]))
      const next = new DatabaseSync(killed)
      assert.deepStrictEqual(next.prepare("SELECT id FROM claims").all(), [])
      next.close()
      database.close()
    })
  )
})
