/**
 * An app's options: over simulated terminals or over real ones. Only the former can answer in a terminal's place, so that no
 * gateway can report a payment that no terminal made.
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

/** An app's options; every answer names the mode. */
export type AppOptions = CommonOptions & (SimulatedOptions | GatewayOptions)

/** Over simulated terminals: no money moves. */
export interface SimulatedOptions {
  readonly mode: "simulated"
  /** Answers orders that have a `sandbox_code`; without it, they are refused. */
  readonly sandbox?: Sandbox | undefined
  /** Additional routes below a path, for logins with the role `control`. */
  readonly control?: ControlRoutes | undefined
  /** Whether an examination answers at `/exam`, for the pages to link to. False by default. */
  readonly examination?: boolean | undefined
  readonly relay?: undefined
  readonly terminals?: undefined
  readonly reload?: undefined
  readonly instances?: undefined
  readonly instance?: undefined
}

/** Over real terminals, or relaying to HiPay's own service. */
export interface GatewayOptions {
  readonly mode: "gateway"
  /** HiPay's own service, if orders are relayed to it. */
  readonly relay?: Relay | undefined
  /** Lists the terminals at `/terminals`, for logins with the role `read`; no such route by default. */
  readonly terminals?: TerminalListing | undefined
  /**
   * Reloads terminals and logins at `POST /reload`, for logins with the role `control`; rejects with a sentence. No such route
   * by default.
   */
  readonly reload?: (() => Promise<Reloaded>) | undefined
  /** Lists the gateways that share the store, at `/instances`; no such route by default. */
  readonly instances?: InstanceListing | undefined
  /** This gateway's name among those that share a store: a part of its request ids. */
  readonly instance?: string | undefined
  readonly sandbox?: undefined
  readonly control?: undefined
  readonly examination?: undefined
}

/** Options of both modes. */
export interface CommonOptions {
  /** The logins, or a function that returns the current ones. */
  readonly credentials: ReadonlyArray<Credentials.Credentials> | (() => ReadonlyArray<Credentials.Credentials>)
  /** Calls back when logins may have changed, so that event streams of a changed login end at once; without it, within 15 s. */
  readonly watchLogins?: WatchLogins | undefined
  /** Largest body, in bytes; 256 kB by default. */
  readonly bodyLimit?: number | undefined
  /** `strict` by default: all of our rules; `faithful`: what the real service evidently refuses. */
  readonly validation?: Validation | undefined
  /** Names by which the server may be called, besides addresses and `localhost`. */
  readonly allowedHosts?: ReadonlyArray<string> | undefined
  /** Signs the session cookies, so that servers with the same secret accept each other's; sessions stay in memory by default. */
  readonly signSession?: ((text: string) => string) | undefined
  /** Whether a proxy in front speaks TLS, so that the session cookie is sent over TLS only. */
  readonly behindTls?: boolean | undefined
  /** Names each request; by default by time and number, prefixed with the gateway's name if several share a store. */
  readonly nextRequestId?: (() => string) | undefined
  /** Called with the connection of each request that has a valid login. */
  readonly onLogin?: ((connection: object, username: string) => void) | undefined
  /** Slows down guessing; no limit by default. */
  readonly loginThrottle?: LoginThrottle | undefined
  /** Why the server should get no new orders now, in a few words; undefined if it may. */
  readonly notReady?: (() => string | undefined) | undefined
  /** Aborted when the server shuts down: orders are then refused before anything is sent, and streams end. */
  readonly closing?: AbortSignal | undefined
  readonly listener?: Listener | undefined
  /** Resolves at the end of the current tick, for all of its orders together; at once by default. */
  readonly batchPerTick?: (() => Promise<void>) | undefined
  /**
   * The digest of an idempotency key: SHA-256, as `sha256:` and hexadecimal digits. By WebCrypto by default, which on Node waits
   * for a free thread.
   */
  readonly digest?: ((text: string) => string | Promise<string>) | undefined
  /** The console's files; none by default. */
  readonly pages?: Pages.Pages | undefined
  /** The shop's business days, for lists and totals; UTC days by default. */
  readonly days?: BusinessDay.BusinessDay | undefined
  /** The metrics as text for Prometheus, at `/metrics` for logins with the role `read` that see all terminals; no such route by default. */
  readonly metrics?: (() => Promise<string>) | undefined
  /** Makes a trace of each order; none by default. */
  readonly tracer?: Tracer.Tracer | undefined
  /** The language of spreadsheets that CSV is for, such as `fr-FR`; CSV for programs by default. */
  readonly locale?: string | undefined
  /** The package's version, for the pages. */
  readonly version?: string | undefined
}
