/** The table of a store's file in which it records what it is: names with their values. A later format adds names. */
import type { DatabaseSync } from "node:sqlite"

/** Creates the table. */
export const IDENTITY_TABLE = "CREATE TABLE identity (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID"

/** All of it, by name. */
export const readIdentity = (database: DatabaseSync): ReadonlyMap<string, string> => {
  const rows = database.prepare("SELECT name, value FROM identity").all()
  return new Map(rows.map(({ name, value }) => [String(name), String(value)]))
}

/** Returns a function that writes a row, or replaces one. */
export const makeIdentityWriter = (database: DatabaseSync): ((name: string, value: string) => void) => {
  const set = database.prepare("INSERT OR REPLACE INTO identity (name, value) VALUES (?, ?)")
  return (name, value) => void set.run(name, value)
}
