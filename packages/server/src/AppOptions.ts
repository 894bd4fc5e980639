/**
 * How an app is set up: over simulated terminals, or over real ones. Only the first can be given what answers in the place of a
 * terminal, so that no gateway can tell a till of a payment that no terminal made.
 */
import type * as BusinessDay from "@hipay-pos/core/BusinessDay"
import type { Reloaded } from "@hipay-pos/core/wire/Reloaded"
import type * as Tracer from "effect/Tracer"
import type { LoginThrottle } from "./http/authentication.ts"
import type { ControlRoutes } from "./http/ControlRoutes.ts"
import type * as Credentials from "./http/Credentials.ts"
import type { WatchLogins } from "./http/eventStream.ts"
import type { Sandbox } from "./orders/readOrder.ts"
import type * as Pages from "./pages/Pages.ts"
import type { Listener } from "./ServerEvent.ts"
import type { Relay } from "./terminals/Relay.ts"
import type { InstanceListing, TerminalListing } from "./terminals/TerminalListing.ts"
import type { Validation } from "./validation/validate.ts"

/** How an app is set up; every answer says over which of the two. */
export type AppOptions = CommonOptions & (SimulatedOptions | GatewayOptions)

/** Over simulated terminals: no money moves. */
export interface SimulatedOptions {
  readonly mode: "simulated"
  /** Answers orders that ask for an answer by `sandbox_code`; without it, they are refused. */
  readonly sandbox?: Sandbox | undefined
  /** Additional routes below a path, for logins with the role `control`. */
  readonly control?: ControlRoutes | undefined
  /** Whether an examination answers at `/exam` before this app: the pages link to it. False by default. */
  readonly examination?: boolean | undefined
  readonly relay?: undefined
  readonly terminals?: undefined
  readonly reload?: undefined
  readonly instances?: undefined
  readonly instance?: undefined
}

/** Over real terminals, or in front of HiPay's own service. */
export interface GatewayOptions {
  readonly mode: "gateway"
  /** HiPay's own service, where orders are sent on to it. */
  readonly relay?: Relay | undefined
  /** Lists the terminals at `/terminals`, for logins with the role `read`; no such address by default. */
  readonly terminals?: TerminalListing | undefined
  /**
   * Reads terminals and logins again at `POST /reload`, for logins with the role `control`; rejects with a sentence. No such
   * address by default.
   */
  readonly reload?: (() => Promise<Reloaded>) | undefined
  /** Lists the gateways that share the store, at `/instances`; no such address by default. */
  readonly instances?: InstanceListing | undefined
  /** The name of this one among those that share a store: a part of the ids of its requests. */
  readonly instance?: string | undefined
  readonly sandbox?: undefined
  readonly control?: undefined
  readonly examination?: undefined
}

/** For both. */
export interface CommonOptions {
  /** The logins, or what gives them each time where they may change. */
  readonly credentials: ReadonlyArray<Credentials.Credentials> | (() => ReadonlyArray<Credentials.Credentials>)
  /** Calls back when logins may have changed, so that event streams of a changed login end at once; without it, within 15 s. */
  readonly watchLogins?: WatchLogins | undefined
  /** Largest body, in bytes; 256 kB by default. */
  readonly bodyLimit?: number | undefined
  /** `strict` by default: all of our rules; `faithful`: what the real service evidently refuses. */
  readonly validation?: Validation | undefined
  /** Names by which the server may be called, beside addresses and `localhost`. */
  readonly allowedHosts?: ReadonlyArray<string> | undefined
  /** Signs the cookies of the pages, so that servers that share the secret take each other's; kept in memory by default. */
  readonly signSession?: ((text: string) => string) | undefined
  /** Whether a proxy in front speaks TLS: the cookie of the pages then goes over TLS only. */
  readonly behindTls?: boolean | undefined
  /** Names each request; by default by the time and a number, behind the server's name among those that share a store. */
  readonly nextRequestId?: (() => string) | undefined
  /** Called with the connection of each request whose login is correct. */
  readonly onLogin?: ((connection: object, username: string) => void) | undefined
  /** Slows down guessing; nothing does by default. */
  readonly loginThrottle?: LoginThrottle | undefined
  /** Why the server should get no new orders just now, in a few words; undefined where it may. */
  readonly notReady?: (() => string | undefined) | undefined
  /** Aborted when the server shuts down: orders are then refused before anything is sent, and streams end. */
  readonly closing?: AbortSignal | undefined
  readonly listener?: Listener | undefined
  /** Resolves at the end of the current tick, together for all orders of that tick; at once by default. */
  readonly batchPerTick?: (() => Promise<void>) | undefined
  /** The console's files; none by default. */
  readonly pages?: Pages.Pages | undefined
  /** What a day of the shop is, for lists and totals; UTC's by default. */
  readonly days?: BusinessDay.BusinessDay | undefined
  /** The metrics as text for Prometheus, at `/metrics` for logins with the role `read` that see all terminals; no such address by default. */
  readonly metrics?: (() => Promise<string>) | undefined
  /** Makes a trace of each order; none by default. */
  readonly tracer?: Tracer.Tracer | undefined
  /** The language of the spreadsheets that CSV is for, such as `fr-FR`; for programs by default. */
  readonly locale?: string | undefined
  /** Of the package, for the pages. */
  readonly version?: string | undefined
}
