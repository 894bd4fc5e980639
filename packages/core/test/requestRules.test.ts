/** The rules give the same findings for a request of the domain as for the JSON that carries it. */
import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Basket from "@hipay-pos/core/Basket"
import * as Finding from "@hipay-pos/core/Finding"
import type * as Money from "@hipay-pos/core/Money"
import type { OrderId, OrderRequest as OrderRequestType } from "@hipay-pos/core/Order"
import * as OrderRequest from "@hipay-pos/core/OrderRequest"
import * as OrderRules from "@hipay-pos/core/OrderRules"
import { TransactionType } from "@hipay-pos/core/TransactionType"
import * as Conversion from "@hipay-pos/core/wire/Conversion"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

describe("the rules of a request and of the JSON that carries it", () => {
  const Text = Schema.optionalKey(
    Schema.Union([Schema.String, Schema.Literals(["", "FR", "2026-02-29", "1234567", "001"])])
  )
  const Units = Schema.Union([
    Schema.Int.check(Schema.isBetween({ minimum: -300, maximum: 300 })),
    Schema.Int.check(Schema.isBetween({ minimum: -2_000_000_000_000, maximum: 2_000_000_000_000 }))
  ])
  const Line = Schema.Struct({
    type: Basket.BasketItemType,
    quantity: Schema.Union([Schema.Literals([-1, 0, 1, 2, 3]), Schema.Int, Schema.Finite]),
    taxRate: Schema.Finite,
    unitPrice: Units,
    discount: Units,
    total: Units,
    addsUp: Schema.Boolean,
    ean: Text,
    category: Schema.optionalKey(Schema.Int),
    url: Text
  })
  const Address = Schema.optionalKey(Schema.Struct({ country: Text, city: Text }))
  const Input = Schema.Struct({
    orderId: Schema.String,
    currency: Schema.Literals(["EUR", "EUR", "JPY", "KWD", "FRF"]),
    amount: Schema.Union([Units, Schema.Finite]),
    addsUp: Schema.Boolean,
    lines: Schema.Array(Line),
    taxFees: Schema.optionalKey(Units),
    shippingFees: Schema.optionalKey(Units),
    customData: Schema.optionalKey(
      Schema.Record(Schema.String, Schema.Union([Schema.String, Schema.Boolean, Schema.Array(Schema.String)]))
    ),
    customer: Schema.optionalKey(Schema.Struct({ email: Text, birthdate: Text, address: Address })),
    shipping: Schema.optionalKey(Schema.Struct({ deliveryDate: Text, address: Address })),
    transactionType: TransactionType,
    notifyUrl: Text,
    target: Schema.Union([
      Schema.Struct({
        _tag: Schema.Literal("Concert"),
        version: Schema.Literals(["3.1", "3.2"]),
        host: Schema.String,
        port: Schema.Int,
        contracts: Schema.Array(Schema.Struct({ merchantContract: Text, rank: Text, paymentApplication: Text }))
      }),
      Schema.Struct({ _tag: Schema.Literal("Nepting"), serialNumber: Schema.String, manufacturer: Schema.String })
    ])
  })

  const requestOf = (input: typeof Input.Type): OrderRequestType => {
    const money = (minorUnits: number) => ({ currency: input.currency, minorUnits }) as Money.Money
    const basket = input.lines.map(({ unitPrice, discount, total, addsUp, ...line }) => {
      const product = unitPrice * line.quantity + discount
      return {
        ...line,
        reference: "A",
        name: "Article",
        unitPrice: money(unitPrice),
        discount: money(discount),
        // Money is a whole number that JSON carries exactly.
        total: money(addsUp && Number.isSafeInteger(product) ? product : total)
      }
    })
    const sum = basket.reduce((all, { total }) => all + total.minorUnits, 0)
    const { taxFees, shippingFees, orderId, customData, customer, shipping, transactionType, target, notifyUrl } = input
    return {
      order: {
        orderId: orderId as OrderId,
        transactionType,
        amount: money(input.addsUp ? sum : input.amount),
        basket,
        description: "",
        initializePaymentTerminal: true,
        ...(taxFees === undefined ? {} : { taxFees: money(taxFees) }),
        ...(shippingFees === undefined ? {} : { shippingFees: money(shippingFees) }),
        ...(customData && { customData }),
        ...(customer && { customer }),
        ...(shipping && { shipping })
      },
      target,
      forceAuthorization: false,
      pushTo: "POS",
      ...(notifyUrl === undefined ? {} : { notifyUrl })
    }
  }

  const plainest: typeof Input.Type = {
    orderId: "A",
    currency: "EUR",
    amount: 1,
    addsUp: false,
    lines: [],
    transactionType: "Debit",
    target: { _tag: "Concert", version: "3.1", host: "a", port: 1, contracts: [] }
  }

  /** The findings for a minimal order with fields as an untyped program may pass them. */
  const findingsWith = (fields: object) => {
    const { order, ...request } = requestOf(plainest)
    return OrderRules.check({ ...request, order: { ...order, ...fields } })
  }

  it("find a positive discount where the order's currency is not known, too", () => {
    const money = (minorUnits: number, currency: string) => ({ minorUnits, currency }) as Money.Money
    const findingsOf = (currency: string) => {
      const line = { type: "good", quantity: 1, reference: "A", name: "Article", taxRate: 0 }
      const amounts = { unitPrice: money(500, "XXQ"), discount: money(100, currency), total: money(500, "XXQ") }
      const order = { orderId: "A", amount: money(500, "XXQ"), basket: [{ ...line, ...amounts }] }
      return findingsWith(order)
        .filter(({ code }) => code === "discount-positive")
        .map(({ path, actual }) => [path, actual])
    }
    assert.deepStrictEqual(findingsOf("XXQ"), [["order.basket[0].discount", "100 minor units"]])
    assert.deepStrictEqual(findingsOf("EUR"), [["order.basket[0].discount", "1.00"]])
  })

  it("find an amount below zero of a currency that is not known", () => {
    const shippingFees = { minorUnits: -100, currency: "XXQ" }
    assert.deepStrictEqual(
      findingsWith({ shippingFees }).flatMap(({ code, path }) => (path.endsWith("fees") ? [code] : [])),
      ["currency-mismatch", "minimum"]
    )
  })

  it.effect.prop(
    "find the same, in the same order",
    [Input],
    ([input]) =>
      Effect.sync(() => {
        const request = requestOf(input)
        const read = OrderRules.read(JSON.parse(JSON.stringify(Conversion.fromRequest(request))))
        assert.deepStrictEqual(OrderRules.check(request), read.findings)
        if (!Finding.refuses(read.findings)) assert.isDefined(read.request)
      }),
    { arbitrary: { runs: 1_000 } }
  )
})

describe("a request of a program without types", () => {
  const { request } = OrderRules.read(
    JSON.parse(readFileSync(new URL("fixtures/orders/full.json", import.meta.url), "utf8"))
  )

  /** The value once for each place in it, with another value there. */
  function* replacing(value: object, other: unknown): Generator<unknown> {
    for (const [name, inner] of Object.entries(value)) {
      const within = (replaced: unknown) =>
        Array.isArray(value) ? value.with(Number(name), replaced) : { ...value, [name]: replaced }
      yield within(other)
      if (typeof inner === "object" && inner !== null) {
        for (const replaced of replacing(inner, other)) yield within(replaced)
      }
    }
  }

  /** Never throws, whatever is wrong inside. */
  const accepted = ({ order, target, ...options }: OrderRequestType): OrderRequestType | undefined =>
    order && target ? Result.getOrUndefined(OrderRequest.make(order, target, options)) : undefined

  /** As JSON, in which an empty merchant contract is none. */
  const plain = (value: unknown): unknown =>
    JSON.parse(JSON.stringify(value), (name, inner) =>
      name === "merchantContract" && inner === "" ? undefined : inner
    )

  const others = [undefined, null, "", "x", 0, -1, 1.5, Number.NaN, 1e21, true, {}, [], [null]]

  it.each(others.map((other) => ({ other })))(
    "with $other anywhere in it is refused, or is the order that its JSON says",
    ({ other }) => {
      assert.isDefined(request)
      let count = 0
      for (const changed of replacing(request ?? {}, other)) {
        const kept = accepted(changed as OrderRequestType)
        if (kept === undefined) continue
        count++
        const { request: read, findings } = OrderRules.read(JSON.parse(JSON.stringify(Conversion.fromRequest(kept))))
        assert.isFalse(Finding.refuses(findings), findings.map(Finding.toText).join())
        assert.deepStrictEqual(plain(read), plain(kept))
      }
      assert.isAbove(count, 0)
    }
  )

  it("says which amount is invalid, and what else is wrong", () => {
    const line = { type: "good", reference: "A", name: "a", quantity: 1, taxRate: 0 }
    const money = { minorUnits: 1250, currency: "EUR" }
    const order = {
      orderId: "",
      amount: money,
      shippingFees: 1.3,
      basket: [{ ...line, unit_price: 12.5, total: { minorUnits: 1250 } }, null]
    } as unknown as OrderRequestType["order"]
    const target = { _tag: "Concert", version: "3.2", host: "a", port: 8888, contracts: [null] } as never
    const refused = Result.getOrThrow(Result.flip(OrderRequest.make(order, target)))
    assert.deepStrictEqual(
      refused.findings.map(({ path, actual }) => [path, actual]),
      [
        ["order.price.shipping_fees", "1.3"],
        ["order.basket[0].unit_price", "nothing"],
        ["order.basket[0].total_amount", "nothing"],
        ["order.basket[1].unit_price", "nothing"],
        ["order.basket[1].total_amount", "nothing"],
        ["order.order_id", "an empty text"],
        ["pos_technical_info.terminal_transaction_display.contract_array", "none"]
      ]
    )
  })
})
