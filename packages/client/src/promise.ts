/**
 * The client for everybody: promises, plain objects, one error class. Unofficial, not affiliated with HiPay.
 *
 * `pay` resolves to what the payment came to, and rejects with `PosClientError` when it never started or when nobody
 * knows. `tryPay` gives the same as a value.
 */
import { makeRequest, type OrderOptions, type RequestOptions } from "@hipay-pos/core/Order"
import type { TerminalTarget } from "@hipay-pos/core/TerminalTarget"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import type { Attempt } from "./AttemptJournal.ts"
import * as PosClient from "./PosClient.ts"
import { NotStarted, OutcomeUnknown, PosClientError } from "./PosClientError.ts"
import type { Paid } from "./Verdict.ts"

export * as AttemptJournal from "./AttemptJournal.ts"
export * as ErrorCode from "./ErrorCode.ts"
export { environments, type Health, NotUnsettled, type Resolution } from "./PosClient.ts"
export { AlreadyApproved, NotStarted, OutcomeUnknown, PosClientError } from "./PosClientError.ts"
export type { Paid } from "./Verdict.ts"

/** How a client is set up. */
export interface ClientOptions extends Omit<PosClient.Options, "password"> {
  readonly password: string
}

/** How one payment is made. */
export interface PayOptions extends RequestOptions {
  /** From sending to the answer; 200 s by default. */
  readonly deadline?: Duration.Input
  /** Stops waiting. After sending, the outcome is unknown: the terminal goes on. */
  readonly signal?: AbortSignal
  readonly idempotencyKey?: string
  /** Told when the order leaves and when its answer has come; what it throws is ignored. */
  readonly onProgress?: (progress: "sent" | "answered") => void
}

/** Either what the payment came to, or why nobody can say. */
export type PayResult =
  | { readonly ok: true; readonly outcome: Paid }
  | { readonly ok: false; readonly error: PosClientError }

/** A client. */
export interface Client {
  /** Has an order paid. Sends it once, whatever happens. */
  readonly pay: (order: OrderOptions, target: TerminalTarget, options?: PayOptions) => Promise<Paid>
  /** The same without throwing. */
  readonly tryPay: (order: OrderOptions, target: TerminalTarget, options?: PayOptions) => Promise<PayResult>
  /** Whether the server answers, and in which mode it says to be. Never rejects. */
  readonly healthcheck: () => Promise<PosClient.Health>
  /** Attempts of the journal whose outcome is not known, oldest first: look here after a crash. */
  readonly unsettled: () => Promise<ReadonlyArray<Attempt>>
  /** Ends an unsettled attempt by a person's word. */
  readonly resolve: (id: string, resolution: PosClient.Resolution) => Promise<void>
}

/** Makes a client. */
export const makeClient = ({ password, ...options }: ClientOptions): Client => {
  const client = PosClient.make({ ...options, password: Redacted.make(password) })

  const tryPay: Client["tryPay"] = (
    order,
    target,
    { signal, deadline, idempotencyKey, onProgress, ...request } = {}
  ) => {
    const checked = makeRequest(order, target, request)
    if (Result.isFailure(checked)) {
      const { message, findings } = checked.failure
      return Promise.resolve(failed(new NotStarted({ kind: "InvalidOrder", detail: message, findings })))
    }
    if (signal?.aborted) {
      return Promise.resolve(failed(new NotStarted({ kind: "Aborted", detail: "cancelled before anything was sent" })))
    }
    const paying = client.pay(checked.success, {
      ...(deadline === undefined ? {} : { deadline }),
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
      ...(onProgress === undefined ? {} : { onProgress })
    })
    const aborted = Effect.callback<never, PosClientError>((resume) => {
      const abort = () => resume(Effect.fail(abandoned))
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

  return {
    tryPay,
    pay: async (order, target, options) => {
      const result = await tryPay(order, target, options)
      if (result.ok) return result.outcome
      throw result.error
    },
    healthcheck: () => Effect.runPromise(client.healthcheck),
    unsettled: () => Effect.runPromise(client.unsettled),
    resolve: (id, resolution) => Effect.runPromise(client.resolve(id, resolution))
  }
}

const failed = (reason: PosClientError["reason"]): PayResult => ({ ok: false, error: new PosClientError({ reason }) })

const abandoned = new PosClientError({
  reason: new OutcomeUnknown({ kind: "Aborted", detail: "cancelled after the order may have been sent" })
})
