import { assert, describe, it } from "@effect/vitest"
import * as Discrepancy from "@hipay-pos/core/Discrepancy"
import type { TransactionType } from "@hipay-pos/core/TransactionType"

const action = (type: TransactionType, believed: number, paid: number) =>
  Discrepancy.actionFor(type, { believed, paid, currency: "EUR" })

describe("another sum than was believed", () => {
  it("of a payment is collected, or refunded where the order was paid another way", () => {
    assert.strictEqual(action("Debit", 1250, 0), "Collect 12.50 EUR from the customer")
    assert.strictEqual(
      action("Debit", 500, 1250),
      "If the order was paid again or another way, refund 7.50 EUR to the customer"
    )
  })

  it("of a refund is given back, or collected where it was given back another way", () => {
    assert.strictEqual(action("Credit", 1250, 0), "Give 12.50 EUR back to the customer")
    assert.strictEqual(
      action("Credit", 500, 1250),
      "If the money was given back another way, collect 7.50 EUR from the customer"
    )
  })

  it("of a cancellation is refunded, or collected where the sale should stand", () => {
    assert.strictEqual(action("Cancel", 1250, 0), "The sale stands: refund 12.50 EUR to the customer")
    assert.strictEqual(
      action("Cancel", 0, 1250),
      "If the sale should stand, or was refunded another way, collect 12.50 EUR from the customer"
    )
  })
})
