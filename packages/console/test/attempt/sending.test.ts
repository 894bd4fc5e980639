import { execFileSync } from "node:child_process"
import { assert, describe, it } from "vitest"
import { toCurl } from "../../src/attempt/curl.ts"
import { nextOrderId, withOrderId } from "../../src/attempt/orderId.ts"

describe("an order as a curl command", () => {
  it("reaches a shell as it is, whatever quotes and signs stand in it", () => {
    const body = { order: { name: `it's "$HOME" \`id\` \\ \n é 🧾`, id: "'; echo no; '" } }
    const command = toCurl("http://127.0.0.1:8090", body).replace(/^curl/, "printf '%s\\0'")
    const said = execFileSync("sh", ["-c", command], { encoding: "utf8", env: {} }).split("\0")
    assert.strictEqual(said[0], "http://127.0.0.1:8090/v1/connector/order")
    assert.deepStrictEqual(JSON.parse(said[said.indexOf("--data") + 1] ?? ""), body)
  })

  it("takes the login from the environment", () => {
    assert.include(toCurl("http://127.0.0.1:8090", {}), '--user "$HIPAY_POS_LOGIN:$HIPAY_POS_PASSWORD"')
  })
})

describe("sending an order again", () => {
  it("says so in the order id, and never counts up a number of the shop's own", () => {
    assert.strictEqual(nextOrderId("SALE-000041"), "SALE-000041-again")
    assert.strictEqual(nextOrderId("SALE-000041-again"), "SALE-000041-again-2")
    assert.strictEqual(nextOrderId("SALE-000041-again-2"), "SALE-000041-again-3")
  })

  it("changes nothing but the order id", () => {
    const body = { order: { order_id: "A", price: { amount: 1 } }, customer: { id: 1 } }
    assert.deepStrictEqual(withOrderId(body, "B"), { ...body, order: { order_id: "B", price: { amount: 1 } } })
  })
})
