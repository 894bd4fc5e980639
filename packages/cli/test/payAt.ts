/** The answer of a server to an order of 1 EUR for a terminal, on this machine unless `host` says otherwise. */
import { orderFor } from "../../../tests/order.ts"

export const payAt = (
  url: string,
  orderId: string,
  port: number,
  { host = "127.0.0.1", login = "merchant:secret" } = {}
): Promise<Response> =>
  fetch(`${url}/v1/connector/order`, {
    method: "POST",
    headers: { authorization: `Basic ${btoa(login)}`, "content-type": "application/json" },
    body: JSON.stringify(orderFor(orderId, { host, port }, { price: { amount: 100, currency: "EUR" } }))
  })
