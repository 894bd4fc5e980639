/** What was charged, by the amount that an answer echoes and its headers. */
import { Answer, Money, Payment } from "@hipay-pos/core/plain"
import * as Result from "effect/Result"
import { readable } from "./Redaction.ts"
import type { Received } from "./Transport.ts"

/** Amounts in an answer's headers, in minor units. */
interface BesideAmount {
  /** How much more than the order was charged because the cardholder added a tip. */
  readonly tip?: number | undefined
  /** How much more was charged according to the person who resolved it. */
  readonly over?: number | undefined
  /** What remains to be collected. */
  readonly remaining?: number | undefined
}

/** Reads the amounts in an answer's headers. */
export const besideAmount = (headers: Received["headers"]): BesideAmount => {
  const minorUnits = (name: string) => {
    const value = headers.get(name)
    return value === null ? undefined : Number(value)
  }
  return {
    tip: minorUnits("x-hipay-pos-tip"),
    over: minorUnits("x-hipay-pos-over"),
    remaining: minorUnits("x-hipay-pos-remaining")
  }
}

/**
 * The echoed amount is what was charged: less than asked, or more if the headers say by how much. Fails if the amounts
 * do not add up, or if the amount may be the whole in major units: 12 for 1200.
 */
export const paidOf = (
  asked: Money.Money,
  answer: Answer.Answer,
  { tip, over, remaining }: BesideAmount
): Result.Result<Payment.Paid & { readonly tip?: Money.Money }, string> => {
  const { amount = asked.minorUnits, currency = asked.currency } = answer
  if (currency !== asked.currency) {
    return Result.fail(`the answer is in ${readable(currency)}, the order in ${asked.currency}`)
  }
  if (Number.isNaN(amount)) return Result.fail("the answer's amount cannot be read")
  const charged = Money.make(amount, asked.currency)
  const beyond = tip ?? over
  if (beyond !== undefined) {
    if (Result.isFailure(charged) || beyond <= 0 || amount - asked.minorUnits !== beyond) {
      return Result.fail("the answer's amount and what it says was charged beyond the order do not add up")
    }
    const paid = Payment.ofCharged(asked, charged.success)
    if (tip === undefined) return Result.succeed(paid)
    return Result.succeed({ ...paid, tip: Result.getOrThrow(Money.subtract(charged.success, asked)) })
  }
  if (Result.isFailure(charged) || amount <= 0 || amount > asked.minorUnits) {
    return Result.fail(`the answer says ${amount} minor units, the order ${asked.minorUnits}`)
  }
  if (remaining === undefined && Answer.mayBeMajor(amount, asked)) {
    const [read, whole] = [Money.toText(charged.success), Money.toText(asked)]
    return Result.fail(`the answer says ${amount}, which is ${read} in minor units, and may mean all of ${whole}`)
  }
  if (remaining !== undefined && remaining !== asked.minorUnits - amount) {
    return Result.fail("the answer's amount and what it says to remain do not add up")
  }
  return Result.succeed(Payment.ofCharged(asked, charged.success))
}
