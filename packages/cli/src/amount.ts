/** Amounts on the command line. */

import { type CommandFailed, refuse } from "@hipay-pos/cli-kit"
import { Money } from "@hipay-pos/core"
import * as Currency from "@hipay-pos/core/Currency"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"

/**
 * Reads `12.50` or `12,50` from the argument or flag `name`. Refuses a comma or a point before three digits, which may
 * also separate thousands; not a point in a currency with three decimal places.
 */
export const readAmount = (
  verb: string,
  typed: string,
  code: string,
  name = "amount"
): Effect.Effect<Money.Money, CommandFailed> => {
  const currency = Currency.fromCode(code)
  if (currency === undefined)
    return Effect.fail(refuse(`${verb}: --currency: expected a currency code such as EUR, got ${code}`))
  const wrong = (problem: string) => Effect.fail(refuse(`${verb}: ${name}: ${problem}`))
  const [, whole, decimals] = /^(\d+),(\d{3})$/.exec(typed) ?? []
  if (whole !== undefined) {
    const meant = `${whole}${decimals}`
    const other = currency.exponent === 3 ? `, or ${whole}.${decimals}` : ""
    return wrong(`${typed} may be thousands or decimals; type ${meant} if it is ${meant} ${currency.code}${other}`)
  }
  const decimal = typed.replace(/^(-?\d+),(\d+)$/, "$1.$2")
  const money = Money.fromDecimal(decimal, currency.code)
  if (Result.isSuccess(money) && !/^-?\d+(\.\d+)?$/.test(decimal))
    return wrong(`expected a decimal such as 12.45, got ${typed}`)
  if (Result.isFailure(money)) return wrong(money.failure.message)
  if (currency.exponent !== 3 && /^[1-9]\d{0,2}\.\d{3}$/.test(typed)) {
    const [meant, other] = [typed.replace(".", ""), Money.toDecimalString(money.success)]
    return wrong(
      `${typed} may be thousands or decimals; type ${meant} if it is ${meant} ${currency.code}, or ${other} if it is ${other}`
    )
  }
  return money.success.minorUnits > 0 ? Effect.succeed(money.success) : wrong(`must be greater than 0, got ${typed}`)
}
