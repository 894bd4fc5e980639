import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { toForm } from "../../src/notifications/Notification.ts"
import { transaction } from "./transaction.ts"

const form = (changes?: Parameters<typeof transaction>[0]) => new URLSearchParams(toForm(transaction(changes)))

/** The fields of a real notification (status 118, by the fixture of a public plugin), card details aside. */
const fields = [
  "state",
  "test",
  "mid",
  "attempt_id",
  "authorization_code",
  "transaction_reference",
  "acquirer_transaction_reference",
  "date_created",
  "date_updated",
  "date_authorized",
  "status",
  "message",
  "authorized_amount",
  "captured_amount",
  "refunded_amount",
  "decimals",
  "currency",
  "ip_address",
  "ip_country",
  "device_id",
  "cdata1",
  "cdata10",
  "avs_result",
  "cvc_result",
  "eci",
  "payment_product",
  "payment_method[pan]",
  "order[id]",
  "order[date_created]",
  "order[attempts]",
  "order[amount]",
  "order[shipping]",
  "order[tax]",
  "order[decimals]",
  "order[currency]",
  "order[customer_id]",
  "order[language]",
  "order[email]"
]

describe("the body of a notification", () => {
  it("has every field of a real one", () => {
    const keys = [...form().keys()]
    for (const field of fields) assert.include(keys, field)
    assert.strictEqual(new Set(keys).size, keys.length)
  })

  it("percent-encodes keys and values", () => {
    assert.include(toForm(transaction()), "&order%5Bid%5D=ORDER_1&")
    assert.include(toForm(transaction()), "&date_created=2026-03-05T12%3A06%3A55%2B0000&")
    assert.include(toForm(transaction()), "&payment_method%5Bpan%5D=497010%2A%2A%2A%2A%2A%2A0014&")
  })

  it("has amounts in major units, unlike the order", () => {
    const captured = form()
    assert.strictEqual(captured.get("captured_amount"), "15.00")
    assert.strictEqual(captured.get("order[amount]"), "15.00")
    assert.strictEqual(form({ currency: "JPY" }).get("captured_amount"), "1500.00")
    const dinars = form({ currency: "KWD" })
    assert.strictEqual(dinars.get("captured_amount"), "1.500")
    assert.strictEqual(dinars.get("refunded_amount"), "0.000")
    assert.strictEqual(dinars.get("decimals"), "3")
    assert.strictEqual(form({ currency: "KWD", status: 116 }).get("captured_amount"), "0.000")
  })

  it("has nothing captured while the transaction is only authorized", () => {
    const authorized = form({ status: 116 })
    assert.strictEqual(authorized.get("authorized_amount"), "15.00")
    assert.strictEqual(authorized.get("captured_amount"), "0.00")
    assert.strictEqual(authorized.get("message"), "Authorized")
    assert.strictEqual(authorized.get("state"), "completed")
  })

  it("remembers when a captured transaction was authorized", () => {
    assert.strictEqual(form().get("date_authorized"), "")
    assert.strictEqual(form({ authorizedAt: 0 }).get("date_authorized"), "1970-01-01T00:00:00+0000")
  })

  it("shows the card as the platform does: first six digits, stars, last four", () => {
    assert.strictEqual(form().get("payment_method[pan]"), "497010******0014")
    assert.strictEqual(form().get("payment_method[card_expiry_month]"), "12")
    assert.strictEqual(form().get("payment_method[card_expiry_year]"), "2031")
  })

  it("tells of a cancelled transaction as declined", () => {
    assert.strictEqual(form({ status: 115 }).get("state"), "declined")
  })

  it("has nothing captured if money went back to a card", () => {
    for (const status of [168, 169] as const) {
      const credit = form({ status })
      assert.strictEqual(credit.get("order[amount]"), "15.00")
      assert.strictEqual(credit.get("authorized_amount"), "15.00")
      assert.strictEqual(credit.get("captured_amount"), "0.00")
      assert.strictEqual(credit.get("refunded_amount"), "0.00")
    }
    assert.strictEqual(form({ status: 168 }).get("message"), "Debited (cardholder credit)")
    assert.strictEqual(form({ status: 169 }).get("message"), "Credit requested")
  })

  it("hands over fees, the customer and custom data", () => {
    const full = form({
      order: {
        price: { amount: 1500, shipping_fees: 1.1, tax_fees: 1.3 },
        custom_data: {
          internal_reference: "ORD_1",
          first: true,
          nested: { a: 1, of: [true, { b: "x & y" }] },
          none: null
        }
      },
      customer: { customer_id: "283749291", email: "a@example.org" }
    })
    assert.strictEqual(full.get("order[shipping]"), "1.10")
    assert.strictEqual(full.get("order[tax]"), "1.30")
    assert.strictEqual(full.get("order[customer_id]"), "283749291")
    assert.strictEqual(full.get("order[email]"), "a@example.org")
    assert.strictEqual(full.get("custom_data[internal_reference]"), "ORD_1")
    assert.strictEqual(full.get("custom_data[first]"), "true")
    assert.strictEqual(full.get("custom_data[nested][a]"), "1")
    assert.strictEqual(full.get("custom_data[nested][of][0]"), "true")
    assert.strictEqual(full.get("custom_data[nested][of][1][b]"), "x & y")
    assert.strictEqual(full.get("custom_data[none]"), "")
  })

  it.effect.prop(
    "can be made and read back whatever custom data holds",
    [Schema.String, Schema.String],
    ([key, value]) =>
      Effect.sync(() => {
        const read = form({ order: { custom_data: { [key]: value } } })
        assert.strictEqual(read.get(`custom_data[${key.toWellFormed()}]`), value.toWellFormed())
      })
  )

  it("replaces lone surrogates, which a form cannot carry", () => {
    assert.strictEqual(form({ order: { custom_data: { note: "\ud800" } } }).get("custom_data[note]"), "\ufffd")
  })
})
