/**
 * Orders and terminals as plain objects, from programs that know nothing of core: converted to core's values, or
 * refused with all findings at once. Something that is not even shaped like an order is a finding too, never an
 * exception.
 */

import type { Undefinable } from "@hipay-pos/core/Defined"
import { isObject, object } from "@hipay-pos/core/JsonObject"
import type { OrderRequest } from "@hipay-pos/core/Order"
import type { OrderOptions, RequestOptions } from "@hipay-pos/core/OrderRequest"
import { Currency, Finding, Money, OrderRequest as Request, TerminalTarget } from "@hipay-pos/core/plain"
import * as Result from "effect/Result"
import type * as Options from "./Options.ts"
import { NotStarted } from "./PosClientError.ts"

/** An order: core's own, or one with a plain amount: `"12.50 EUR"`, or 1250 minor units of EUR. */
export type OrderInput = Undefinable<Omit<OrderOptions, "amount">> & {
  readonly amount: string | Money.Money | { readonly currency: string; readonly minorUnits: number }
}

/** A terminal: core's own, or a plain object; the default is version 3.2 and port 8888. */
export type TargetInput =
  | TerminalTarget.TerminalTarget
  | Parameters<typeof TerminalTarget.concert>[0]
  | Parameters<typeof TerminalTarget.nepting>[0]

/** Options of one payment. */
export interface PayOptions extends RequestOptions, Options.PayOptions {}

/** The request that the client sends. */
export const readOrder = (
  order: OrderInput,
  target: TargetInput,
  options: PayOptions
): Result.Result<OrderRequest, NotStarted> => {
  try {
    const amount = readAmount(order.amount)
    if (Result.isFailure(amount)) return Result.fail(amount.failure)
    const terminal = readTarget(target)
    const unknown = [
      ...unknownIn("order", order, orderFields),
      ...unknownIn("target", target, targetFields[terminal._tag]),
      ...(terminal._tag === "Concert" ? unknownInContracts(terminal.contracts) : []),
      ...unknownIn("options", options, optionFields)
    ]
    if (unknown.length > 0) return Result.fail(refused(unknown.map(Finding.toText).join("; "), unknown))
    return Result.mapError(
      Request.make({ ...order, amount: amount.success } as OrderOptions, terminal, options),
      ({ message, findings }) => refused(message, findings)
    )
  } catch {
    const expected = "an object with an order id and an amount of minor units and currency, and a terminal's address"
    const finding = Finding.make("refused", "shape", "order", expected, "something else")
    return Result.fail(refused(`the order or the terminal is not ${expected}`, [finding]))
  }
}

const orderFields = {
  ...{ orderId: 1, transactionType: 1, amount: 1, basket: 1, description: 1, longDescription: 1, softDescriptor: 1 },
  ...{ shippingFees: 1, taxFees: 1, customData: 1, initializePaymentTerminal: 1, customer: 1, shipping: 1 }
} satisfies Record<keyof OrderOptions, 1>

const targetFields: { readonly [T in TerminalTarget.TerminalTarget as T["_tag"]]: Record<keyof T, 1> } = {
  Concert: { _tag: 1, host: 1, port: 1, version: 1, contracts: 1 },
  Nepting: { _tag: 1, serialNumber: 1, manufacturer: 1 },
  Unnamed: { _tag: 1 }
}

const contractFields = { merchantContract: 1, rank: 1, paymentApplication: 1 } satisfies Record<
  keyof TerminalTarget.Concert["contracts"][number],
  1
>

const optionFields = {
  ...{ deadline: 1, idempotencyKey: 1, traceparent: 1, onProgress: 1, signal: 1 },
  ...{ forceAuthorization: 1, pushTo: 1, notifyUrl: 1 }
} satisfies Record<keyof PayOptions, 1>

/** Refuses unknown fields, such as misspelt ones: ignoring one could move other money than was meant. */
const unknownIn = (place: string, given: object, known: object): ReadonlyArray<Finding.Finding> =>
  Object.entries(given)
    .filter(([name, value]) => value !== undefined && !Object.hasOwn(known, name))
    .map(([name]) => {
      const expected = `one of ${Object.keys(known).join(", ")}`
      return Finding.make("refused", "field-unknown", `${place}.${name}`, expected, "an unknown field")
    })

/** Of contracts; what is not one is found with the order's other findings. */
const unknownInContracts = (contracts: unknown): ReadonlyArray<Finding.Finding> =>
  Array.isArray(contracts)
    ? contracts.flatMap((each, index) => unknownIn(`target.contracts[${index}]`, object(each), contractFields))
    : []

const forms = 'an amount such as "12.50 EUR" or { minorUnits: 1250, currency: "EUR" }'

/** The amount of an order. Wrong values inside an object are found with the order's other findings. */
const readAmount = (amount: unknown): Result.Result<unknown, NotStarted> => {
  if (typeof amount === "string") return readText(amount)
  if (isObject(amount) && "minorUnits" in amount) return Result.succeed(amount)
  const came = Finding.describe(amount, "order.price.amount")
  return Result.fail(refuseAmount(`expected ${forms}, got ${came}`, came))
}

/**
 * An amount as `Money.toText` writes it; not `1e3 EUR`, which a spreadsheet may have made of a code. The error does not repeat
 * the text: it may be a card number.
 */
const readText = (text: string): Result.Result<Money.Money, NotStarted> => {
  const [, decimal = "", code = ""] = /^([^\sEe]+) (\S+)$/.exec(text) ?? []
  const money = Currency.isCode(code) ? Money.fromDecimal(decimal, code) : undefined
  const came = `a text of ${text.length} characters`
  if (money !== undefined && Result.isSuccess(money)) {
    if (Currency.exponentOf(money.success.currency) === 3 || !/^[1-9]\d{0,2}\.\d{3}$/.test(decimal))
      return Result.succeed(money.success)
    const meant = `${decimal} may be thousands or decimals; write ${Money.toText(money.success)} if that is meant`
    return Result.fail(refuseAmount(meant, came))
  }
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
