import { assert, describe, it } from "@effect/vitest"
import { hide } from "../src/cardNumbers.ts"
import { makeServer, order } from "./server.ts"

const PAN = "4970101234567890"
const valid = "4970101234567893"

describe("card numbers in an order", () => {
  it("are covered in texts, groups, lists and numbers, at the same length", () => {
    const { json, paths } = hide({
      order: { description: `card ${valid}.`, custom_data: { seen: Number(valid), all: ["4970 1012-3456 7893"] } },
      customer: { first_name: valid }
    })
    assert.deepStrictEqual<unknown>(json, {
      order: {
        description: "card 497010######7893.",
        custom_data: { seen: "497010######7893", all: ["4970 10##-#### 7893"] }
      },
      customer: { first_name: "497010######7893" }
    })
    assert.deepStrictEqual(paths, [
      "order.description",
      "order.custom_data.seen",
      "order.custom_data.all[0]",
      "customer.first_name"
    ])
  })

  it("are not seen where the check digit is wrong, the beginning is none of a card's, or the number is short", () => {
    const custom_data = { at: 1537532589263, huge: 1e20 }
    const body = { order: { description: `${PAN}, 1537532589263, 497010123456`, custom_data } }
    assert.strictEqual(hide(body).json, body)
  })

  it("may hide in runs that are longer than any card number", () => {
    assert.deepStrictEqual(hide({ note: `0000${valid}` }).json, { note: "000049##########7893" })
  })

  it("are let alone in ids, by which others know the order", () => {
    const body = order({ order: { order_id: valid, basket: [{ product_reference: valid }] } })
    assert.strictEqual(hide(body).json, body)
  })

  it("keep an order from nothing, and are warned of", async () => {
    await using server = makeServer()
    const { status, header, body } = await server.send(order({ order: { description: valid } }))
    assert.strictEqual(status, 200)
    assert.strictEqual(body.order?.description, "497010######7893")
    assert.include(header("X-Hipay-Pos-Warnings"), "card-number")
  })
})
