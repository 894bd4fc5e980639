/**
 * Sends the claims that wait as one statement, and likewise the ends. Each caller learns whether its own was written, and
 * sends it alone if not.
 */
import { type Connection, type Database, rowsToJson } from "./Database.ts"
import { grouped } from "./grouped.ts"
import type { LastWritten } from "./LastWritten.ts"

/** A row of a group: its columns and its documents. */
export interface GroupRow {
  readonly columns: Readonly<Record<string, string | number | boolean | null>> & { readonly id: string }
  readonly json: string
  readonly said: string
}

/** Of two rows about one attempt only the first is sent: the database would write one of them without saying which. */
const sending = (database: Database, name: string, over: Connection, lastWritten?: LastWritten) => {
  const required = lastWritten === undefined ? "" : ", hipay_pos.require_written_v1($4)"
  const send = grouped(async (rows: ReadonlyArray<GroupRow>) => {
    const first = new Map<string, GroupRow>()
    for (const row of rows) if (!first.has(row.columns.id)) first.set(row.columns.id, row)
    const sent = [...first.values()]
    const documents = [
      rowsToJson(sent.map(({ columns }) => columns)),
      sent.map(({ json }) => json).join("\n"),
      sent.map(({ said }) => said).join("\n"),
      ...(lastWritten === undefined ? [] : [lastWritten.lines()])
    ]
    const found = await database.query(`SELECT id FROM hipay_pos.${name}($1, $2, $3)${required}`, documents, over)
    const written = new Set(found.map(({ id }) => id))
    return rows.map((row) => first.get(row.columns.id) === row && written.has(row.columns.id))
  })
  return async (row: GroupRow) => !hasLineBreak(row) && (await send(row))
}

/** Line breaks separate the documents of a group: one inside a document would give attempts the documents of others. */
const hasLineBreak = ({ json, said }: GroupRow) => json.includes("\n") || said.includes("\n")

/** Nothing is claimed in a database that lacks what was written last. */
export const groupsOf = (database: Database, lastWritten: LastWritten) => ({
  claim: sending(database, "claim_group_v1", "claims", lastWritten),
  change: sending(database, "change_group_v2", "ends")
})
