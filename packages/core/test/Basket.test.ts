import { assert, describe, it } from "@effect/vitest"
import * as Basket from "@hipay-pos/core/Basket"
import * as Money from "@hipay-pos/core/Money"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

const eur = (minorUnits: number): Money.Money => Result.getOrThrow(Money.make(minorUnits, "EUR"))
const usd: Money.Money = Result.getOrThrow(Money.make(100, "USD"))

const good = (reference: string, price: number, options: Partial<Basket.ItemOptions> = {}) =>
  Result.getOrThrow(Basket.item("good", { reference, name: reference, unitPrice: eur(price), ...options }))

const mug = good("MUG", 899, { quantity: 3 })
const tea = good("TEA", 450, { taxRate: 5.5 })

const totals = (basket: Basket.Basket) => basket.map(({ total }) => total.minorUnits as number)
const totalOf = (basket: Basket.Basket) => Result.getOrThrow(Basket.total(basket, "EUR")).minorUnits as number

const refusalOf = <A>(result: Result.Result<A, { readonly _tag: string; readonly message: string }>): string =>
  Result.match(result, { onSuccess: () => "accepted", onFailure: ({ _tag, message }) => `${_tag}: ${message}` })

const Cents = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1_000_000 }))
const Lines = Schema.NonEmptyArray(
  Schema.Struct({ price: Cents, quantity: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 99 })) })
)
const basketOf = (lines: typeof Lines.Type) => lines.map(({ price, quantity }, i) => good(`${i}`, price, { quantity }))

describe("a basket line", () => {
  it("has its total computed: price × quantity + discount", () => {
    const line = good("MUG", 899, { quantity: 3, discount: eur(-97), taxRate: 20 })
    assert.deepEqual(line, {
      type: "good",
      reference: "MUG",
      name: "MUG",
      quantity: 3,
      unitPrice: eur(899),
      discount: eur(-97),
      taxRate: 20,
      total: eur(2600)
    })
  })

  it("is one article, without discount and tax, unless told otherwise", () => {
    const { quantity, discount, taxRate, total } = good("MUG", 899)
    assert.deepEqual(
      { quantity, discount, taxRate, total },
      { quantity: 1, discount: eur(0), taxRate: 0, total: eur(899) }
    )
  })

  it("is refused where its total cannot be computed", () => {
    const line = (options: Partial<Basket.ItemOptions>) =>
      refusalOf(Basket.item("good", { reference: "A", name: "A", unitPrice: eur(899), ...options }))
    assert.strictEqual(line({ quantity: 0.5 }), "NotRepresentable: expected a whole count for EUR, got 0.5")
    assert.strictEqual(line({ discount: usd }), "CurrencyMismatch: expected EUR, got USD")
    assert.include(line({ quantity: 1e12 }), "AmountOutOfRange")
  })
})

describe("a basket", () => {
  it("adds up", () => {
    assert.strictEqual(totalOf([mug, tea]), 3147)
    assert.strictEqual(totalOf([]), 0)
    assert.include(refusalOf(Basket.total([mug], "USD")), "expected USD, got EUR")
  })

  it("takes lines of one currency", () => {
    const basket = Result.getOrThrow(Basket.add([mug], tea))
    assert.deepStrictEqual(basket, [mug, tea])
    assert.deepStrictEqual(Basket.add([], tea), Result.succeed([tea]))
    const tip = Result.getOrThrow(Basket.item("good", { reference: "TIP", name: "Tip", unitPrice: usd }))
    assert.strictEqual(refusalOf(Basket.add([mug], tip)), "CurrencyMismatch: expected EUR, got USD")
  })

  it("takes shipping as a line of type fee", () => {
    const [, line] = Result.getOrThrow(Basket.addShipping([mug], eur(130)))
    assert.deepEqual(
      [line?.type, line?.reference, line?.name, line?.quantity, line?.taxRate, line?.total],
      ["fee", "SHIPPING", "Shipping", 1, 0, eur(130)]
    )
    const [named] = Result.getOrThrow(Basket.addShipping([], eur(130), { reference: "S", name: "Port", taxRate: 20 }))
    assert.deepEqual([named?.reference, named?.name, named?.taxRate], ["S", "Port", 20])
    assert.include(refusalOf(Basket.addShipping([mug], usd)), "CurrencyMismatch")
  })

  describe("when a quantity changes", () => {
    it("recomputes that line's total, and changes neither the others nor the original basket", () => {
      const basket = [mug, tea]
      assert.deepStrictEqual(totals(Result.getOrThrow(Basket.changeQuantity(basket, 0, 2))), [1798, 450])
      assert.deepStrictEqual(totals(basket), [2697, 450])
    })

    it("loses the line at zero", () => {
      assert.deepStrictEqual(Basket.changeQuantity([mug, tea], 0, 0), Result.succeed([tea]))
    })

    it("keeps the line's discount, as long as it is within the price", () => {
      const discounted = good("MUG", 500, { quantity: 3, discount: eur(-500) })
      assert.deepStrictEqual(totals(Result.getOrThrow(Basket.changeQuantity([discounted], 0, 1))), [0])
      const cheap = good("MUG", 400, { quantity: 3, discount: eur(-500) })
      assert.strictEqual(
        refusalOf(Basket.changeQuantity([cheap], 0, 1)),
        "BasketRefused: expected a discount within the line's price, got -5.00 EUR"
      )
    })

    it("refuses quantities below zero, parts of one, and lines that are not there", () => {
      assert.strictEqual(
        refusalOf(Basket.changeQuantity([mug], 0, -1)),
        "BasketRefused: expected a whole quantity from zero, got -1"
      )
      assert.include(refusalOf(Basket.changeQuantity([mug], 0, 1.5)), "got 1.5")
      for (const index of [1, -1, 0.5]) {
        assert.strictEqual(
          refusalOf(Basket.changeQuantity([mug], index, 1)),
          `BasketRefused: expected a line of the 1 there are, counted from zero, got ${index}`
        )
      }
    })
  })

  describe("with a discount on a line", () => {
    it("has it in place of the one before", () => {
      const once = Result.getOrThrow(Basket.discountLine([tea, mug], 1, eur(-100)))
      const twice = Result.getOrThrow(Basket.discountLine(once, 1, eur(-97)))
      assert.deepStrictEqual(totals(once), [450, 2597])
      assert.deepStrictEqual(totals(twice), [450, 2600])
      assert.deepStrictEqual(totals(Result.getOrThrow(Basket.discountLine(twice, 1, eur(0)))), [450, 2697])
    })

    it("may be free, and costs no less", () => {
      assert.deepStrictEqual(totals(Result.getOrThrow(Basket.discountLine([tea], 0, eur(-450)))), [0])
      assert.include(refusalOf(Basket.discountLine([tea], 0, eur(-451))), "a discount within the line's price")
    })

    it("refuses a positive one, one in another currency, and a line that is not there", () => {
      assert.strictEqual(
        refusalOf(Basket.discountLine([tea], 0, eur(1))),
        "BasketRefused: expected 0 or less, got 0.01 EUR"
      )
      const dollar = Money.negate(usd)
      assert.strictEqual(refusalOf(Basket.discountLine([tea], 0, dollar)), "CurrencyMismatch: expected EUR, got USD")
      assert.include(refusalOf(Basket.discountLine([tea], 3, eur(-1))), "got 3")
    })
  })

  describe("with a line of type discount", () => {
    const line = (options: Partial<Basket.ItemOptions>) =>
      Result.getOrThrow(
        Basket.item("discount", { reference: "V", name: "Voucher", unitPrice: eur(0), discount: eur(-550), ...options })
      )
    const fee = Result.getOrThrow(Basket.item("fee", { reference: "S", name: "Shipping", unitPrice: eur(500) }))

    it.each([
      ["without a price, as the service describes it", line({})],
      ["with a price below zero", line({ unitPrice: eur(-550), discount: eur(0) })]
    ])("leaves it as it is when the order is discounted: %s", (_, voucher) => {
      const basket = Result.getOrThrow(Basket.discountOrder([good("A", 2000), voucher, fee], eur(-100)))
      assert.deepStrictEqual(totals(basket), [1900, -550, 500])
      assert.strictEqual(basket[1], voucher)
      assert.strictEqual(basket[2], fee)
    })

    it("recomputes it when its quantity or discount changes", () => {
      const basket = [good("A", 2000), line({})]
      assert.deepStrictEqual(totals(Result.getOrThrow(Basket.changeQuantity(basket, 1, 2))), [2000, -550])
      assert.deepStrictEqual(totals(Result.getOrThrow(Basket.discountLine(basket, 1, eur(-600)))), [2000, -600])
      const each = [good("A", 2000), line({ unitPrice: eur(-550), discount: eur(0) })]
      assert.deepStrictEqual(totals(Result.getOrThrow(Basket.changeQuantity(each, 1, 2))), [2000, -1100])
    })

    it("refuses a discount on the order that exceeds the rest of the goods, whatever the fees", () => {
      const basket = [good("A", 2000), line({}), fee]
      assert.strictEqual(totalOf(Result.getOrThrow(Basket.discountOrder(basket, eur(-1450)))), 500)
      assert.strictEqual(
        refusalOf(Basket.discountOrder(basket, eur(-1451))),
        "BasketRefused: expected a discount on goods of 1450 minor units, got -14.51 EUR"
      )
      assert.include(
        refusalOf(Basket.discountOrder([good("A", 500), line({})], eur(-1))),
        "a discount on goods of 0 minor units"
      )
    })

    it("refuses a discount on a fee beyond its price all the same", () => {
      assert.include(refusalOf(Basket.discountLine([fee], 0, eur(-501))), "a discount within the line's price")
    })
  })

  describe("with a discount on the order", () => {
    it("spreads it over the goods in the ratio of their totals", () => {
      const fee = Result.getOrThrow(Basket.addShipping([good("A", 3000), good("B", 1000)], eur(500)))
      const basket = Result.getOrThrow(Basket.discountOrder(fee, eur(-1001)))
      assert.deepStrictEqual(totals(basket), [2249, 750, 500])
      assert.deepStrictEqual(
        basket.map(({ discount }) => discount.minorUnits as number),
        [-751, -250, 0]
      )
    })

    it("adds it to the discounts that are there", () => {
      const basket = [good("A", 1000, { discount: eur(-200) }), good("B", 800)]
      assert.deepStrictEqual(totals(Result.getOrThrow(Basket.discountOrder(basket, eur(-400)))), [600, 600])
    })

    it("ignores lines that are not goods, whatever their total", () => {
      const back = Result.getOrThrow(Basket.item("discount", { reference: "D", name: "D", unitPrice: eur(-300) }))
      const returned = good("R", -200)
      assert.deepStrictEqual(
        totals(Result.getOrThrow(Basket.discountOrder([back, returned, mug], eur(-450)))),
        [-300, -200, 2247]
      )
      assert.include(
        refusalOf(Basket.discountOrder([back, returned, tea], eur(-1))),
        "a discount on goods of 0 minor units"
      )
    })

    it("of nothing changes nothing", () => {
      const basket = [mug]
      assert.strictEqual(Result.getOrThrow(Basket.discountOrder(basket, eur(0))), basket)
      assert.deepStrictEqual(Basket.discountOrder([], eur(0)), Result.succeed([]))
    })

    it("refuses a positive one, and one beyond the goods", () => {
      assert.strictEqual(
        refusalOf(Basket.discountOrder([mug], eur(5))),
        "BasketRefused: expected 0 or less, got 0.05 EUR"
      )
      const withFee = Result.getOrThrow(Basket.addShipping([tea], eur(100)))
      assert.strictEqual(
        refusalOf(Basket.discountOrder(withFee, eur(-451))),
        "BasketRefused: expected a discount on goods of 450 minor units, got -4.51 EUR"
      )
      assert.include(refusalOf(Basket.discountOrder([], eur(-1))), "goods of 0")
      assert.include(refusalOf(Basket.discountOrder([tea], Money.negate(usd))), "expected EUR, got USD")
    })

    it.prop("falls by it exactly, and leaves no line below zero", [Lines, Cents], ([lines, cents]) => {
      const basket = basketOf(lines)
      const before = totalOf(basket)
      const discount = Math.min(cents, before)
      const after = Result.getOrThrow(Basket.discountOrder(basket, eur(-discount)))
      assert.strictEqual(totalOf(after), before - discount)
      for (const line of after) {
        assert.isAtLeast(line.total.minorUnits, 0)
        assert.deepStrictEqual(
          Basket.lineTotal(line.unitPrice, line.quantity, line.discount),
          Result.succeed(line.total)
        )
      }
    })
  })
})
