/** A basket of a thousand lines: ours summed and checked line by line, dinero.js 2 only summed. */
import * as Basket from "@hipay-pos/core/Basket"
import * as Money from "@hipay-pos/core/Money"
import { add, dinero, toSnapshot } from "dinero.js"
import { EUR } from "dinero.js/currencies"
import * as Result from "effect/Result"
import { beside } from "../measure/beside.ts"
import type { Figure } from "../measure/Figure.ts"

const LINES = 1000

const basket = Array.from({ length: LINES }, (_, i) =>
  Result.getOrThrow(
    Basket.item("good", {
      reference: `A${i}`,
      name: "Article",
      quantity: 1 + (i % 9),
      unitPrice: Result.getOrThrow(Money.make(99 + i, "EUR"))
    })
  )
)
const expected = Result.getOrThrow(Basket.total(basket, "EUR"))

/** Every line's rule, then the sum against the order's amount. */
const ours = (): boolean => {
  for (const { unitPrice, quantity, discount, total } of basket) {
    const line = Basket.lineTotal(unitPrice, quantity, discount)
    if (Result.isFailure(line) || !Money.equals(line.success, total)) return false
  }
  const sum = Basket.total(basket, "EUR")
  return Result.isSuccess(sum) && Money.equals(sum.success, expected)
}

const lines = basket.map(({ total }) => dinero({ amount: Number(total.minorUnits), currency: EUR }))
const theirs = (): number => toSnapshot(lines.reduce((a, b) => add(a, b))).amount

/** Above one if ours is faster. */
export const figure = (): Figure => {
  if (!ours() || theirs() !== Number(expected.minorUnits)) throw new Error("the sums differ")
  const { ratio, ...times } = beside(theirs, ours, 50)
  return { name: "core.basket", value: ratio, beside: times }
}
