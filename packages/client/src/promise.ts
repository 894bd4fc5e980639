/**
 * The client: promises, plain objects, one error class. Unofficial, not affiliated with HiPay.
 *
 * `pay`, `refund` and `cancel` resolve to what the payment came to, and reject with `PosClientError` when it never
 * started or when its outcome is unknown. `tryPay`, `tryRefund` and `tryCancel` give the same as a value.
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

/** How a client is set up. */
export interface ClientOptions extends Omit<Options, "password"> {
  readonly password: string
}

/** Either what the payment came to, or why that is not known. `_tag` says the same as `ok`, and narrows without `strict` too. */
export type PayResult =
  | { readonly _tag: "Outcome"; readonly ok: true; readonly outcome: PaymentResult }
  | { readonly _tag: "Error"; readonly ok: false; readonly error: PosClientError }

type Pay = (order: OrderInput, target: TargetInput, options?: PayOptions) => Promise<PaymentResult>
type TryPay = (order: OrderInput, target: TargetInput, options?: PayOptions) => Promise<PayResult>

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
  /** The attempts that the server remembers, where it is a mock or a gateway. HiPay's own service does not tell of any. */
  readonly attempts: Attempts
  /**
   * Attempts of the journal whose outcome is not known, oldest first: look here after a crash. Rejects with `JournalFailed`
   * where the journal cannot be read.
   */
  readonly unsettled: () => Promise<ReadonlyArray<Attempt>>
  /**
   * Ends an unsettled attempt: by what the server knows of it, by what its terminal proves where the server can ask it, else by
   * a person's answer. Rejects with `JournalFailed` where the journal cannot be read or written, `NotUnsettled` where there is
   * nothing to resolve any more, `StillUnderWay` where the terminal may yet charge, `EvidenceMissing` where a person's answer
   * lacks something, `NotResolvedAtServer` where the server did not take it, and `AttemptsError` where the signal aborts.
   */
  readonly resolve: (id: string, resolution?: ResolveOptions, options?: AskOptions) => Promise<Settlement>
}

/**
 * Makes a client. Throws `ClientSetupFailed` when its options cannot be used, when it is live without a journal, or in a page.
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

/** What an order that is not valid was about, as far as it can be read. */
const wantedIn = (order: OrderInput | undefined, transactionType: TransactionType | undefined): Earlier.Wanted => ({
  orderId: String(order?.orderId),
  transactionType: transactionType ?? transactionTypes.find((type) => type === order?.transactionType) ?? "Debit"
})

const transactionTypes = ["Debit", "Credit", "Cancel"] as const

/** The same as a value. What is not a `PosClientError` is a bug, and still rejects. */
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
