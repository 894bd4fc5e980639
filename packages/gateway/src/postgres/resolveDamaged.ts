/** Writes a person's resolution of an unknown attempt whose record cannot be read, from the other columns of its row. */
import type { Attempt } from "@hipay-pos/server/Attempt"
import { type AttemptStore, keyIn, StoreFailed } from "@hipay-pos/server/AttemptStore"
import * as Guards from "@hipay-pos/server/Guards"
import { call, type Database, type Row } from "./Database.ts"
import { attempting, changeFailedBy } from "./storeFailure.ts"

/** Makes `resolveDamaged`; `read` gives the attempt of a row, or why it cannot be read. */
export const makeResolveDamaged =
  (
    database: Database,
    read: (row: Row) => Attempt | StoreFailed,
    onWritten: () => void
  ): AttemptStore["resolveDamaged"] =>
  (id, resolution, login) =>
    attempting(async () => {
      const [row] = await database.query(DAMAGED, [id])
      if (row === undefined || row.state !== "unknown" || !(read(row) instanceof StoreFailed)) return undefined
      const key = keyIn(String(row.key))
      if (login !== undefined && key.login !== login) return undefined
      const { state, guardsOrder, guardsTerminal } = Guards.resolvedAs(resolution)
      const resolutions = Number(row.resolutions)
      const [changed] = await call(database, "change_v2", {
        id,
        opened_at: Number(row.opened_at),
        seen_state: "unknown",
        seen_resolutions: resolutions,
        seen_json: String(row.json),
        state,
        words: String(row.words),
        customer: row.customer === true,
        resolutions: resolutions + 1,
        json: String(row.json),
        at: resolution.at,
        said: JSON.stringify({ resolution }),
        guards_order: guardsOrder,
        guards_terminal: guardsTerminal,
        amount: Number(row.amount),
        currency: String(row.currency)
      }).catch((error: unknown) => {
        throw changeFailedBy(error)
      })
      if (changed?.tag !== "written") return undefined
      onWritten()
      return { id, key, state }
    })

/** The amount comes from the order's guard: if the record cannot be read, nothing else has it. */
const DAMAGED = `SELECT a.id, a.key, a.state, a.opened_at, a.json, a.words, a.resolutions, a.customer,
  coalesce(g.amount, 0) AS amount, coalesce(g.currency, '') AS currency
  FROM hipay_pos.attempts a LEFT JOIN hipay_pos.order_guards g ON g.key = a.key AND g.attempt = a.id WHERE a.id = $1`
