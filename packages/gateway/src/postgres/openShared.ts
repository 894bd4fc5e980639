/** A shared store for as long as a gateway runs. */

import type { AttemptStore } from "@hipay-pos/server/AttemptStore"
import type { StoreSummary } from "@hipay-pos/server/node"
import type { Frames } from "@hipay-pos/server/Terminals"
import type { Address } from "./Address.ts"
import { replication } from "./checkShared.ts"
import * as Database from "./Database.ts"
import type { Instance } from "./Lease.ts"
import { requireSchema } from "./migrate.ts"
import * as PostgresStore from "./PostgresStore.ts"

/** How a shared store is opened. */
export interface SharedStoreOptions extends Instance {
  readonly address: Address
  readonly frames: Pick<Frames, "withoutContact">
  readonly onWarning?: ((detail: string) => void) | undefined
}

/** A store, how to close it, and whether it can be relied on just now. */
export interface SharedStore {
  readonly store: AttemptStore & { readonly summary: StoreSummary }
  /** Why this instance may not take orders; undefined where it may. */
  readonly notReady: () => string | undefined
  /** Milliseconds that are left of this instance's lease. */
  readonly leaseLeft: () => number
  readonly close: () => Promise<void>
}

/** Connects, looks at the schema, and takes the instance's lease. Rejects with one sentence a person can act on. */
export const openShared = async ({ address, ...options }: SharedStoreOptions): Promise<SharedStore> => {
  const database = await Database.connect(address, { name: `hipay-pos ${options.name}` })
  try {
    await requireSchema(database, address)
    const { verdict, detail } = await replication(database)
    if (verdict !== "ok") options.onWarning?.(`the store ${address.text}: ${detail}`)
    const store = await PostgresStore.open({ ...options, database })
    const [counts] = await database.query(
      `SELECT (SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM hipay_pos.attempt_numbers) AS attempts,
        (SELECT count(*) FROM hipay_pos.attempts WHERE state = 'unknown') AS unknown`
    )
    const summary = {
      path: address.text,
      created: false,
      attempts: Number(counts?.attempts),
      unknown: Number(counts?.unknown),
      instance: options.name
    }
    return {
      store: { ...store, summary },
      notReady: () =>
        store.lease.left() > 0 ? undefined : "the database has not answered for as long as a lease lasts",
      leaseLeft: store.lease.left,
      close: async () => {
        await store.close()
        await database.close()
      }
    }
  } catch (error) {
    await database.close()
    throw Database.cannotOpen(address, error)
  }
}
