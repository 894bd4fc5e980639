/** What a server knows of HiPay's service when it relays orders to it. */
import type { OrderRequest } from "@hipay-pos/core/Order"
import type { DriftEntry } from "@hipay-pos/core/wire/Drift"
import type { UpstreamLogin } from "@hipay-pos/core/wire/UpstreamLogin"
import type * as Effect from "effect/Effect"
import type { StoreFailed } from "../attempts/AttemptStore.ts"

/** A relay. */
export interface Relay {
  /** `stage`, `production`, or another server's host. */
  readonly upstream: string
  /** Whether the service, as far as is known, reports that it moves no money. */
  readonly isSimulated: () => boolean
  /** Whether an order is relayed. */
  readonly takes: (request: OrderRequest) => boolean
  /** Whether orders with a `sandbox_code` may be relayed. */
  readonly takesSandboxCodes: boolean
  /**
   * Asks the service whether it knows the login in an `Authorization` header; absent if callers have this server's own logins.
   * The service checks the login of each order itself; for a question it does not, so an earlier answer is trusted only for a
   * while.
   */
  readonly checkLogin?: ((authorization: string, purpose: "order" | "question") => Promise<LoginCheck>) | undefined
  /** Asks the service whether it knows the login that orders of one of this server's logins would be sent with. Sends no order. */
  readonly ownLogin: (login: string) => Promise<Omit<UpstreamLogin, "upstream">>
  /** Takes a notification from HiPay; absent if the relay has no passphrase. */
  readonly receive?: ((delivery: Delivery) => Promise<DeliveryStatus>) | undefined
  readonly health: () => Promise<UpstreamHealth>
  /** The parts of its answers that this toolkit does not know, most frequent first. */
  readonly drift: Effect.Effect<ReadonlyArray<DriftEntry>, StoreFailed>
}

/** A notification as received. */
export interface Delivery {
  readonly body: Uint8Array<ArrayBuffer>
  readonly headers: Headers
  /** The last part of its path; absent at the common address. */
  readonly path: string | undefined
  /** The sender's address, if known. */
  readonly address?: string | undefined
}

/** 204: it is on the disk. 400: not readable. 403: its signature is not the service's. 404: no such address. 503: not stored. */
export type DeliveryStatus = 204 | 400 | 403 | 404 | 503

/** The service's answer about a login; `problem`: why it could not be asked. */
export type LoginCheck = "known" | "unknown" | { readonly problem: string }

/** The state of the service behind a relay. */
export interface UpstreamHealth {
  readonly isUp: boolean
  /** Why it is not healthy. */
  readonly problem?: string
  /** Seconds since its last good answer to an order or a health check; absent before the first. */
  readonly lastGoodAnswer?: number
}
