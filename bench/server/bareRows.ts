/** SQLite without a store around it: rows of an id and a text, those of one turn of the loop in one transaction. */
import { DatabaseSync } from "node:sqlite"
import type { Write } from "./floor.ts"

export const makeBareRows = (file: string): Write => {
  const database = new DatabaseSync(file)
  database.exec(`
    PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 8000;
    CREATE TABLE attempts (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, json TEXT NOT NULL) STRICT
  `)
  const statement = database.prepare(
    "INSERT INTO attempts (id, json) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET json = excluded.json"
  )
  let waiting: Array<{ readonly id: string; readonly json: string; readonly resolve: () => void }> = []
  const flush = () => {
    const rows = waiting
    waiting = []
    database.exec("BEGIN")
    for (const { id, json } of rows) statement.run(id, json)
    database.exec("COMMIT")
    for (const { resolve } of rows) resolve()
  }
  return (id, json) =>
    new Promise((resolve) => {
      if (waiting.push({ id, json, resolve }) === 1) setImmediate(flush)
    })
}
