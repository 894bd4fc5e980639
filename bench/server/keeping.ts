/** A bare Hono app that keeps the last ten thousand orders in memory, parsed and as text. */
import { Hono } from "hono"

const KEPT_ORDERS = 10_000

export const makeKeeping = () => {
  const orders = new Map<number, object>()
  let number = 0
  return new Hono().post("/v1/connector/order", async (c) => {
    const text = await c.req.text()
    const body = JSON.parse(text)
    orders.set(++number, { text, body })
    orders.delete(number - KEPT_ORDERS)
    return c.json(body)
  })
}
