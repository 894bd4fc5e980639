/** Lists of attempts, the newest first, read a page at a time. */
import type { Attempt } from "@hipay-pos/server/Attempt"
import { beforeGone, brief, type Filter, matchesRead, StoreFailed } from "@hipay-pos/server/AttemptStore"
import type { Database, Row } from "./Database.ts"
import { type Bounds, NUMBERS_OF, stretchesOf, toQuery } from "./listQuery.ts"

/** How many rows a list reads at a time. */
const PAGE = 1_000

/** Makes `list`; `read` gives the attempt of a row, or why it cannot be read. */
export const makeList =
  (database: Database, read: (row: Row) => Attempt | StoreFailed) =>
  async (filter: Filter): Promise<ReadonlyArray<Attempt>> => {
    const found: Array<Attempt> = []
    const { from = Number.MIN_SAFE_INTEGER, to = Number.MAX_SAFE_INTEGER, before } = filter
    let top = Number.MAX_SAFE_INTEGER
    if (before !== undefined) {
      const [row] = await database.list("SELECT number FROM hipay_pos.attempts WHERE id = $1", [before])
      if (row === undefined) throw beforeGone(before)
      top = Number(row.number)
    }
    const limit = filter.limit ?? Number.POSITIVE_INFINITY
    if (limit <= 0) return found
    // Without an earliest time, all numbers are one stretch without bounds.
    const stretches: ReadonlyArray<Bounds> =
      filter.from === undefined ? [{}] : stretchesOf(await database.list(NUMBERS_OF, [from, to]))
    let size = Math.min(PAGE, limit)
    for (const { first, below: end = top } of stretches) {
      let below = Math.min(end, top)
      while (first === undefined || below > first) {
        const { sql, values } = toQuery(filter, { first, below }, size)
        const rows = await database.list(sql, values)
        for (const row of rows) {
          below = Number(row.number)
          const openedAt = Number(row.opened_at)
          if (openedAt < from || openedAt >= to) continue
          const attempt = read(row)
          if (attempt instanceof StoreFailed) {
            if (filter.isComplete === true) throw attempt
            continue
          }
          if (matchesRead(attempt, filter)) found.push(filter.isBrief === true ? brief(attempt) : attempt)
          if (found.length === limit) return found
        }
        if (rows.length < size) break
        size = PAGE
      }
    }
    return found
  }
