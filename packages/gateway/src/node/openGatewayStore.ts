/**
 * The store of a gateway: a file of its own, or a database that several gateways share, whose driver is loaded only then.
 * What the last run could not write is in the spool, and is written first.
 */
import { hostname } from "node:os"
import * as Frames from "@hipay-pos/concert-codec/Frames"
import { defined } from "@hipay-pos/core/Defined"
import * as ErrorText from "@hipay-pos/core/ErrorText"
import {
  type Attempt,
  type InstanceListing,
  type Listener,
  measureStore,
  type NotificationStore,
  OwedEnds,
  type SharedChanges,
  safeListener
} from "@hipay-pos/server"
import { type AttemptStore, StoreFailed } from "@hipay-pos/server/AttemptStore"
import {
  FileProblem,
  inLifetime,
  type Lifetime,
  openStore,
  type SqliteStore,
  StartFailed,
  type StoreSummary
} from "@hipay-pos/server/node"
import * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type { SharedAlarms } from "../alarms/SharedAlarms.ts"
import * as Address from "../postgres/Address.ts"
import type { StartGatewayOptions } from "./StartGatewayOptions.ts"
import { sharedSettings, type TerminalsAndLogins } from "./sharedSettings.ts"
import * as Spool from "./spool.ts"

/** An open store. */
export interface GatewayStore {
  readonly store: OwedEnds.OwedEnds
  readonly summary: StoreSummary
  /** Where HiPay's notifications are kept. */
  readonly notifications: NotificationStore
  /** Whether another live process may still be waiting for an attempt's answer; undefined if there can be none. */
  readonly isElsewhere?: ((attempt: string) => Effect.Effect<boolean, StoreFailed>) | undefined
  /** Why no order can be taken now; undefined if one can. */
  readonly notReady?: (() => string | undefined) | undefined
  /** The changes of all gateways that share the store; undefined if only one uses it. */
  readonly changes?: SharedChanges | undefined
  /** The gateways that share the store; undefined if only one uses it. */
  readonly instances?: InstanceListing | undefined
  /** Which of them delivers an alarm; undefined if only one uses the store. */
  readonly alarms?: SharedAlarms | undefined
  /** Signs the pages' cookies with the secret of all of them. */
  readonly signSession?: ((text: string) => string) | undefined
  /** Publishes this gateway's current settings to the others; undefined if only one uses the store. */
  readonly announce?: ((changed: TerminalsAndLogins) => Promise<void>) | undefined
  /** Takes other accounts at the service that orders are relayed to. Rejects with {@link StartFailed} if they are refused. */
  readonly takeUpstream: SqliteStore.SqliteStore["takeUpstream"]
  /** The default for how long a gateway still serves after it was asked to close. */
  readonly drainDelay: Duration.Input
  /** Keeps the ends that are not written yet in the spool, and closes. */
  readonly close: () => Promise<void>
}

/** The opened store, whichever its kind. */
interface Opened
  extends Pick<GatewayStore, "notReady" | "changes" | "instances" | "alarms" | "signSession" | "announce"> {
  readonly store: AttemptStore & Pick<GatewayStore, "summary" | "notifications" | "isElsewhere" | "takeUpstream">
  /** The length of this process's lease and what is left of it, in milliseconds; undefined without a lease. */
  readonly lease?: { readonly length: number; readonly left: () => number }
  readonly feedLag?: () => Promise<number>
  readonly close: () => Promise<void>
}

/** Long enough for a load balancer that checks every second or two. */
const DRAIN_DELAY = "5 seconds"
const LEASE = "15 seconds"

/** How it is opened. */
export interface OpenGatewayStoreOptions extends Omit<StartGatewayOptions, "lease"> {
  readonly lease?: Duration.Duration | undefined
  /** Called each time the other gateways give this one up. */
  readonly onGivenUp?: (() => void) | undefined
}

/** Opens it. Rejects with {@link StartFailed}, one sentence a person can act on. */
export const openGatewayStore = (
  options: OpenGatewayStoreOptions,
  upstream: SqliteStore.SqliteStoreOptions["upstream"]
): Promise<GatewayStore> => inLifetime((lifetime) => open(options, upstream, lifetime))

const open = async (
  options: OpenGatewayStoreOptions,
  upstream: SqliteStore.SqliteStoreOptions["upstream"],
  { onClose, close }: Lifetime
): Promise<GatewayStore> => {
  const emit = safeListener(options.listener)
  const onWarning = (detail: string) => emit({ _tag: "StoreWarning", detail })
  const { store: path, spool, requireStore = false } = options
  const isShared = Address.isShared(path)
  if (spool !== undefined) onClose(Spool.lock(spool))
  const opened: Opened = isShared
    ? await openDatabase(options, upstream, onWarning)
    : await openStore({
        path,
        frames: Frames,
        mode: "gateway",
        ...defined({ upstream }),
        mustExist: requireStore,
        onWarning
      })
  onClose(opened.close)
  const metrics = options.telemetry?.metrics
  const { lease, feedLag } = opened
  if (feedLag !== undefined) {
    metrics?.onRefresh(async () =>
      metrics.set(
        "hipay_pos_feed_lag_seconds",
        "For how long the oldest change of an attempt is held back from those who watch; 0 without one.",
        (await feedLag()) / 1_000
      )
    )
  }
  if (lease !== undefined) {
    const { length, left } = lease
    metrics?.set("hipay_pos_lease_seconds", "How long a lease lasts.", length / 1_000)
    metrics?.onRead(() =>
      metrics.set("hipay_pos_lease_left_seconds", "Until this gateway may send no more.", Math.max(0, left() / 1_000))
    )
  }
  let kept: ReadonlyArray<string> = []
  let isClosed = false
  const writeSpool = (path: string, owed: ReadonlyArray<OwedEnds.Owed>) => {
    // A late answer may come after the end; the spool may be the next gateway's by then.
    if (isClosed) throw new Error("the gateway has stopped")
    Spool.write(path, owed, kept)
  }
  const store = OwedEnds.over(
    metrics === undefined ? opened.store : measureStore(opened.store, metrics),
    onWarning,
    spool === undefined ? undefined : (owed) => writeSpool(spool, owed)
  )
  if (spool !== undefined) {
    kept = await settle(spool, store, emit)
    onClose(() => {
      store.keep()
      isClosed = true
    })
  }
  return {
    store,
    summary: opened.store.summary,
    notifications: opened.store.notifications,
    takeUpstream: opened.store.takeUpstream,
    isElsewhere: opened.store.isElsewhere,
    notReady: opened.notReady,
    changes: opened.changes,
    announce: opened.announce,
    instances: opened.instances,
    alarms: opened.alarms,
    signSession: opened.signSession,
    drainDelay: isShared ? DRAIN_DELAY : 0,
    close
  }
}

const openDatabase = async (
  options: OpenGatewayStoreOptions,
  upstream: SqliteStore.SqliteStoreOptions["upstream"],
  onWarning: (detail: string) => void
) => {
  const { store, lease: given = LEASE, instance, version = "" } = options
  const address = Address.read(store)
  const lease = Duration.toMillis(given)
  if (lease < 1_000) throw new StartFailed({ problem: `--lease: expected at least 1s, got ${lease}ms` })
  const { openShared } = await import("../postgres/openShared.ts")
  let relayedTo = upstream
  const shared = await openShared({
    address,
    frames: Frames,
    name: instance ?? `${hostname()}-${process.pid}`,
    version,
    upstream,
    settings: sharedSettings(options, options, relayedTo),
    lease,
    onGivenUp: options.onGivenUp,
    onWarning
  })
  const takeUpstream: GatewayStore["takeUpstream"] = async (asked) => {
    await shared.store.takeUpstream(asked)
    relayedTo = asked
  }
  return {
    ...shared,
    lease: { length: lease, left: shared.leaseLeft },
    store: { ...shared.store, takeUpstream },
    announce: (changed: TerminalsAndLogins) => shared.announce(sharedSettings(options, changed, relayedTo))
  }
}

/** Writes what the spool holds; returns the lines that stay in it. */
const settle = async (path: string, store: AttemptStore, emit: Listener): Promise<ReadonlyArray<string>> => {
  const onWarning = (detail: string) => emit({ _tag: "StoreWarning", detail })
  try {
    const { written, leftOut, missing, kept } = await Spool.settle(path, store, ({ id, key }, alarm) =>
      emit({ _tag: "Alarm", attempt: id, orderId: key.orderId, ...alarm })
    )
    if (written > 0) onWarning(`payment results that the last run had left in ${path} are written now: ${written}`)
    if (leftOut > 0)
      onWarning(`payment results in ${path} that were left out, because their attempts have an end by now: ${leftOut}`)
    if (missing.length > 0) throw new StartFailed({ problem: notInStore(path, missing) })
    return kept
  } catch (error) {
    if (error instanceof StartFailed) throw error
    throw new StartFailed({
      problem: `cannot write the payment results that ${path} holds: ${ErrorText.of(error)}`,
      isTemporary: FileProblem.mayPass(error, path) || (error instanceof StoreFailed && !error.isOfOneAttempt)
    })
  }
}

const notInStore = (path: string, missing: ReadonlyArray<Attempt.Attempt>): string => {
  const named = missing.map(({ id, key, state }) => `${id} (order ${key.orderId}, ${state})`).join(", ")
  return `${path} holds payment results whose attempts are not in this store: ${named}; start with the store that they belong to, or, where that one is lost, settle these payments by hand, move the file away and start again`
}
