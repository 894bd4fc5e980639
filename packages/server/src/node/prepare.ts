/** Prepared statements whose rows have the columns that their SQL names, so that each says once what its rows are. */
import type { DatabaseSync, SQLInputValue } from "node:sqlite"

/** A statement that reads rows. */
export interface Query<Row> {
  readonly get: (...values: ReadonlyArray<SQLInputValue>) => Row | undefined
  readonly all: (...values: ReadonlyArray<SQLInputValue>) => ReadonlyArray<Row>
  readonly iterate: (...values: ReadonlyArray<SQLInputValue>) => Iterable<Row>
}

/** Prepares a statement that reads rows. SQLite cannot check their type: it must agree with the SQL. */
export const prepare = <Row>(database: DatabaseSync, sql: string): Query<Row> =>
  database.prepare(sql) as unknown as Query<Row>

/** A row that cannot be missing: a count, or one that was just written or listed while no other process writes. */
export const present = <Row>(row: Row | undefined): Row => {
  if (row === undefined) throw new Error("a row is missing")
  return row
}
