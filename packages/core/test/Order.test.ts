import { assert, describe, it } from "@effect/vitest"
import * as Basket from "@hipay-pos/core/Basket"
import * as Finding from "@hipay-pos/core/Finding"
import * as Money from "@hipay-pos/core/Money"
import * as Order from "@hipay-pos/core/Order"
import * as OrderRequest from "@hipay-pos/core/OrderRequest"
import * as TerminalTarget from "@hipay-pos/core/TerminalTarget"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"

const target = TerminalTarget.concert({ host: "192.168.1.20", contracts: [{ merchantContract: "1234567" }] })
const amount = Result.getOrThrow(Money.fromDecimal("12.50", "EUR"))
const mug = Result.getOrThrow(Basket.item("good", { reference: "MUG", name: "Mug", unitPrice: amount }))

describe("A request", () => {
  it("has the contract's defaults for fields that a till leaves out", () => {
    assert.deepStrictEqual(Result.getOrThrow(OrderRequest.make({ orderId: "A", amount }, target)), {
      order: {
        orderId: "A" as Order.OrderId,
        transactionType: "Debit",
        amount,
        basket: [],
        description: "POS payment",
        initializePaymentTerminal: true
      },
      target,
      forceAuthorization: false,
      pushTo: "POS"
    })
  })

  it("has what a till says", () => {
    const options = {
      orderId: "A",
      transactionType: "Credit",
      amount,
      basket: [mug],
      description: "A mug",
      longDescription: "A mug with a handle",
      initializePaymentTerminal: false,
      customer: { email: "cathy@shop.example" }
    } as const
    const wishes = { forceAuthorization: true, pushTo: "SDK", notifyUrl: "https://shop.example/notify" } as const
    const { order, ...request } = Result.getOrThrow(OrderRequest.make(options, target, wishes))
    assert.deepStrictEqual(order, { ...options, orderId: "A" as Order.OrderId })
    assert.deepStrictEqual(request, { target, ...wishes })
  })

  it("survives its own schema, through JSON", () => {
    const request = Result.getOrThrow(OrderRequest.make({ orderId: "A", amount, basket: [mug] }, target))
    const json = JSON.parse(JSON.stringify(Schema.encodeSync(Order.OrderRequest)(request)))
    assert.deepStrictEqual(Schema.decodeUnknownSync(Order.OrderRequest)(json), request)
  })

  it("is not read out of anything else", () => {
    const request = Result.getOrThrow(OrderRequest.make({ orderId: "A", amount, basket: [mug] }, target))
    const decode = Schema.decodeUnknownResult(Order.OrderRequest)
    for (const wrong of [
      {},
      { ...request, order: {} },
      { ...request, order: { ...request.order, orderId: "" } },
      { ...request, order: { ...request.order, basket: [{}] } },
      { ...request, order: { ...request.order, amount: { currency: "EUR", minorUnits: 0.5 } } },
      { ...request, target: { ...target, host: "" } },
      { ...request, pushTo: "PAPER" }
    ]) {
      assert.isTrue(Result.isFailure(decode(wrong)), JSON.stringify(wrong))
    }
  })
})

describe("Schemas of the domain", () => {
  it("have names that a document can refer to, apart from the contract's", () => {
    for (const [schema, name] of [
      [Money.Money, "Money"],
      [Basket.BasketItem, "DomainBasketItem"],
      [Order.Order, "DomainOrder"],
      [Order.OrderRequest, "OrderRequest"],
      [Finding.Finding, "Finding"]
    ] as const) {
      assert.strictEqual(SchemaAST.resolveIdentifier(schema.ast), name)
    }
  })
})
