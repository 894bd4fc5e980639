/**
 * The client: promises, plain objects, one error class. Unofficial, not affiliated with HiPay.
 *
 * `pay`, `refund` and `cancel` resolve to the payment's result, and reject with `PosClientError` if it was not started
 * or its outcome is unknown. `tryPay`, `tryRefund` and `tryCancel` return either as a value.
 */
import type { TransactionType } from "@hipay-pos/core/TransactionType"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import type { Attempt } from "./AttemptJournal.ts"
import type { Attempts } from "./attempts/Attempts.ts"
import type * as Earlier from "./Earlier.ts"
import type { Options } from "./Options.ts"
import { type OrderInput, type PayOptions, readOrder, type TargetInput } from "./orderInput.ts"
import * as PaymentClient from "./PaymentClient.ts"
import type { PaymentResult } from "./PaymentResult.ts"
import { PosClientError } from "./PosClientError.ts"
import type { AskOptions, ResolveOptions, Settlement } from "./Resolution.ts"
import type { Health } from "./Server.ts"

export type { Attempts, CallOptions } from "./attempts/Attempts.ts"
export * from "./exports.ts"
export type { Progress } from "./Options.ts"
export type { OrderInput, PayOptions, TargetInput } from "./orderInput.ts"
export { resolveInJournal } from "./resolveInJournal.ts"

/** Options of a client. */
export interface ClientOptions extends Omit<Options, "password"> {
  readonly password: string
}

/** A payment's result, or why there is none. `_tag` says the same as `ok`, and narrows without `strict` too. */
export type PayResult =
  | { readonly _tag: "Outcome"; readonly ok: true; readonly outcome: PaymentResult }
  | { readonly _tag: "Error"; readonly ok: false; readonly error: PosClientError }

type Pay = (order: OrderInput, target: TargetInput, options?: PayOptions) => Promise<PaymentResult>
type TryPay = (order: OrderInput, target: TargetInput, options?: PayOptions) => Promise<PayResult>

/** A client. */
export interface Client {
  /** Has an order paid. Sends it once, whatever happens. */
  readonly pay: Pay
  /** Gives money back to the customer's card, with the same care: a refund must not be paid out twice either. */
  readonly refund: Pay
  /** Reverses the terminal's last approved payment: same order id, same amount. Concert terminals only. */
  readonly cancel: Pay
  /** The same without throwing. */
  readonly tryPay: TryPay
  readonly tryRefund: TryPay
  readonly tryCancel: TryPay
  /** Whether the server answers, and the mode it reports. Never rejects. */
  readonly healthcheck: () => Promise<Health>
  /** The attempts that the server remembers, if it is a mock or a gateway. HiPay's own service has no list of attempts. */
  readonly attempts: Attempts
  /**
   * The journal's attempts with an unknown outcome, oldest first: look here after a crash. Rejects with `JournalFailed`
   * if the journal cannot be read.
   */
  readonly unsettled: () => Promise<ReadonlyArray<Attempt>>
  /**
   * Ends an unsettled attempt: by what the server knows, else by what its terminal proves if the server can ask it,
   * else by a person's answer. Rejects with `JournalFailed` if the journal cannot be read or written, `NotUnsettled` if
   * there is nothing left to resolve, `StillUnderWay` if the terminal may yet charge, `EvidenceMissing` if a person's
   * answer is incomplete, `NotResolvedAtServer` if the server did not take it, and `AttemptsError` if the signal
   * aborts.
   */
  readonly resolve: (id: string, resolution?: ResolveOptions, options?: AskOptions) => Promise<Settlement>
}

/**
 * Makes a client. Throws `ClientSetupFailed` if its options cannot be used, it is live without a journal, or it runs in
 * a page.
 *
 * @example
 * ```ts
 * import { makeClient } from "@hipay-pos/client"
 *
 * const client = makeClient({
 *   server: "http://127.0.0.1:8080",
 *   username: "merchant",
 *   password: "secret",
 *   // Stands for a simulated server; without it, the platform's fetch is used.
 *   fetch: async () => Response.json({ paymentStatus: "Success" }, { headers: { "x-hipay-pos-mode": "simulated" } })
 * })
 * const terminal = { host: "192.168.1.20", contracts: [{ merchantContract: "1234567" }] }
 *
 * const result = await client.tryPay({ orderId: "ORDER_1", amount: "12.50 EUR" }, terminal)
 * console.log(result.ok ? result.outcome._tag : result.error.advice) // Approved
 *
 * const again = await client.tryPay({ orderId: "ORDER_1", amount: "12.50 EUR" }, terminal)
 * console.log(again.ok ? again.outcome._tag : again.error.reason._tag) // AlreadyApproved
 * ```
 */
export const makeClient = ({ password, ...options }: ClientOptions): Client => {
  const payments = PaymentClient.make({ ...options, password: Redacted.make(password) })

  const as =
    (transactionType?: TransactionType): Pay =>
    async (order, target, options = {}) => {
      const request = readOrder(transactionType === undefined ? order : { ...order, transactionType }, target, options)
      if (Result.isFailure(request)) throw await payments.judge(wantedIn(order, transactionType), request.failure)
      return payments.pay(request.success, options)
    }

  const { healthcheck, attempts, unsettled, resolve } = payments
  const [pay, refund, cancel] = [as(), as("Credit"), as("Cancel")]
  return {
    pay,
    refund,
    cancel,
    tryPay: caught(pay),
    tryRefund: caught(refund),
    tryCancel: caught(cancel),
    healthcheck,
    attempts,
    unsettled,
    resolve
  }
}

/** What can be read of the payment in an order that is not valid. */
const wantedIn = (order: OrderInput | undefined, transactionType: TransactionType | undefined): Earlier.Wanted => ({
  orderId: String(order?.orderId),
  transactionType: transactionType ?? transactionTypes.find((type) => type === order?.transactionType) ?? "Debit"
})

const transactionTypes = ["Debit", "Credit", "Cancel"] as const

/** Returns a `PosClientError` as a value. Any other error is a bug, and still rejects. */
const caught =
  (pay: Pay): TryPay =>
  async (order, target, options) => {
    try {
      return { _tag: "Outcome", ok: true, outcome: await pay(order, target, options) }
    } catch (error) {
      if (error instanceof PosClientError) return { _tag: "Error", ok: false, error }
      throw error
    }
  }
