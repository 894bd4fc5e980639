/** The service and the accounts that a shared store's orders were relayed to: a store belongs to one service. */
import { StartFailed, StoreUpstream } from "@hipay-pos/server/node"
import type { Address } from "./Address.ts"
import type { Database } from "./Database.ts"

/** Writes them if none are known. Throws {@link StartFailed} if others are. */
export const requireUpstream = async (
  database: Database,
  address: Address,
  asked: StoreUpstream.AskedUpstream
): Promise<void> => {
  const refuseOther = async () => {
    const rows = await database.query("SELECT name, value FROM hipay_pos.identity")
    const known = StoreUpstream.fromRows(new Map(rows.map((row) => [String(row.name), String(row.value)])))
    const paid = new Set<string>()
    for (const login of StoreUpstream.leavingCommon(known, asked)) {
      const found = await database.query("SELECT FROM hipay_pos.attempts WHERE login = $1 LIMIT 1", [login])
      if (found.length > 0) paid.add(login)
    }
    const refusal = StoreUpstream.upstreamRefusal(known, asked, (login) => paid.has(login))
    if (refusal !== undefined) throw new StartFailed({ problem: `the store ${address.text}: ${refusal}` })
  }
  // Checked before each write, so that a refused gateway leaves no accounts here, and after, because another may have written
  // its own.
  await refuseOther()
  for (const [name, value] of StoreUpstream.toRows(asked)) {
    await database.query("INSERT INTO hipay_pos.identity VALUES ($1, $2) ON CONFLICT DO NOTHING", [name, value])
    await refuseOther()
  }
}
