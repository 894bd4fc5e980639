/**
 * The steps of an order as plain functions, without sessions, queues, histories, events, repeated requests or traces: the
 * minimal cost of these steps, and so the best that a server could reach.
 */
import type { Address } from "@hipay-pos/concert-codec/Connection"
import * as Request from "@hipay-pos/concert-codec/Request"
import * as Response from "@hipay-pos/concert-codec/Response"
import * as OrderRules from "@hipay-pos/core/OrderRules"
import * as Credentials from "@hipay-pos/server/Credentials"
import * as Result from "effect/Result"
import { Hono } from "hono"

/** The answer of the terminal at an address to a request. */
export type Ask = (asked: string, address: Address) => Promise<string>

/** Records an attempt; resolves once it is written. */
export type Write = (id: string, json: string) => Promise<void>

/** An app that answers orders, paid at the terminals that they name; if it records them, first as claimed. */
export const makeFloor = ({ ask, write }: { readonly ask: Ask; readonly write?: Write }) => {
  const { header: check } = Credentials.makeCheck([Credentials.defaults])
  const attempts = new Map<string, object>()
  const orders = new Map<string, string>()
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
    const asked = Result.getOrThrow(
      Request.encode({
        version: "0320",
        action: "debit",
        protocolIdentifier: "012345678901",
        register: "01",
        amount: amount.minorUnits,
        currency: amount.currency,
        privateData: orderId
      })
    )
    await write?.(id, JSON.stringify({ id, orderId, body, asked, state: "open" }))
    const answer = await ask(asked, request.target._tag === "Concert" ? request.target : { host: "", port: 0 })
    const { response } = Result.getOrThrow(Response.decode(answer))
    if (response.status !== "done") return c.json({}, 402)
    const attempt = { id, orderId, body, asked, answer, state: "approved", endedAt: Date.now() }
    await write?.(id, JSON.stringify(attempt))
    attempts.set(id, attempt)
    transactions.set(id, { id, orderId, amount: response.amount, status: 116 })
    if (attempts.size > 10_000) for (const kept of [attempts, orders, transactions]) kept.clear()
    return c.json({ paymentStatus: "Success", receipt: btoa(response.receipt ?? ""), ...(body as object) })
  })
}
