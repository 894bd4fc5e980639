/**
 * The steps of an order as straight functions, without a terminal that behaves, without events, a history, queues, faults,
 * traces or effects: what these steps cost wherever they are called from. It shows how far a server could come.
 */
import * as Request from "@hipay-pos/concert-codec/Request"
import * as Response from "@hipay-pos/concert-codec/Response"
import * as OrderRules from "@hipay-pos/core/OrderRules"
import * as Credentials from "@hipay-pos/server/Credentials"
import * as Result from "effect/Result"
import { Hono } from "hono"

const ticket = `${"CARTE BANCAIRE".padEnd(32)}\n`.repeat(20)

/** An app that answers orders. */
export const makeFloor = () => {
  const { header: check } = Credentials.makeCheck([Credentials.defaults])
  const attempts = new Map<string, object>()
  const orders = new Map<string, string>()
  const ledger: Array<object> = []
  const transactions = new Map<string, object>()
  let number = 0

  return new Hono().post("/v1/connector/order", async (c) => {
    if (check(c.req.header("authorization")) === undefined) return c.json({}, 401)
    const { request, body } = OrderRules.read(JSON.parse(await c.req.text()))
    if (request === undefined) return c.json({}, 400)
    const { orderId, amount } = request.order
    if (orders.has(orderId)) return c.json({}, 409)
    const id = `mx${++number}`
    orders.set(orderId, id)
    const shared = { protocolIdentifier: "012345678901", register: "01", currency: amount.currency }
    const asked = Result.getOrThrow(
      Request.encode({ ...shared, version: "0320", action: "debit", amount: amount.minorUnits, ticket: "100" })
    )
    const seen = Result.getOrThrow(Request.decode(asked)).request
    ledger.push({ at: Date.now(), amount: seen.amount, register: seen.register })
    const answer = Result.getOrThrow(
      Response.encode({
        ...shared,
        version: "0320",
        action: "debit",
        amount: amount.minorUnits,
        status: "done",
        authorizationNumber: "123456",
        pan: "497010######7893",
        expiry: "2912",
        tickets: [{ copy: "customer", format: "text", text: ticket }]
      })
    )
    const { response } = Result.getOrThrow(Response.decode(answer))
    attempts.set(id, { id, orderId, body, asked, answer, state: "approved", endedAt: Date.now() })
    transactions.set(id, { id, orderId, amount: response.amount, status: 116 })
    if (ledger.length > 10_000) ledger.length = 0
    if (attempts.size > 10_000) for (const kept of [attempts, orders, transactions]) kept.clear()
    return c.json({ paymentStatus: "Success", receipt: btoa(response.receipt ?? ""), ...(body as object) })
  })
}
