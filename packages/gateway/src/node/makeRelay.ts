/** A relay on Node: terminals behind HiPay's service, with its logins, connections and health. */
import { createHash, X509Certificate } from "node:crypto"
import { defined } from "@hipay-pos/core/Defined"
import type * as DurationText from "@hipay-pos/core/DurationText"
import * as ErrorText from "@hipay-pos/core/ErrorText"
import type { OrderRequest } from "@hipay-pos/core/Order"
import type { RecordedExchange } from "@hipay-pos/core/wire/RecordedExchange"
import { type NotificationStore, NotifyPlaces, type Relay } from "@hipay-pos/server"
import { maskOrder } from "@hipay-pos/server/http"
import { readDurations, StartFailed, type Telemetry } from "@hipay-pos/server/node"
import type { Terminals } from "@hipay-pos/server/Terminals"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import manifest from "../../package.json" with { type: "json" }
import { isPrivateLink } from "../isPrivateLink.ts"
import { makeLoginChecker, makeOwnLogin } from "../relay/checkLogin.ts"
import { driftIn } from "../relay/drift.ts"
import * as RelayedTerminals from "../relay/RelayedTerminals.ts"
import * as Upstream from "../relay/Upstream.ts"
import * as UpstreamHealth from "../relay/UpstreamHealth.ts"
import type { AllowedTypes } from "../terminals/AllowedTypes.ts"
import { notifyUrlOf } from "./notifyPath.ts"
import {
  type NotificationOptions,
  type NotificationParts,
  type RelayNotifications,
  takeNotifications
} from "./takeNotifications.ts"
import { upstreamConnections } from "./upstreamConnections.ts"

/** A login at the service behind a relay. */
export interface UpstreamLogin {
  readonly username: string
  readonly password: string
}

/** How a relay is set up. */
export interface RelayOptions {
  /** `stage`, `production`, or the URL of another server; plain HTTP on this machine only. */
  readonly upstream: string
  /** The login for orders of logins that have none of their own in `loginCredentials`. */
  readonly credentials?: UpstreamLogin | undefined
  /** The logins at the service, by the login of this server that an order comes with. */
  readonly loginCredentials?: Readonly<Record<string, UpstreamLogin>> | undefined
  /** Passes the caller's own login through instead; false by default. */
  readonly passThrough?: boolean | undefined
  /** An unknown attempt blocks its terminal, not only its order; false by default. */
  readonly blockUnknown?: boolean | undefined
  /** Certificate authorities beside those that Node trusts, as PEM. */
  readonly ca?: string | undefined
  /** How long a late answer is still waited for; 10 minutes by default. */
  readonly lateAnswer?: DurationText.Input | undefined
  /** HiPay's notifications; not taken by default. */
  readonly notifications?: NotificationOptions | undefined
  /** Records each exchange, masked; if it throws, the payment goes on with a warning. */
  readonly record?: ((exchange: RecordedExchange) => void) | undefined
}

/** What a relay needs beside its options. */
export interface RelayParts extends AllowedTypes {
  readonly store: RelayedTerminals.RelayedTerminalsOptions["store"]
  /** Where notifications are kept. */
  readonly notifications: NotificationStore
  /** The current logins of this server. */
  readonly logins: () => ReadonlyArray<string>
  /** Called for notifications with a wrong signature. */
  readonly onRefused: NotificationParts["onRefused"]
  readonly onWarning: (detail: string) => void
  readonly closing: AbortSignal
  /** Whether an order is for a terminal that the gateway dials. */
  readonly isDialled: (request: OrderRequest) => boolean
  /** Whether the gateway currently dials any terminal. */
  readonly dialsTerminals: () => boolean
  readonly answerTimeout?: Duration.Input | undefined
  readonly connectTimeout?: Duration.Input | undefined
  readonly telemetry?: Telemetry | undefined
}

/** The service that some options name. Throws {@link StartFailed} if they cannot work. */
export const checkOptions = (options: RelayOptions): Upstream.Upstream => {
  const parsed = Upstream.parse(options.upstream)
  if (Result.isFailure(parsed)) throw new StartFailed({ problem: `--relay: ${parsed.failure}` })
  const { credentials, loginCredentials = {}, passThrough = false, ca } = options
  if (ca !== undefined && !holdsCertificates(ca)) {
    throw new StartFailed({ problem: "--ca: expected certificates as PEM, each readable" })
  }
  const own = credentials !== undefined || Object.keys(loginCredentials).length > 0
  if (passThrough && own) {
    throw new StartFailed({
      problem: "--pass-through hands on the till's login, so that the relay takes none of its own"
    })
  }
  if (!passThrough && !own) {
    throw new StartFailed({
      problem:
        "a relay needs a login at the service behind it: HIPAY_POS_RELAY_USERNAME and HIPAY_POS_RELAY_PASSWORD, or --relay-credentials FILE"
    })
  }
  if (options.notifications !== undefined) checkNotifications(options.notifications, passThrough)
  return parsed.success
}

/** Throws {@link StartFailed} if a relay that was started with `options` cannot use `next` while it runs. */
export const checkReload = (options: RelayOptions, next: RelayLogins): void => {
  checkOptions({ ...options, ...next })
  const [was, is] = [options, next].map(({ notifications }) => notifications !== undefined)
  if (was !== is) {
    throw new StartFailed({
      problem: `a relay has to be restarted to ${is ? "accept" : "stop accepting"} notifications`
    })
  }
}

const checkNotifications = (
  { passphrase, loginPassphrases = {}, url, forward = false, forwardTo = [] }: NotificationOptions,
  passThrough: boolean
): void => {
  const refuse = (problem: string) => {
    throw new StartFailed({ problem })
  }
  const isKnown = passphrase !== undefined || Object.keys(loginPassphrases).length > 0
  if (!isKnown) {
    refuse("notifications need the account's passphrase: HIPAY_POS_PASSPHRASE, or --passphrase-file FILE")
  }
  if ([passphrase, ...Object.values(loginPassphrases)].some((each) => each?.trim() === "")) {
    refuse("the passphrase for notifications is empty")
  }
  if (passThrough && url === undefined) {
    refuse("with --pass-through, notifications need --notify-url: the relay does not know whose orders they are about")
  }
  if (forward && forwardTo.length === 0) {
    refuse("--forward-notifications needs at least one --notify HOST:PORT that they may go to")
  }
  const odd = forwardTo.find((place) => !NotifyPlaces.isPlace(place))
  if (odd !== undefined) refuse(`--notify: expected HOST:PORT, got ${odd}`)
  if (url === undefined) return
  const base = URL.parse(url)
  const parts = base === null ? [] : [base.search, base.hash, base.username, base.password]
  if (base === null || !isPrivateLink(base) || parts.some((part) => part !== "")) {
    refuse(`--notify-url: expected the relay's public address, such as https://pos.example, got ${url}`)
  }
}

/**
 * Node drops certificates that it cannot read from a list of authorities, and would then refuse the service's certificate.
 */
const holdsCertificates = (pem: string): boolean => {
  const certificates = pem.match(/-----BEGIN [^-]*CERTIFICATE-----[^-]*(?:-----END|$)[^\n]*/g) ?? []
  try {
    return certificates.length > 0 && certificates.every((each) => new X509Certificate(each).subject !== undefined)
  } catch {
    return false
  }
}

/** The account that a store's attempts belong to, for each login of this server; `*` stands for all others. */
export const accountsOf = ({
  credentials,
  loginCredentials = {},
  passThrough = false
}: RelayLogins): Readonly<Record<string, string>> => ({
  ...(passThrough ? { "*": "of each caller" } : {}),
  ...(credentials === undefined ? {} : { "*": credentials.username }),
  ...Object.fromEntries(Object.entries(loginCredentials).map(([login, { username }]) => [login, username]))
})

/** A relay. */
export interface MadeRelay {
  readonly terminals: Pick<Terminals, "choose">
  readonly relay: Relay
  /** Takes notifications once started with attempts; undefined if none are taken. */
  readonly notifications: RelayNotifications | undefined
  /** Replaces the logins at the service, of the same accounts, and the passphrases of their notifications. */
  readonly takeLogins: (logins: RelayLogins) => void
}

/** What can be replaced while a relay runs; of the notifications, only the passphrases. */
export type RelayLogins = Pick<RelayOptions, "credentials" | "loginCredentials" | "passThrough" | "notifications">

/** Makes a relay. */
export const makeRelay = async (
  upstream: Upstream.Upstream,
  options: RelayOptions,
  parts: RelayParts
): Promise<MadeRelay> => {
  const { passThrough = false } = options
  const { lateAnswer = Duration.minutes(10) } = readDurations(options, "lateAnswer")
  const { store, closing, isDialled, dialsTerminals } = parts
  const answerTimeout = Duration.fromInputUnsafe(parts.answerTimeout ?? "180 seconds")
  const { fetch, open } = upstreamConnections(upstream, { ca: options.ca, connectTimeout: parts.connectTimeout })
  const watch = UpstreamHealth.watch(upstream, fetch)
  const logins = passThrough ? makeLoginChecker(upstream, fetch, undefined, hashed) : undefined
  let headers = headersOf(options)
  const authorizationOf = (login: string) => headers.own.get(login) ?? headers.common
  const notifications =
    options.notifications === undefined
      ? undefined
      : takeNotifications(options.notifications, passThrough, {
          ...parts,
          store: parts.notifications,
          refusalsAfter: Duration.toMillis(answerTimeout) + Duration.toMillis(lateAnswer)
        })
  const terminals = RelayedTerminals.make({
    store,
    isShared: parts.notifications.isShared,
    upstream,
    open,
    answerTimeout,
    lateAnswer,
    isPassedThrough: passThrough,
    closing,
    userAgent: `hipay-pos-relay/${manifest.version}`,
    notifyUrlOf: makeNotifyUrlOf(options.notifications?.url, parts.notifications.secret),
    forwardsTo: notifications?.forwardsTo,
    authorizationOf,
    onAnswer: watch.answered,
    onExchange: options.record && makeRecorder(upstream, options.record, parts.onWarning),
    onLoginRefused: (authorization) => logins?.forget(authorization),
    blockUnknown: options.blockUnknown ?? false,
    allowCredit: parts.allowCredit,
    allowCancel: parts.allowCancel
  })
  // HiPay's own service moves money; another one says itself whether it does.
  if (upstream.name !== "stage" && upstream.name !== "production") await watch.health()
  const metrics = options.notifications === undefined ? undefined : parts.telemetry?.metrics
  metrics?.onRefresh(async () => {
    const { pending, failed } = await Effect.runPromise(parts.notifications.waiting())
    const what = "Notifications that were not handed on to the shop yet."
    metrics.set("hipay_pos_notifications_pending", what, pending - failed, { tried: "false" })
    metrics.set("hipay_pos_notifications_pending", what, failed, { tried: "true" })
  })
  return {
    terminals,
    notifications,
    takeLogins: (next) => {
      headers = headersOf(next)
      if (next.notifications !== undefined) notifications?.takePassphrases(next.notifications)
    },
    relay: {
      upstream: upstream.name,
      // A gateway with real terminals must not tell tills that it is simulated.
      isSimulated: () => !dialsTerminals() && watch.isSimulated(),
      takes: (request) => !isDialled(request),
      takesSandboxCodes: upstream.name === "stage",
      checkLogin: logins?.check,
      ownLogin: makeOwnLogin(upstream, fetch, { isPassedThrough: passThrough, authorizationOf }),
      receive: notifications?.receive,
      health: watch.health,
      drift: driftIn(store)
    }
  }
}

const hashed = (text: string): string => createHash("sha256").update(text).digest("base64")

const makeRecorder =
  (
    { name }: Upstream.Upstream,
    record: NonNullable<RelayOptions["record"]>,
    onWarning: (detail: string) => void
  ): NonNullable<RelayedTerminals.RelayedTerminalsOptions["onExchange"]> =>
  (sent, { status, headers, body }) => {
    const contentType = headers["Content-Type"]
    try {
      record({
        recorded: new Date().toISOString(),
        upstream: name,
        order: maskOrder(sent).json,
        status,
        ...defined({ contentType }),
        body
      })
    } catch (error) {
      onWarning(`an exchange was not recorded: ${ErrorText.of(error)}`)
    }
  }

const makeNotifyUrlOf = (base: string | undefined, secret: string) =>
  base === undefined ? undefined : (attempt: string) => notifyUrlOf({ base, secret }, attempt)

const headersOf = ({ credentials, loginCredentials = {} }: RelayLogins) => ({
  own: new Map(Object.entries(loginCredentials).map(([login, own]) => [login, basic(own)])),
  common: credentials === undefined ? undefined : basic(credentials)
})

const basic = ({ username, password }: UpstreamLogin): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`
