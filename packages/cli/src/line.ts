/** Parts of the line that stands for an attempt in a list. */

import { paint, type Tone } from "@hipay-pos/cli-kit"
import { Money } from "@hipay-pos/core"
import * as Currency from "@hipay-pos/core/Currency"
import * as Result from "effect/Result"

/** An amount in minor units as people write it; as it stands where it is none. */
const moneyText = (amount: number, code: string): string => {
  const currency = Currency.fromCode(code)
  const money = currency && Money.make(amount, currency.code)
  return money !== undefined && Result.isSuccess(money) ? Money.toText(money.success) : `${amount} ${code}`
}

/** What was asked for, behind what was paid where that is only a part of it. */
export const amountText = (paid: number | undefined, asked: number, code: string): string =>
  paid === undefined || paid === 0 || paid === asked
    ? moneyText(asked, code)
    : `${moneyText(paid, code)} of ${moneyText(asked, code)}`

/** A state, coloured by what it means. */
export const stateText = (state: string): string => paint(tones[state] ?? "quiet", state)

const tones: Readonly<Record<string, Tone>> = {
  approved: "good",
  "approved-in-part": "odd",
  declined: "bad",
  open: "odd",
  unknown: "odd"
}
