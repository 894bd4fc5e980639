/** Checks a "done" answer against itself and the request it answers. Sentences are for people. */
import * as Currency from "@hipay-pos/core/Currency"
import * as Money from "@hipay-pos/core/Money"
import type { Contradiction } from "@hipay-pos/core/TerminalEvidence"
import * as Result from "effect/Result"
import * as ActionStatus from "../ActionStatus.ts"
import { amountText } from "./amountText.ts"
import { brief } from "./printable.ts"

/** What an answer says, or what was requested. */
export interface Claim {
  readonly amount?: number
  readonly action?: string
  readonly currency?: Currency.CurrencyCode
  readonly complement?: string
  readonly paymentApplication?: string
}

/** Values as received, which may be invalid in a claim. */
export interface Received {
  /** `CB`. */
  readonly amount: string | undefined
  /** `CE`. */
  readonly currency: string | undefined
}

/** Everything in a "done" answer that contradicts the answer itself or the request. */
export const contradictions = (
  answer: Claim,
  received: Received,
  request: Claim | undefined,
  highestTip = 0
): ReadonlyArray<Contradiction> =>
  [
    complementOf(answer),
    actionOf(answer, request),
    currencyOf(answer, received, request),
    amountOf(answer, received, request, highestTip)
  ].filter((found) => found !== undefined)

const complementOf = ({ complement }: Claim): Contradiction | undefined => {
  if (complement === undefined || complement.trim() === "" || complement.slice(0, 2) === "01") return undefined
  const told = brief(complement.slice(0, 2))
  return {
    kind: "complement",
    told,
    message: `done, yet with the complement ${told} (${ActionStatus.label(complement)})`
  }
}

const actionOf = ({ action }: Claim, request: Claim | undefined): Contradiction | undefined => {
  const asked = request?.action
  if (asked === undefined || !ActionStatus.isPayment(asked) || action === undefined || action === asked)
    return undefined
  const told = brief(action)
  return { kind: "action", asked, told, message: `done, yet for the action ${told}, asked for ${asked}` }
}

const currencyOf = (answer: Claim, received: Received, request: Claim | undefined): Contradiction | undefined => {
  const asked = request?.currency
  if (received.currency === undefined || asked === undefined || answer.currency === asked) return undefined
  if (answer.currency === undefined) {
    const told = quoted(received.currency)
    const code = Currency.get(asked).numericCode
    return {
      kind: "currency",
      asked,
      told,
      message: `the terminal said the currency ${told}, asked for ${code} (${asked})`
    }
  }
  const told = answer.currency
  const { amount } = answer
  if (amount === undefined || request?.amount === undefined) {
    return { kind: "currency", asked, told, message: `the terminal said ${told}, asked for ${asked}` }
  }
  const converted = amount === request.amount || isConversion(answer.paymentApplication)
  const values = { asked: amountText(request.amount, asked), told: amountText(amount, told) }
  const why = converted ? "; perhaps a conversion to the card's own currency (DCC)" : ""
  return { kind: "currency", ...values, message: `the terminal said ${values.told}, asked for ${values.asked}${why}` }
}

/** Whether an application of the catalogue converts the amount. */
const isConversion = (application: string | undefined): boolean => application === "00F" || application === "30F"

const amountOf = (
  answer: Claim,
  received: Received,
  request: Claim | undefined,
  highestTip: number
): Contradiction | undefined => {
  const told = answer.amount
  const action = request?.action ?? answer.action ?? "debit"
  const asked = request?.amount
  const { currency } = request ?? answer
  if (told === undefined) {
    if (!ActionStatus.isPayment(action)) return undefined
    if (received.amount === undefined) return { kind: "amount-missing", message: "done, yet without an amount" }
    const expected = `${asked ?? 1245} (${amountText(asked ?? 1245, currency ?? "EUR")})`
    const said = quoted(received.amount)
    return asked === undefined
      ? {
          kind: "amount",
          told: said,
          message: `the terminal said the amount ${said}, expected one such as ${expected}`
        }
      : {
          kind: "amount",
          asked: String(asked),
          told: said,
          message: `the terminal said the amount ${said}, asked for ${expected}`
        }
  }
  // A different currency is its own contradiction, which includes the amount.
  if (asked === undefined || (answer.currency ?? currency) !== currency) return undefined
  const more = told - asked
  if (more === 0) return undefined
  // A cancellation with a different amount has cancelled another sale, so no difference is allowed.
  if (action !== "cancel" && (more < 0 ? told > 0 : action === "debit" && more <= highestTip)) return undefined
  const values = { asked: amountText(asked, currency), told: amountText(told, currency) }
  const why = more > 0 && action === "debit" ? tipText(more, highestTip, currency) : ""
  return { kind: "amount", ...values, message: `the terminal said ${values.told}, asked for ${values.asked}${why}` }
}

const tipText = (more: number, highestTip: number, currency: Currency.CurrencyCode | undefined): string =>
  highestTip === 0
    ? `; the ${amountText(more, currency)} more may be a tip, which this terminal is not set to take`
    : `; the ${amountText(more, currency)} more are above the highest tip of this terminal, ${amountText(highestTip, currency)}`

const quoted = (value: string): string => `"${brief(value)}"`

/** The answer's amount, in its currency or else the request's. */
export const saidAmount = ({ amount, currency }: Claim, request: Claim): Money.Money | undefined => {
  const code = currency ?? request.currency
  if (amount === undefined || code === undefined) return undefined
  return Result.getOrUndefined(Money.make(amount, code))
}
