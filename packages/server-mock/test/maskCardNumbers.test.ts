import { assert, describe, it } from "@effect/vitest"
import { maskOrder, maskTexts, mayHoldCards } from "@hipay-pos/server/testing"
import * as Schema from "effect/Schema"
import { makeServer, order } from "./server.ts"

const PAN = "4970101234567890"
const valid = "4970101234567893"

const bytesOf = (text: string) => new TextEncoder().encode(text)

const Pieces = Schema.Union([
  Schema.Literals([valid, "4006381333931", "4970 1012-3456 7893", "4", "european_article_numbering", Number(valid)]),
  Schema.Finite
])

describe("card numbers in an order", () => {
  it("are covered in texts, groups, lists and numbers, at the same length", () => {
    const { json, paths } = maskOrder({
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
    assert.strictEqual(maskOrder(body).json, body)
  })

  it("may have other digits right beside them", () => {
    assert.deepStrictEqual(maskOrder({ note: `0000${valid}` }).json, { note: "0000497010######7893" })
  })

  it("are masked in keys, which stay apart", () => {
    const { json, paths } = maskOrder({ order: { custom_data: { [valid]: 1, "4970103214567893": 2, note: 3 } } })
    assert.deepStrictEqual<unknown>(json, {
      order: { custom_data: { "497010######7893": 1, "497010######7893 (2)": 2, note: 3 } }
    })
    assert.deepStrictEqual(paths, ["order.custom_data.497010######7893", "order.custom_data.497010######7893"])
  })

  it("are masked in every field but the order's id", () => {
    const { json } = maskOrder({
      order: {
        order_id: valid,
        customer_id: valid,
        basket: [{ product_reference: valid, european_article_numbering: valid }],
        custom_data: { order_id: valid, url: valid, host: valid, amount: Number(valid) }
      },
      pos_technical_info: { host_information: { host: valid } }
    })
    const masked = "497010######7893"
    assert.deepStrictEqual<unknown>(json, {
      order: {
        order_id: valid,
        customer_id: masked,
        basket: [{ product_reference: masked, european_article_numbering: masked }],
        custom_data: { order_id: masked, url: masked, host: masked, amount: masked }
      },
      pos_technical_info: { host_information: { host: masked } }
    })
  })

  it("are masked with the security code, which may have a field of its own", () => {
    const { json, paths } = maskOrder({
      order: { custom_data: { card: valid, cvv: "123", cardCvc: 1234, table: "123" } }
    })
    assert.deepStrictEqual<unknown>(json, {
      order: { custom_data: { card: "497010######7893", cvv: "###", cardCvc: "####", table: "123" } }
    })
    assert.deepStrictEqual(paths, ["order.custom_data.card", "order.custom_data.cvv", "order.custom_data.cardCvc"])
  })

  it("are masked in a number that stands for the order's id or its address, which are texts", () => {
    const number = Number(valid)
    const { json } = maskOrder({ order: { order_id: number }, pos_technical_info: { notify_url: number } })
    const masked = "497010######7893"
    assert.deepStrictEqual<unknown>(json, { order: { order_id: masked }, pos_technical_info: { notify_url: masked } })
  })

  it("are masked under a key that looks like the path of the order's id or its address", () => {
    for (const key of ["order.order_id", "pos_technical_info.notify_url"])
      assert.deepStrictEqual<unknown>(maskOrder({ [key]: valid }).json, { [key]: "497010######7893" })
  })

  it("are masked in the address of notifications where they are a brand's, and other numbers that it is called by stay", () => {
    for (const [id, orderId] of [
      ["5034567890003", "A"],
      ["20261129153049", "A"],
      [valid, valid]
    ] as const) {
      assert.notStrictEqual(maskTexts(id), id)
      const url = `https://shop.example/notify/${id}?shop=1`
      const body = { order: { order_id: orderId }, pos_technical_info: { notify_url: url } }
      assert.deepStrictEqual(maskOrder(body), { json: body, paths: [] })
    }
    for (const [url, expected] of [
      [`https://shop.example/${valid}/A`, "https://shop.example/497010######7893/A"],
      ["https://shop.example/?n=4970-1012-3456-7893", "https://shop.example/?n=4970-10##-####-7893"]
    ] as const) {
      const { json, paths } = maskOrder({ order: { order_id: "A" }, pos_technical_info: { notify_url: url } })
      assert.deepNestedInclude(json as object, { "pos_technical_info.notify_url": expected })
      assert.deepStrictEqual(paths, ["pos_technical_info.notify_url"])
    }
  })

  it("are not seen in an article's number, whose own check digit is right", () => {
    const basket = [{ european_article_numbering: "4006381333931" }]
    const body = { order: { basket } }
    assert.strictEqual(maskOrder(body).json, body)
  })

  it("are not looked for where a basket has nothing but article numbers", () => {
    const article = (number: string) => ({ order: { basket: [{ european_article_numbering: number, quantity: 1 }] } })
    const mayHold = (order: unknown, space?: number) => mayHoldCards(bytesOf(JSON.stringify(order, undefined, space)))
    for (const space of [undefined, 1]) {
      assert.isFalse(mayHold(article("4006381333931"), space))
      // Its own check digit is wrong, a digit follows, it stands elsewhere.
      assert.isTrue(mayHold(article("4006381333932"), space))
      assert.isTrue(mayHold(article("40063813339310"), space))
      assert.isTrue(mayHold({ european_article_number: "4006381333931" }, space))
    }
  })

  it.prop(
    "are looked for in every text that holds one",
    [Schema.Array(Pieces), Schema.Literals([0, 1])],
    ([all, space]) => {
      const text = JSON.stringify({ order: { [all.join("")]: all.join(" "), each: all } }, undefined, space)
      if (maskOrder(JSON.parse(text)).paths.length > 0) assert.isTrue(mayHoldCards(bytesOf(text)), text)
    }
  )

  it("keep an order from nothing, and are warned of", async () => {
    await using server = makeServer()
    const { status, header, body } = await server.send(order({ order: { description: valid } }))
    assert.strictEqual(status, 200)
    assert.strictEqual(body.order?.description, "497010######7893")
    assert.include(header("X-Hipay-Pos-Warnings"), "card-number")
  })
})
