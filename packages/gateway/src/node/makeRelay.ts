/** A relay on Node: terminals behind HiPay's service, with its logins, connections and health. */
import type { Fetch } from "@hipay-pos/client/response"
import type { OrderRequest } from "@hipay-pos/core/Order"
import type { Relay } from "@hipay-pos/server"
import type { AttemptStore } from "@hipay-pos/server/AttemptStore"
import { StartFailed } from "@hipay-pos/server/node"
import type { Terminals } from "@hipay-pos/server/Terminals"
import type * as Duration from "effect/Duration"
import * as Result from "effect/Result"
import manifest from "../../package.json" with { type: "json" }
import { makeLoginChecker } from "../relay/checkLogin.ts"
import { driftIn } from "../relay/drift.ts"
import * as RelayedTerminals from "../relay/RelayedTerminals.ts"
import * as Upstream from "../relay/Upstream.ts"
import * as UpstreamHealth from "../relay/UpstreamHealth.ts"
import { upstreamFetch } from "./upstreamFetch.ts"

/** A login at the service that a relay asks. */
export interface UpstreamLogin {
  readonly username: string
  readonly password: string
}

/** How a relay is set up. */
export interface RelayOptions {
  /** `stage`, `production`, or the URL of another server; plain HTTP on this machine only. */
  readonly upstream: string
  /** The login of all orders whose own login has none. */
  readonly credentials?: UpstreamLogin | undefined
  /** Logins by the login of this server under which an order comes. */
  readonly loginCredentials?: Readonly<Record<string, UpstreamLogin>> | undefined
  /** Hands on the caller's own login instead; false by default. */
  readonly passThrough?: boolean | undefined
  /** An unknown attempt blocks its terminal, too, and not its order alone; false by default. */
  readonly blockUnknown?: boolean | undefined
  /** Certificate authorities beside those that Node trusts, as PEM. */
  readonly ca?: string | undefined
  /** How long an answer that comes too late is still waited for; 10 minutes by default. */
  readonly lateAnswer?: Duration.Input | undefined
  /** Stands for the network in tests. */
  readonly fetch?: Fetch | undefined
}

/** What a relay is made of beside its options. */
export interface RelayParts {
  readonly store: Pick<AttemptStore, "get" | "list">
  readonly closing: AbortSignal
  /** Whether an order is for a terminal that the gateway dials. */
  readonly isDialled: (request: OrderRequest) => boolean
  readonly dialsTerminals: boolean
  readonly answerTimeout?: Duration.Input | undefined
  readonly connectTimeout?: Duration.Input | undefined
  readonly allowCredit?: boolean | undefined
  readonly allowCancel?: boolean | undefined
}

/** The service that some options name. Throws {@link StartFailed} where they cannot work. */
export const checkOptions = (options: RelayOptions): Upstream.Upstream => {
  const parsed = Upstream.parse(options.upstream)
  if (Result.isFailure(parsed)) throw new StartFailed({ problem: `--relay: ${parsed.failure}` })
  const { credentials, loginCredentials = {}, passThrough = false } = options
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
  return parsed.success
}

/** The account that a store's attempts belong to, for each login of this server; `*` stands for all others. */
export const accountsOf = ({ credentials, loginCredentials = {}, passThrough = false }: RelayOptions) => ({
  ...(passThrough ? { "*": "of each caller" } : {}),
  ...(credentials === undefined ? {} : { "*": credentials.username }),
  ...Object.fromEntries(Object.entries(loginCredentials).map(([login, { username }]) => [login, username]))
})

/** Makes a relay. */
export const makeRelay = async (
  upstream: Upstream.Upstream,
  options: RelayOptions,
  parts: RelayParts
): Promise<{ readonly terminals: Pick<Terminals, "choose">; readonly relay: Relay }> => {
  const { credentials, loginCredentials = {}, passThrough = false, lateAnswer = "10 minutes" } = options
  const { store, closing, isDialled, dialsTerminals, answerTimeout = "180 seconds" } = parts
  const fetch = options.fetch ?? upstreamFetch(upstream, { ca: options.ca, connectTimeout: parts.connectTimeout })
  const watch = UpstreamHealth.watch(upstream, fetch)
  const logins = passThrough ? makeLoginChecker(upstream, fetch) : undefined
  const headers = new Map(Object.entries(loginCredentials).map(([login, own]) => [login, basic(own)]))
  const common = credentials === undefined ? undefined : basic(credentials)
  const terminals = RelayedTerminals.make({
    store,
    upstream,
    fetch,
    answerDeadline: answerTimeout,
    lateAnswer,
    isPassedThrough: passThrough,
    closing,
    userAgent: `hipay-pos-relay/${manifest.version}`,
    authorizationOf: (login) => headers.get(login) ?? common,
    onAnswer: watch.answered,
    onLoginRefused: (authorization) => logins?.forget(authorization),
    blockUnknown: options.blockUnknown ?? false,
    allowCredit: parts.allowCredit ?? false,
    allowCancel: parts.allowCancel ?? false
  })
  // HiPay's own service moves money; of another one only its own word tells.
  if (upstream.name !== "stage" && upstream.name !== "production") await watch.health()
  return {
    terminals,
    relay: {
      upstream: upstream.name,
      // A till that pays simulated orders only must not be told that real terminals are simulated.
      isSimulated: () => !dialsTerminals && watch.isSimulated(),
      takes: (request) => !isDialled(request),
      takesSandboxCodes: upstream.name === "stage",
      checkLogin: logins?.check,
      health: watch.health,
      drift: driftIn(store)
    }
  }
}

const basic = ({ username, password }: UpstreamLogin): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`
