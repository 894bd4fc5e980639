/** Hostile input: nothing throws, and nothing global is changed. */
import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Basket, Fraction, Money, OrderRules, PaymentApplication, Receipt, TypedAmount, Wire } from "@hipay-pos/core"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

const full = JSON.parse(readFileSync(new URL("fixtures/orders/full.json", import.meta.url), "utf8"))
const order = { ...full, transactionType: "a misplaced one" }

const nested = (depth: number, wrap: (inner: unknown) => unknown): unknown => {
  let value: unknown = 0
  for (let i = 0; i < depth; i++) value = wrap(value)
  return value
}

const hostile: ReadonlyArray<unknown> = [
  undefined,
  null,
  Number.NaN,
  -0,
  1e308,
  5e-324,
  JSON.parse("1e400"),
  2 ** 53,
  "",
  "\ud800",
  "\udc00😀\0",
  "9".repeat(100_000),
  "0".repeat(100_000),
  ",".repeat(100_000),
  "__proto__",
  "constructor",
  "toString",
  [],
  [[]],
  Array.from({ length: 100_000 }, (_, i) => i),
  {},
  { toString: 1, valueOf: 1 },
  JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'),
  nested(10_000, (inner) => [inner]),
  nested(10_000, (inner) => ({ order: inner, basket: [inner] }))
]

/** The order with something else in the place of each of its values, one after the other. */
function* withEverywhere(body: unknown, value: unknown): Generator<unknown> {
  yield value
  if (typeof body !== "object" || body === null) return
  for (const name of Object.keys(body)) {
    const at = body as Record<string, unknown>
    for (const inner of withEverywhere(at[name], value)) {
      yield Array.isArray(body) ? body.with(Number(name), inner) : { ...body, [name]: inner }
    }
  }
}

describe("whatever comes in", () => {
  it("an order is read or refused", () => {
    let refused = 0
    for (const value of hostile) {
      for (const body of withEverywhere(order, value)) {
        const { findings, request } = OrderRules.read(body)
        if (request === undefined) refused++
        assert.isTrue(request !== undefined || findings.some(({ severity }) => severity === "refused"))
        assert.strictEqual(Wire.RootOrder.isExact(body) && Result.isFailure(Wire.RootOrder.decode(body)), false)
      }
    }
    assert.isAbove(refused, 500)
    assert.notProperty({}, "polluted")
  }, 30_000)

  it("an answer is read", () => {
    for (const value of hostile) {
      assert.isTrue(Object.is(Wire.Answer.read(value).raw, value))
      for (const name of ["paymentStatus", "receipt", "error", "order", "errorCode"])
        Wire.Answer.read({ [name]: value })
    }
  })

  it("a text is an amount or none, a receipt or none", () => {
    for (const text of hostile.filter((value) => typeof value === "string")) {
      assert.isDefined(Money.fromDecimal(text, "KWD"))
      assert.isTrue(Result.isFailure(TypedAmount.parse(text, "EUR")))
      assert.isUndefined(PaymentApplication.nameOf(text))
      assert.isDefined(Receipt.encodeBase64(text))
      assert.isAtMost(Math.max(...Receipt.toColumns(text, 40).map(({ length }) => length)), 40)
    }
  })

  it("a number is an amount, a count, a percentage or a ratio, or refused", () => {
    const money = Result.getOrThrow(Money.make(-999, "EUR"))
    for (const number of hostile.filter((value) => typeof value === "number")) {
      for (const rounding of Fraction.Rounding.literals) assert.isDefined(Money.percentage(money, number, rounding))
      assert.isDefined(Money.fromDecimal(number, "JPY"))
      assert.isDefined(Money.multiply(money, number))
      assert.isDefined(Money.split(money, number))
      assert.isDefined(Money.allocate(money, [number, 1, 5e-324, 1e308]))
      assert.isDefined(Basket.item("good", { reference: "", name: "", unitPrice: money, quantity: number }))
    }
  })

  it.effect.prop("any text is an amount or none", [Schema.String, Schema.Finite], ([text, number]) =>
    Effect.sync(() => {
      for (const decimal of [text, number, `${number}${text}`]) {
        const money = Money.fromDecimal(decimal, "EUR")
        // What is taken is exact: it means the very same number.
        if (Result.isSuccess(money)) assert.strictEqual(Money.toDecimal(money.success) + 0, Number(decimal) + 0)
      }
      assert.isDefined(Receipt.decodeBase64(text) ?? "")
    })
  )
})
