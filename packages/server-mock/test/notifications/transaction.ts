/** Transactions to notify of. */
import * as Money from "@hipay-pos/core/Money"
import { attempt } from "@hipay-pos/server/testing"
import * as Result from "effect/Result"
import type { Status, Transaction } from "../../src/transactions/ConsoleTransactions.ts"

type Json = Readonly<Record<string, unknown>>

/** A transaction of 15.00 EUR, or of something else. */
export const transaction = (
  changes: {
    readonly status?: Status
    readonly minorUnits?: number
    readonly currency?: Money.Money["currency"]
    readonly order?: Json
    readonly customer?: Json
    readonly notifyUrl?: string
    readonly authorizedAt?: number
  } = {}
): Transaction => {
  const { status = 118, minorUnits = 1500, currency = "EUR", order = {}, customer, notifyUrl, authorizedAt } = changes
  const amount = Result.getOrThrow(Money.make(minorUnits, currency))
  const at = Date.parse("2026-03-05T12:06:55.123Z")
  return {
    reference: "800000000001",
    attempt: attempt("1", {
      orderId: "ORDER_1",
      amount,
      openedAt: at - 5_000,
      order: {
        order: { order_id: "ORDER_1", ...order },
        ...(customer === undefined ? {} : { customer }),
        pos_technical_info: notifyUrl === undefined ? {} : { notify_url: notifyUrl }
      }
    }),
    terminal: "192.0.2.10:8888",
    status,
    charge: {
      amount,
      pan: "497010######0014",
      expiry: "3112",
      authorizationNumber: "123456",
      merchantContract: "1234567"
    },
    createdAt: at,
    updatedAt: at,
    history: [...(authorizedAt === undefined ? [] : [{ status: 116 as const, at: authorizedAt }]), { status, at }]
  }
}
