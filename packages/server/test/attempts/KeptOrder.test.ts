import { assert, describe, it } from "@effect/vitest"
import { KeptOrder } from "../../src/attempts/KeptOrder.ts"

const body = { order: { order_id: "A" }, customer: { email: "ada@example.org" } }

describe("an order that is kept", () => {
  it("returns the same body whether it is cached or parsed", () => {
    const kept = new KeptOrder(body)
    assert.strictEqual(kept.body, body)
    kept.dropBody()
    assert.deepStrictEqual(kept.body, body)
    assert.deepStrictEqual(JSON.parse(JSON.stringify({ order: kept })), { order: body })
  })

  it("keeps the text as received", () => {
    const text = '{ "order": {"order_id":"A", "amount": 1.0} }'
    const kept = new KeptOrder(JSON.parse(text), text)
    kept.dropBody()
    assert.strictEqual(kept.json, text)
    assert.deepStrictEqual(kept.body, { order: { order_id: "A", amount: 1 } })
  })

  it("is one line without indentation, however it was sent", () => {
    const given = { order: { order_id: "A", description: "two\nlines" } }
    const text = JSON.stringify(given)
    for (const indented of [JSON.stringify(given, null, 2), text.replace("{", "{\r"), text.replaceAll(":", ":   ")]) {
      assert.strictEqual(new KeptOrder(given, indented).json, text)
    }
  })

  it("knows without its body whether it has personal data", () => {
    for (const [given, expected] of [
      [body, true],
      [{ shipping: null }, true],
      [{ custom_data: { customer: "Ada" } }, false],
      [null, false]
    ] as const) {
      const kept = new KeptOrder(given)
      kept.dropBody()
      assert.strictEqual(kept.hasPersonalData, expected)
      assert.deepStrictEqual(kept.body, given)
    }
  })

  it("is the same object if nothing changes, otherwise another one", () => {
    const kept = new KeptOrder(body)
    assert.strictEqual(
      kept.map((it) => it),
      kept
    )
    const changed = kept.map(() => ({ order: 1 }))
    assert.strictEqual(changed.json, '{"order":1}')
    assert.deepStrictEqual(kept.body, body)
  })
})
