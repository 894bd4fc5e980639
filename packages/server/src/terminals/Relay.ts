/** What a server knows of HiPay's service behind its terminals, where it relays orders to it. */
import type { OrderRequest } from "@hipay-pos/core/Order"
import type { DriftEntry } from "@hipay-pos/core/wire/Drift"
import type { UpstreamLogin } from "@hipay-pos/core/wire/UpstreamLogin"
import type * as Effect from "effect/Effect"
import type { StoreFailed } from "../attempts/AttemptStore.ts"

/** A relay. */
export interface Relay {
  /** `stage`, `production`, or the host of another server. */
  readonly upstream: string
  /** Whether it says of itself that no money moves, as far as is known. */
  readonly isSimulated: () => boolean
  /** Whether an order goes there. */
  readonly takes: (request: OrderRequest) => boolean
  /** Whether orders with a `sandbox_code` may go there. */
  readonly takesSandboxCodes: boolean
  /**
   * Asks it whether it knows the login in a header `Authorization`; absent where callers have logins of this server. An
   * order has the service look at the login by itself, a question does not.
   */
  readonly checkLogin?: ((authorization: string, purpose: "order" | "question") => Promise<LoginCheck>) | undefined
  /** Asks it whether it knows the login that an order of a login of this server would go up under. Sends no order. */
  readonly ownLogin: (login: string) => Promise<Omit<UpstreamLogin, "upstream">>
  /** Takes a notification of HiPay's; absent where the relay has no passphrase. */
  readonly receive?: ((delivery: Delivery) => Promise<DeliveryStatus>) | undefined
  readonly health: () => Promise<UpstreamHealth>
  /** What it has answered that this toolkit does not know, the most frequent first. */
  readonly drift: Effect.Effect<ReadonlyArray<DriftEntry>, StoreFailed>
}

/** A notification as it came. */
export interface Delivery {
  readonly body: Uint8Array<ArrayBuffer>
  readonly headers: Headers
  /** The end of the address that it came to; absent at the common one. */
  readonly path: string | undefined
  /** The address of its sender, where it is known. */
  readonly address?: string | undefined
}

/** 204: it is on the disk. 400: not readable. 403: its signature is not the service's. 404: no such address. 503: not kept. */
export type DeliveryStatus = 204 | 400 | 403 | 404 | 503

/** What it says of a login; `problem`: it could not be asked, and why. */
export type LoginCheck = "known" | "unknown" | { readonly problem: string }

/** How the service behind a relay is. */
export interface UpstreamHealth {
  readonly isUp: boolean
  /** Why it is not. */
  readonly problem?: string
  /** Seconds since it last answered an order or a health check well; absent before it ever has. */
  readonly lastGoodAnswer?: number
}
