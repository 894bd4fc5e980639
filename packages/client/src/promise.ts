/**
 * The client for everybody: promises, plain objects, one error class. Unofficial, not affiliated with HiPay.
 *
 * `pay`, `refund` and `cancel` resolve to what the payment came to, and reject with `PosClientError` when it never
 * started or when nobody knows. `tryPay`, `tryRefund` and `tryCancel` give the same as a value.
 */
import type { RequestOptions } from "@hipay-pos/core/Order"
import type { TransactionType } from "@hipay-pos/core/TransactionType"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import type { Attempt } from "./AttemptJournal.ts"
import * as PosClient from "./PosClient.ts"
import { NotStarted, OutcomeUnknown, PosClientError } from "./PosClientError.ts"
import { type PlainOrder, type PlainTarget, readOrder } from "./plain.ts"
import type { Health } from "./Server.ts"
import type { Resolution, Settlement } from "./settle.ts"
import type { Paid } from "./Verdict.ts"

export * as AttemptJournal from "./AttemptJournal.ts"
export * as ErrorCode from "./ErrorCode.ts"
export type { Progress } from "./PosClient.ts"
export { AlreadyApproved, NotStarted, OutcomeUnknown, PosClientError } from "./PosClientError.ts"
export type { PlainOrder, PlainTarget } from "./plain.ts"
export { environments, type Health, type SeenRequest, type SeenResponse } from "./Server.ts"
export { EvidenceMissing, NotUnsettled, type Resolution, type Settlement } from "./settle.ts"
export type { Fetch } from "./Transport.ts"
export type { Paid } from "./Verdict.ts"

/** How a client is set up. */
export interface ClientOptions extends Omit<PosClient.Options, "password"> {
  readonly password: string
}

/** How one payment is made. */
export interface PayOptions extends RequestOptions, PosClient.PayOptions {
  /** Stops waiting. After sending, the outcome is unknown: the terminal goes on. */
  readonly signal?: AbortSignal
}

/** Either what the payment came to, or why nobody can say. */
export type PayResult =
  | { readonly ok: true; readonly outcome: Paid }
  | { readonly ok: false; readonly error: PosClientError }

type Pay = (order: PlainOrder, target: PlainTarget, options?: PayOptions) => Promise<Paid>
type TryPay = (order: PlainOrder, target: PlainTarget, options?: PayOptions) => Promise<PayResult>

/** A client. */
export interface Client {
  /** Has an order paid. Sends it once, whatever happens. */
  readonly pay: Pay
  /** Gives money back to the customer's card, with the same care: a refund may be paid out once too often as well. */
  readonly refund: Pay
  /** Reverses the terminal's last approved payment: same order id, same amount. Concert terminals only. */
  readonly cancel: Pay
  /** The same without throwing. */
  readonly tryPay: TryPay
  readonly tryRefund: TryPay
  readonly tryCancel: TryPay
  /** Whether the server answers, and in which mode it says to be. Never rejects. */
  readonly healthcheck: () => Promise<Health>
  /** Attempts of the journal whose outcome is not known, oldest first: look here after a crash. */
  readonly unsettled: () => Promise<ReadonlyArray<Attempt>>
  /** Ends an unsettled attempt by what the server knows of it, else by a person's word. */
  readonly resolve: (id: string, resolution?: Resolution) => Promise<Settlement>
}

/** Makes a client. Throws when it is live and nothing was said about a journal, or in a browser's page. */
export const makeClient = ({ password, ...options }: ClientOptions): Client => {
  const client = PosClient.make({ ...options, password: Redacted.make(password) })

  const as =
    (transactionType?: TransactionType): TryPay =>
    (order, target, { signal, deadline, idempotencyKey, onProgress, ...request } = {}) => {
      const read = readOrder(transactionType === undefined ? order : { ...order, transactionType }, target, request)
      if (Result.isFailure(read)) return Promise.resolve(failed(read.failure))
      if (signal?.aborted) return Promise.resolve(failed(abandoned(false)))
      let sent = false
      const paying = client.pay(read.success, {
        ...(deadline === undefined ? {} : { deadline }),
        ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
        onProgress: (progress, waiting) => {
          sent = true
          onProgress?.(progress, waiting)
        }
      })
      const aborted = Effect.callback<never, PosClientError>((resume) => {
        const abort = () => resume(Effect.fail(new PosClientError({ reason: abandoned(sent) })))
        // It may have happened while the order was being sent, before anybody listened.
        if (signal?.aborted) abort()
        signal?.addEventListener("abort", abort, { once: true })
        return Effect.sync(() => signal?.removeEventListener("abort", abort))
      })
      return Effect.runPromise(
        Effect.match(signal === undefined ? paying : Effect.raceFirst(paying, aborted), {
          onFailure: (error): PayResult => ({ ok: false, error }),
          onSuccess: (outcome): PayResult => ({ ok: true, outcome })
        })
      )
    }

  const tryPay = as()
  const tryRefund = as("Credit")
  const tryCancel = as("Cancel")
  return {
    tryPay,
    tryRefund,
    tryCancel,
    pay: throwing(tryPay),
    refund: throwing(tryRefund),
    cancel: throwing(tryCancel),
    healthcheck: () => Effect.runPromise(client.healthcheck),
    unsettled: () => Effect.runPromise(client.unsettled),
    resolve: (id, resolution) => Effect.runPromise(client.resolve(id, resolution))
  }
}

const throwing =
  (tryPay: TryPay): Pay =>
  async (order, target, options) => {
    const result = await tryPay(order, target, options)
    if (result.ok) return result.outcome
    throw result.error
  }

const failed = (reason: PosClientError["reason"]): PayResult => ({ ok: false, error: new PosClientError({ reason }) })

const abandoned = (sent: boolean): PosClientError["reason"] =>
  sent
    ? new OutcomeUnknown({ kind: "Aborted", detail: "cancelled after the order may have been sent" })
    : new NotStarted({ kind: "Aborted", detail: "cancelled before anything was sent" })
