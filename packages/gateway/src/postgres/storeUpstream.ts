/** The service and the accounts that a shared store's orders were relayed to: a store belongs to one service. */
import { StartFailed, StoreUpstream } from "@hipay-pos/server/node"
import type { Address } from "./Address.ts"
import type { Database } from "./Database.ts"

/** Writes them where none are known. Throws {@link StartFailed} where others are. */
export const requireUpstream = async (
  database: Database,
  address: Address,
  asked: StoreUpstream.StoreUpstream
): Promise<void> => {
  // The service comes first: what another one refuses must not leave its accounts here.
  for (const [name, value] of StoreUpstream.toRows(asked)) {
    await database.query("INSERT INTO hipay_pos.identity VALUES ($1, $2) ON CONFLICT DO NOTHING", [name, value])
    const rows = await database.query("SELECT name, value FROM hipay_pos.identity")
    const known = StoreUpstream.fromRows(new Map(rows.map((row) => [String(row.name), String(row.value)])))
    const refusal = StoreUpstream.upstreamRefusal(known, asked)
    if (refusal !== undefined) throw new StartFailed({ problem: `cannot open the store ${address.text}: ${refusal}` })
  }
}
