/** The sixth migration, and what is done with its table: alarms that were delivered, or are being delivered. */
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

export const makeSharedAlarms = (database: Database): SharedAlarms => ({
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
  }
})
