/**
 * Notifications to the till's endpoint, as HiPay's service sends them: a forged one, a right one, the same again, and two
 * partial refunds. What the till answers is the evidence.
 */
import { createHash } from "node:crypto"
import type { OrderSeen } from "./Evidence.ts"
import { decimalOf } from "./Finding.ts"

/** Where they go, and what they are signed with. */
export interface NotifyTarget {
  readonly url: string
  readonly passphrase: string
}

/** What is posted, in this order. */
export const kinds = ["forged", "captured", "repeated", "refund-1", "refund-2"] as const
export type Kind = (typeof kinds)[number]

/** One notification, and the status that it was answered with; absent where there was no answer. */
export interface Posted {
  readonly kind: Kind
  readonly status?: number | undefined
}

/** Posts them one after the other. */
export const notify = async (target: NotifyTarget, order: OrderSeen): Promise<ReadonlyArray<Posted>> => {
  const posted: Array<Posted> = []
  for (const kind of kinds) {
    const body = bodyOf(order, kind)
    const passphrase = kind === "forged" ? `${target.passphrase}, guessed` : target.passphrase
    const signature = createHash("sha256").update(body).update(passphrase).digest("hex")
    const status = await post(target.url, body, signature)
    posted.push(status === undefined ? { kind } : { kind, status })
  }
  return posted
}

const post = async (url: string, body: string, signature: string): Promise<number | undefined> => {
  try {
    const response = await fetch(url, {
      method: "POST",
      body,
      redirect: "manual",
      headers: { "content-type": "application/x-www-form-urlencoded", "x-allopass-signature": signature },
      signal: AbortSignal.timeout(10_000)
    })
    await response.body?.cancel()
    return response.status
  } catch {
    return undefined
  }
}

/** What is refunded in all by then, in minor units of two decimals. */
const refunded: Readonly<Record<Kind, number>> = {
  forged: 0,
  captured: 0,
  repeated: 0,
  "refund-1": 200,
  "refund-2": 434
}

/** The fields that identify a change; amounts are decimals, refunds the sum so far. */
const bodyOf = ({ orderId, amount, currency }: OrderSeen, kind: Kind): string => {
  const decimal = (minorUnits: number) => decimalOf(minorUnits, currency)
  const isRefund = refunded[kind] > 0
  const second = kinds.indexOf(kind === "repeated" || kind === "forged" ? "captured" : kind)
  return new URLSearchParams({
    state: "completed",
    test: "true",
    attempt_id: "1",
    transaction_reference: `EXAM${orderId}`.slice(0, 40),
    date_created: "2026-01-02T03:04:05+0000",
    date_updated: `2026-01-02T03:05:0${second}+0000`,
    status: isRefund ? "126" : "118",
    message: isRefund ? "Partially Refunded" : "Captured",
    authorized_amount: decimal(amount),
    captured_amount: decimal(amount),
    refunded_amount: decimal(refunded[kind]),
    decimals: "2",
    currency,
    payment_product: "tpe",
    "order[id]": orderId,
    "order[amount]": decimal(amount),
    "order[currency]": currency
  }).toString()
}
