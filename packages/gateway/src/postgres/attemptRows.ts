/** The attempts of a shared store, read in pages and the oldest first, while its gateways run. */
import type { AttemptJson } from "@hipay-pos/server/node"
import type { Address } from "./Address.ts"
import * as Database from "./Database.ts"
import { requireSchema } from "./migrate.ts"

/** Converts a row of the database. */
export const rowOf = ({ id, key, state, opened_at, json }: Database.Row): AttemptJson.Row => ({
  id: String(id),
  key: String(key),
  state: String(state),
  openedAt: Number(opened_at),
  json: String(json)
})

const PAGE = 500

const NEXT = `SELECT number, id, key, state, opened_at, json FROM hipay_pos.attempts
  WHERE opened_at >= $1 AND opened_at < $2 AND number > $3 ORDER BY number LIMIT ${PAGE}`

/** Attempts opened from `first` on and before `end`, each as it was when it was read. */
export const attemptRows = (address: Address) =>
  async function* (first: number, end: number): AsyncGenerator<AttemptJson.Row> {
    const database = await Database.connect(address, { name: "hipay-pos export", deadline: 60_000 })
    try {
      await requireSchema(database, address)
      let last = Number.MIN_SAFE_INTEGER
      for (;;) {
        const rows = await database.query(NEXT, [first, end, last])
        for (const row of rows) {
          last = Number(row.number)
          yield rowOf(row)
        }
        if (rows.length < PAGE) return
      }
    } catch (error) {
      throw Database.cannotOpen(address, error)
    } finally {
      await database.close()
    }
  }
