/** The sixth migration, and the queries of its table: alarms that were delivered, or are being delivered. */
import type { Attempt } from "@hipay-pos/server/Attempt"
import type { SharedAlarms, Taken } from "../alarms/SharedAlarms.ts"
import type { Database } from "./Database.ts"

export const ALARM_TABLE = `
CREATE TABLE hipay_pos.alarms (
  id text PRIMARY KEY,
  taken_until timestamptz NOT NULL,
  delivered_at timestamptz
);
CREATE INDEX alarms_delivered ON hipay_pos.alarms (delivered_at) WHERE delivered_at IS NOT NULL
`

/** Longer than a delivery may take. */
const TAKEN = "interval '30 seconds'"

/** As long as a gateway's own file of alarms remembers them. */
const FORGET = "DELETE FROM hipay_pos.alarms WHERE delivered_at < clock_timestamp() - interval '30 days'"

const TAKE = `INSERT INTO hipay_pos.alarms AS a (id, taken_until) VALUES ($1, clock_timestamp() + ${TAKEN})
  ON CONFLICT (id) DO UPDATE SET taken_until = excluded.taken_until
    WHERE a.delivered_at IS NULL AND a.taken_until < clock_timestamp()
  RETURNING id`

const NEWEST = "SELECT coalesce(max(number), 0) AS newest FROM hipay_pos.history"

const WITH_ALARMS = `SELECT DISTINCT attempt FROM hipay_pos.history
  WHERE number > $1::bigint AND number <= $2::bigint AND strpos(json, '"alarms":') > 0`

/** How many changes are looked through at a time. */
const PAGE = 10_000

/** How long a gateway has to deliver what it raised, in milliseconds. By then, changes with lower numbers are visible, too. */
const OWN = 30_000

/** Readable attempts that were written with alarms after the last call and up to half a minute ago. */
const makeWritten = (
  database: Pick<Database, "list">,
  get: (id: string) => Promise<Attempt | undefined>,
  now: () => number
): SharedAlarms["written"] => {
  /** The newest change at the times of recent calls; alarms up to the first one were returned. */
  const marks: Array<{ readonly number: number; readonly at: number }> = []
  return async () => {
    const [row] = await database.list(NEWEST)
    marks.push({ number: Number(row?.newest), at: now() })
    const last = marks.findLastIndex(({ at }) => at <= now() - OWN)
    const [from, to] = [Number(marks[0]?.number), Number(marks[last]?.number)]
    const attempts: Array<Attempt> = []
    for (let first = from; first < to; first += PAGE) {
      for (const { attempt } of await database.list(WITH_ALARMS, [first, Math.min(first + PAGE, to)])) {
        const found = await get(String(attempt))
        if (found !== undefined) attempts.push(found)
      }
    }
    // Only now: if something failed, the next call returns all of it.
    if (last > 0) marks.splice(0, last)
    return attempts
  }
}

export const makeSharedAlarms = (
  database: Database,
  get: (id: string) => Promise<Attempt | undefined>,
  now = () => performance.now()
): SharedAlarms => ({
  take: async (id): Promise<Taken> => {
    await database.query(FORGET)
    const taken = await database.query(TAKE, [id])
    if (taken.length > 0) return "taken"
    const [row] = await database.query("SELECT delivered_at FROM hipay_pos.alarms WHERE id = $1", [id])
    return row?.delivered_at == null ? "elsewhere" : "delivered"
  },
  delivered: async (id) => {
    await database.query("UPDATE hipay_pos.alarms SET delivered_at = clock_timestamp() WHERE id = $1", [id])
  },
  release: async (id) => {
    await database.query("UPDATE hipay_pos.alarms SET taken_until = '-infinity' WHERE id = $1", [id])
  },
  written: makeWritten(database, get, now)
})
