/** A relay's notifications on Node: their passphrases, and where they are forwarded to. */
import { type Attempt, type Attempts, type NotificationStore, NotifyPlaces, type Space } from "@hipay-pos/server"
import type { Telemetry } from "@hipay-pos/server/node"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Forwarder from "../relay/forwardNotifications.ts"
import * as Notifications from "../relay/Notifications.ts"
import { findSigner } from "./findSigner.ts"
import { attemptIn } from "./notifyPath.ts"

/** How HiPay's notifications are taken. */
export interface NotificationOptions {
  /** The account's secret passphrase, for all logins that have none of their own. */
  readonly passphrase?: string | undefined
  /** Passphrases by the login of this server whose orders are sent under the passphrase's account. */
  readonly loginPassphrases?: Readonly<Record<string, string>> | undefined
  /** The relay's public address: every order is sent with a `notify_url` of its own below it. */
  readonly url?: string | undefined
  /** Forwards notifications to the `notify_url` that an order came with; false by default. */
  readonly forward?: boolean | undefined
  /** Hosts and ports that they may be forwarded to, such as `shop.example:443`; none by default. */
  readonly forwardTo?: ReadonlyArray<string> | undefined
  /** Replaces the network in tests. */
  readonly post?: Forwarder.Post | undefined
}

/** What taking notifications needs beside the options. */
export interface NotificationParts {
  readonly store: NotificationStore
  /** The current logins of this server. */
  readonly logins: () => ReadonlyArray<string>
  readonly onRefused: Notifications.NotificationsOptions["onRefused"]
  readonly onWarning: (detail: string) => void
  /** How long after an attempt was opened a refusal does not end it, in milliseconds. */
  readonly refusalsAfter: number
  readonly telemetry?: Telemetry | undefined
}

/** Notifications of a relay whose attempts are made after it. */
export interface RelayNotifications extends Notifications.Notifications {
  /** Whether they are forwarded to an address; undefined if none are. */
  readonly forwardsTo: ((url: string) => boolean) | undefined
  /** The notifications of an attempt so far. */
  readonly of: NonNullable<Space.SpaceParts["notificationsOf"]>
  /** Replaces the passphrases, from the next delivery on. */
  readonly takePassphrases: (passphrases: Passphrases) => void
  /** Starts once there are attempts; notifications that come earlier wait. */
  readonly start: (attempts: Attempts.Attempts) => Effect.Effect<void, never, Scope.Scope>
}

type Passphrases = Pick<NotificationOptions, "passphrase" | "loginPassphrases">

/** Why the shop will not get a notification. */
const GIVEN_UP = ["not-taken", "not-allowed", "card-number"] as const

export const takeNotifications = (
  { forward = false, forwardTo = [], post, ...passphrases }: NotificationOptions,
  passThrough: boolean,
  { store, logins, onRefused, onWarning, refusalsAfter, telemetry }: NotificationParts
): RelayNotifications => {
  const started = Deferred.makeUnsafe<Notifications.Notifications>()
  let made: Notifications.Notifications | undefined
  const known = () => (passThrough ? [] : logins())
  let groups = groupsOf(passphrases, known)
  const allowed = NotifyPlaces.makeIsAllowed(forwardTo)
  const forwardsTo = forward ? allowed : undefined
  const countGivenUp = (reason: (typeof GIVEN_UP)[number], by?: number) =>
    telemetry?.metrics?.count(
      "hipay_pos_notifications_given_up_total",
      "Notifications that the shop will not get any more.",
      { reason },
      by
    )
  // A series that does not exist until something goes wrong cannot be monitored.
  for (const reason of GIVEN_UP) countGivenUp(reason, 0)

  return {
    start: Effect.fnUntraced(function* (attempts: Attempts.Attempts) {
      // Waiting deliveries are forwarded even if forwarding is off now.
      const onForward = yield* Forwarder.start({
        store,
        onWarning,
        onGivenUp: (reason) => countGivenUp(reason),
        isAllowed: allowed,
        post
      })
      made = yield* Notifications.make(
        {
          store,
          attemptIn: (path) => attemptIn(store.secret, path),
          signerOf: (delivery) => findSigner(groups, delivery),
          onForward,
          forwardsTo,
          onHeldBack: (reason) => countGivenUp(reason),
          onRefused,
          onWarning,
          refusalsAfter
        },
        attempts
      )
      Deferred.doneUnsafe(started, Effect.succeed(made))
    }),
    forwardsTo,
    takePassphrases: (next) => {
      groups = groupsOf(next, known)
    },
    of: (attempt) => Effect.map(store.of(attempt), ({ notifications }) => notifications),
    receive: async (delivery) => (made ?? (await Effect.runPromise(Deferred.await(started)))).receive(delivery),
    onChange: (attempt: Attempt.Attempt) => made?.onChange(attempt)
  }
}

/** Logins with the same passphrase share one HiPay account, whose notifications are about the orders of all of them. */
const groupsOf = (
  { passphrase, loginPassphrases = {} }: Passphrases,
  known: () => ReadonlyArray<string>
): ReadonlyArray<Notifications.Passphrase> => {
  const secretOf = (login: string) => (Object.hasOwn(loginPassphrases, login) ? loginPassphrases[login] : passphrase)
  const secrets = new Set([...Object.values(loginPassphrases), ...(passphrase === undefined ? [] : [passphrase])])
  return [...secrets].map((secret) => {
    const own = Object.keys(loginPassphrases)
      .filter((login) => loginPassphrases[login] === secret)
      .sort()
    const isOf = (login: string) => secretOf(login) === secret
    return {
      owner: own[0] ?? "*",
      passphrase: secret,
      isOf,
      logins: () => [...new Set([...own, ...known().filter(isOf)])]
    }
  })
}
