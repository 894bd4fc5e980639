/**
 * Orders and terminals as plain objects, from programs that know nothing of core: made into core's values, or refused
 * with every finding at once. What has not even the shape of an order is a finding too, never an exception.
 */

import { isObject } from "@hipay-pos/core/JsonObject"
import type { OrderRequest } from "@hipay-pos/core/Order"
import type { OrderOptions, RequestOptions } from "@hipay-pos/core/OrderRequest"
import { Currency, Finding, Money, OrderRequest as Request, TerminalTarget } from "@hipay-pos/core/plain"
import * as Result from "effect/Result"
import { NotStarted } from "./PosClientError.ts"

/** An order: core's own, or one whose amount is plain: `"12.50 EUR"`, or 1250 minor units of EUR. */
export type OrderInput = Omit<OrderOptions, "amount"> & {
  readonly amount: string | Money.Money | { readonly currency: string; readonly minorUnits: number }
}

/** A terminal: core's own, or plain, then version 3.2 and port 8888 unless told otherwise. */
export type TargetInput =
  | TerminalTarget.TerminalTarget
  | Parameters<typeof TerminalTarget.concert>[0]
  | Parameters<typeof TerminalTarget.nepting>[0]

/** The request that the client sends. */
export const readOrder = (
  order: OrderInput,
  target: TargetInput,
  options: RequestOptions
): Result.Result<OrderRequest, NotStarted> => {
  try {
    const amount = readAmount(order.amount)
    if (Result.isFailure(amount)) return Result.fail(amount.failure)
    return Result.mapError(
      Request.make({ ...order, amount: amount.success } as OrderOptions, readTarget(target), options),
      ({ message, findings }) => refused(message, findings)
    )
  } catch {
    const expected = "an object with an order id and an amount of minor units and currency, and a terminal's address"
    const finding = Finding.make("refused", "shape", "order", expected, "something else")
    return Result.fail(refused(`the order or the terminal is not ${expected}`, [finding]))
  }
}

const forms = 'an amount such as "12.50 EUR" or { minorUnits: 1250, currency: "EUR" }'

/** The amount of an order. What is wrong with the values of an object is found with the order's other findings. */
const readAmount = (amount: unknown): Result.Result<unknown, NotStarted> => {
  if (typeof amount === "string") return readText(amount)
  if (isObject(amount) && "minorUnits" in amount) return Result.succeed(amount)
  const came = Finding.describe(amount, "order.price.amount")
  return Result.fail(refuseAmount(`expected ${forms}, got ${came}`, came))
}

/** An amount as `Money.toText` writes it. A text that cannot be read is not repeated: it may be a card number. */
const readText = (text: string): Result.Result<Money.Money, NotStarted> => {
  const [, decimal = "", code = ""] = /^(\S+) (\S+)$/.exec(text) ?? []
  const currency = Currency.fromCode(code)
  const money = currency && Money.fromDecimal(decimal, currency.code)
  if (money !== undefined && Result.isSuccess(money)) return Result.succeed(money.success)
  const came = `a text of ${text.length} characters`
  return Result.fail(refuseAmount(money?.failure.message ?? `expected ${forms}, got ${came}`, came))
}

const refuseAmount = (problem: string, came: string): NotStarted =>
  refused(`amount: ${problem}`, [Finding.make("refused", "amount", "order.price.amount", forms, came)])

const readTarget = (target: TargetInput): TerminalTarget.TerminalTarget => {
  if ("_tag" in target && target._tag !== "Concert") return target
  return "serialNumber" in target ? TerminalTarget.nepting(target) : TerminalTarget.concert(target)
}

const refused = (detail: string, findings: NotStarted["findings"] & object) =>
  new NotStarted({ kind: "OrderRefused", detail, findings })
