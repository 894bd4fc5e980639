/** A shared store for as long as a gateway runs. */

import { createHmac } from "node:crypto"
import type { InstanceListing, NotificationStore, SharedChanges } from "@hipay-pos/server"
import {
  everyDay,
  inLifetime,
  type Lifetime,
  SqliteStore,
  StartFailed,
  type StoreSummary,
  type StoreUpstream
} from "@hipay-pos/server/node"
import type { Frames } from "@hipay-pos/server/Terminals"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type { SharedAlarms } from "../alarms/SharedAlarms.ts"
import type { Address } from "./Address.ts"
import { clock, connections, delivery, partitions, replication, type SharedCheck, settings } from "./checkShared.ts"
import * as Database from "./Database.ts"
import { forgetCustomers } from "./forgetCustomers.ts"
import type { Instance, Lease } from "./Lease.ts"
import { requireSchema, sameStore } from "./migrate.ts"
import * as PostgresNotifications from "./PostgresNotifications.ts"
import * as PostgresStore from "./PostgresStore.ts"
import { secretNamed } from "./secrets.ts"
import { makeSharedAlarms } from "./sharedAlarms.ts"
import { attempting } from "./storeFailure.ts"
import { requireUpstream } from "./storeUpstream.ts"

/** How a shared store is opened. */
export interface SharedStoreOptions extends Instance {
  readonly address: Address
  readonly frames: Pick<Frames, "withoutContact">
  /** The service that orders are relayed to; undefined if all terminals are dialled. */
  readonly upstream?: StoreUpstream.AskedUpstream | undefined
  /** Called each time the other gateways give this one up. */
  readonly onGivenUp?: (() => void) | undefined
  readonly onWarning?: ((detail: string) => void) | undefined
}

/** An open shared store. */
export interface SharedStore {
  readonly store: PostgresStore.PostgresStore & {
    readonly summary: StoreSummary
    readonly notifications: NotificationStore
    /** Takes other accounts at the service. Rejects with one sentence if they are refused. */
    readonly takeUpstream: (upstream: StoreUpstream.AskedUpstream) => Promise<void>
  }
  /** Why this instance may not take orders; undefined if it may. */
  readonly notReady: () => string | undefined
  /** Milliseconds left of this instance's lease. */
  readonly leaseLeft: () => number
  /** The living instances. */
  readonly instances: InstanceListing
  /** The changes of all instances. */
  readonly changes: SharedChanges
  /** How long the oldest change has been held back from watchers, in milliseconds. */
  readonly feedLag: () => Promise<number>
  /** Which instance delivers an alarm. */
  readonly alarms: SharedAlarms
  /** Replaces the settings that are compared with the other instances'. */
  readonly announce: (settings: string) => Promise<void>
  /** Signs the pages' cookies with the secret of all instances. */
  readonly signSession: (text: string) => string
  readonly close: () => Promise<void>
}

/** Connects, checks the schema, and takes the instance's lease. Rejects with one sentence a person can act on. */
export const openShared = (options: SharedStoreOptions): Promise<SharedStore> =>
  inLifetime((lifetime) => open(options, lifetime)).catch((error: unknown) => {
    throw Database.cannotOpen(options.address, error)
  })

const open = async (
  { address, upstream, ...options }: SharedStoreOptions,
  { onClose, close }: Lifetime
): Promise<SharedStore> => {
  const database = await Database.connect(address, { name: `hipay-pos ${options.name}` })
  onClose(database.close)
  await database.open()
  const asWords = ({ detail, next }: SharedCheck) =>
    `the store ${address.text}: ${detail}${next === undefined ? "" : `. ${next}`}`
  const asked = await settings(database)
  if (asked.verdict === "failed") throw new StartFailed({ problem: asWords(asked) })
  await requireSchema(database, address)
  const requireStore = await sameStore(database, address)
  if (upstream !== undefined) await requireUpstream(database, address, upstream)
  const store = await PostgresStore.open({ ...options, database, requireStore })
  onClose(store.close)
  const warnOf = (check: SharedCheck) => {
    if (check.verdict !== "ok") options.onWarning?.(asWords(check))
  }
  warnOf(asked)
  for (const check of [clock, replication, delivery, connections, partitions]) warnOf(await check(database))
  const [counts] = await database.query(
    `SELECT (SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM hipay_pos.attempt_numbers) AS attempts,
      (SELECT count(*) FROM hipay_pos.attempts WHERE state = 'unknown') AS unknown,
      (SELECT value FROM hipay_pos.identity WHERE name = 'store') AS id`
  )
  // Imported attempts have numbers below 0. If there are too many to count in time, the gateway starts all the same.
  const imported = await database.list("SELECT count(*) AS attempts FROM hipay_pos.attempts WHERE number < 0").then(
    ([row]) => Number(row?.attempts),
    () => 0
  )
  const summary = {
    path: address.text,
    created: false,
    attempts: Number(counts?.attempts) + imported,
    unknown: Number(counts?.unknown),
    instance: options.name,
    id: String(counts?.id)
  }
  const secret = await secretNamed(database, "session-secret")
  const notifications = await PostgresNotifications.open(database, store)
  const clean = attempting(() => forgetCustomers(database, options.frames, Date.now() - SqliteStore.CUSTOMER_DATA))
  const cleaning = Effect.runFork(everyDay(clean, (detail) => options.onWarning?.(detail)))
  onClose(() => Effect.runPromise(Fiber.interrupt(cleaning)))
  const look = Effect.ignore(attempting(async () => warnOf(await partitions(database))))
  const looking = Effect.runFork(Effect.forever(Effect.andThen(Effect.sleep("1 day"), look)))
  onClose(() => Effect.runPromise(Fiber.interrupt(looking)))
  return {
    store: {
      ...store,
      summary,
      notifications,
      takeUpstream: (asked) => requireUpstream(database, address, asked)
    },
    instances: listInstances(store.lease.living),
    changes: store.changes,
    feedLag: store.changes.lag,
    alarms: makeSharedAlarms(database, (id) =>
      Effect.runPromise(
        Effect.catch(store.get(id), (failed) =>
          failed.isOfOneAttempt ? Effect.succeed(undefined) : Effect.fail(failed)
        )
      )
    ),
    announce: store.lease.announce,
    signSession: (text) => createHmac("sha256", secret).update(text).digest("base64url"),
    notReady: store.lease.notReady,
    leaseLeft: store.lease.left,
    close
  }
}

const listInstances = (living: Lease["living"]): InstanceListing =>
  Effect.map(attempting(living), (rows) =>
    rows.map(({ name, version, started_at, alive_until, self, agrees }) => ({
      name: String(name),
      version: String(version),
      startedAt: time(started_at),
      aliveUntil: time(alive_until),
      self: self === true,
      agrees: agrees === true
    }))
  )

const time = (at: unknown): string => new Date(Number(at)).toISOString()
