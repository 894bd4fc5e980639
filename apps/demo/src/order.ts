/** The order that the demo pays: a small basket with a discount, made and checked by core. */
import { Basket, Money, OrderRequest, TerminalTarget, Wire } from "@hipay-pos/core"
import * as Result from "effect/Result"

/** The order's body, for the terminal at an address. */
export const makeOrder = (orderId: string, host: string, port: number): Wire.RootOrder.RootOrder =>
  Result.getOrThrow(
    Result.gen(function* () {
      const eur = (decimal: number) => Money.fromDecimal(decimal, "EUR")
      const basket = [
        yield* Basket.item("good", {
          reference: "MUG-01",
          name: "Stoneware mug",
          quantity: 2,
          unitPrice: yield* eur(12.9),
          discount: yield* eur(-2.5),
          taxRate: 20
        }),
        yield* Basket.item("good", {
          reference: "COF-250",
          name: "Coffee, 250 g",
          unitPrice: yield* eur(8.4),
          taxRate: 5.5,
          ean: "4006381333931"
        })
      ]
      const amount = yield* Basket.total(basket, "EUR")
      const contracts = [
        { merchantContract: "1234567", rank: "001", paymentApplication: "001" },
        { merchantContract: "1234567", rank: "002", paymentApplication: "00B" }
      ]
      const target = TerminalTarget.concert({ host, port, contracts })
      const request = yield* OrderRequest.make({ orderId, amount, basket, description: "Demo sale" }, target)
      return Wire.Conversion.fromRequest(request)
    })
  )

/** The amount that it asks for. */
export const amountOf = ({ order }: Wire.RootOrder.RootOrder): string =>
  Money.toText(Result.getOrThrow(Money.make(order.price.amount, order.price.currency ?? "EUR")))
