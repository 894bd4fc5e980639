/**
 * HiPay's notifications to a relay: verified over the received bytes, stored, bound to one attempt for good, and then
 * considered. `attemptOfNotification` finds the attempt; `considerNotifications` decides when it is considered.
 */
import {
  dedupeKey,
  type Notification,
  NotificationError,
  readNotification,
  SIGNATURE_HEADER,
  verifyNotification
} from "@hipay-pos/client/notification"
import * as CardNumber from "@hipay-pos/core/CardNumber"
import { defined } from "@hipay-pos/core/Defined"
import { notifyUrlIn } from "@hipay-pos/core/wire/TechnicalInformation"
import type {
  Attempt,
  Attempts,
  Delivery,
  DeliveryStatus,
  KeptNotification,
  NewForward,
  NotificationStore
} from "@hipay-pos/server"
import { urlOf } from "@hipay-pos/server/Attempt"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as FiberSet from "effect/FiberSet"
import * as Result from "effect/Result"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import { type AccountLogins, attemptOfNotification } from "./attemptOfNotification.ts"
import * as ConsiderNotifications from "./considerNotifications.ts"
import { holdsCardNumber } from "./holdsCardNumber.ts"
import { hostOf } from "./notifyUrl.ts"

/** A passphrase, and the logins of the account that it belongs to. */
export interface Passphrase extends AccountLogins {
  readonly passphrase: string
}

/** How notifications are taken. */
export interface NotificationsOptions {
  readonly store: NotificationStore
  /** The current passphrase that a delivery is verified with; undefined if there are none. */
  readonly signerOf: (delivery: Delivery) => Passphrase | undefined
  /** The attempt named by the end of an address; undefined if this relay did not make the address. */
  readonly attemptIn: (path: string) => string | undefined
  /** Called when a delivery is to be forwarded. */
  readonly onForward?: (() => void) | undefined
  /** Whether deliveries are forwarded to an address; undefined if none are. */
  readonly forwardsTo?: ((url: string) => boolean) | undefined
  /** Called when a delivery that has an address is not forwarded. */
  readonly onHeldBack?: ((reason: "not-allowed" | "card-number") => void) | undefined
  /** Called with the reason why a notification does not count as HiPay's, and the address that it came from. */
  readonly onRefused: (detail: string, address: string | undefined) => void
  /** Called with a sentence when a notification was not taken or ends nothing. */
  readonly onWarning: (detail: string) => void
  /** How long after an attempt was opened a refusal does not end it, in milliseconds. */
  readonly refusalsAfter: number
}

/** The notifications of one relay. */
export interface Notifications {
  readonly receive: (delivery: Delivery) => Promise<DeliveryStatus>
  /** Called when an attempt has changed: considers the notifications that came meanwhile. */
  readonly onChange: (attempt: Attempt.Attempt) => void
}

/** Takes notifications for as long as the scope is open, and considers those that an earlier process left unconsidered. */
export const make = Effect.fnUntraced(function* (
  options: NotificationsOptions,
  attempts: Pick<Attempts.Attempts, "get" | "notified">
): Effect.fn.Return<Notifications, never, Scope.Scope> {
  const { store, onRefused, onWarning, refusalsAfter } = options
  const clock = yield* Clock.Clock
  const runPromise = yield* FiberSet.makeRuntimePromise<never>()
  const consider = yield* ConsiderNotifications.start({ store, notified: attempts.notified, refusalsAfter, onWarning })

  /** The passphrase that a delivery was signed with and its text, or why its signature is not valid. */
  const verify = async (delivery: Delivery) => {
    const signer = options.signerOf(delivery)
    if (signer === undefined) return undefined
    try {
      return { signer, text: (await verifyNotification(delivery.body, delivery.headers, signer.passphrase)).body }
    } catch (error) {
      if (error instanceof NotificationError) return error
      throw error
    }
  }
  /** Anyone may send them, and hashing must not hold up the rest of the process. */
  const oneAtATime = Semaphore.makeUnsafe(1).withPermits(1)

  /** What to forward to the order's own address: nothing if the delivery has a card number, or the address had one. */
  const forwardFor = (delivery: Delivery, attempt: Attempt.Attempt | undefined): NewForward | undefined => {
    const url = notifyUrlIn(attempt?.order.body)
    if (attempt === undefined || url === undefined || options.forwardsTo === undefined) return undefined
    const holdBack = (reason: "not-allowed" | "card-number", why: string) => {
      onWarning(`a notification of ${urlOf(attempt)} is not handed on to the shop: ${why}`)
      options.onHeldBack?.(reason)
      return undefined
    }
    if (!options.forwardsTo(url)) return holdBack("not-allowed", `${hostOf(url)} is not among the --notify addresses`)
    if (CardNumber.isMaskedAddress(url)) return holdBack("card-number", "its address held a card number")
    if (holdsCardNumber(new TextDecoder().decode(delivery.body))) {
      return holdBack("card-number", "it holds a whole card number")
    }
    return forwardOf(delivery, url)
  }

  const keep = Effect.fnUntraced(function* (
    signer: Passphrase,
    notification: Notification,
    delivery: Delivery,
    named: string | undefined
  ) {
    const { transactionReference, status } = notification
    const { owner, found } = yield* attemptOfNotification({ store, get: attempts.get }, signer, notification, named)
    const attempt = typeof found === "string" ? undefined : found
    if (typeof found === "string")
      onWarning(`the notification ${status} of transaction ${transactionReference} ends nothing: ${found}`)
    const at = clock.currentTimeMillisUnsafe()
    const own = yield* store.receive({
      owner,
      key: dedupeKey(notification),
      notification: keptOf(notification, attempt, at),
      attempt: attempt?.id,
      forward: forwardFor(delivery, attempt)
    })
    if (own !== undefined) consider(own)
    options.onForward?.()
  })

  const receive = async (delivery: Delivery): Promise<DeliveryStatus> => {
    const verified = await runPromise(oneAtATime(Effect.promise(() => verify(delivery))))
    if (verified === undefined || verified instanceof NotificationError) {
      onRefused(verified?.detail ?? "there is no passphrase", delivery.address)
      return 403
    }
    const named = delivery.path === undefined ? undefined : options.attemptIn(delivery.path)
    if (delivery.path !== undefined && named === undefined) return 404
    const read = await readNotification(verified.text).catch((error: unknown) => error)
    if (read instanceof NotificationError) {
      onWarning(`a notification with the right signature is not readable: ${read.detail}`)
      return 400
    }
    const kept = await runPromise(Effect.result(keep(verified.signer, read as Notification, delivery, named)))
    if (Result.isSuccess(kept)) return 204
    onWarning(`a notification was not kept, and will be sent again: ${kept.failure.detail}`)
    return 503
  }

  return {
    receive,
    onChange: ({ id, terminal, state, provedBy }) => {
      if (terminal === "relayed" && state !== "open" && provedBy === undefined) consider(id)
    }
  }
})

/** The part of a notification that is stored: nothing about the customer. */
const keptOf = (notification: Notification, attempt: Attempt.Attempt | undefined, at: number): KeptNotification => {
  const { orderId = "" } = notification
  const { fields, authorizedAmount, capturedAmount, refundedAmount, authorizedAt, authorizationCode } = notification
  const { currency, payment_method: method } = fields
  const pan = typeof method === "object" ? method.pan : undefined
  return defined({
    at,
    reference: notification.transactionReference,
    status: notification.status,
    test: notification.test,
    orderId: attempt === undefined || attempt.key.orderId === orderId ? undefined : orderId,
    message: notification.message,
    currency: typeof currency === "string" && currency !== "" ? currency : undefined,
    authorized: authorizedAmount?.minorUnits,
    captured: capturedAmount?.minorUnits,
    refunded: refundedAmount?.minorUnits,
    authorizedAt: authorizedAt?.toISOString(),
    authorizationNumber: authorizationCode,
    pan: typeof pan === "string" && pan !== "" ? pan : undefined
  })
}

/** The delivery as it came, with its URL normalized, so that URLs of one host have the same beginning. */
const forwardOf = ({ body, headers }: Delivery, url: string): NewForward => ({
  url: new URL(url).href,
  body,
  contentType: headers.get("content-type") ?? "application/x-www-form-urlencoded",
  signature: headers.get(SIGNATURE_HEADER) ?? ""
})
