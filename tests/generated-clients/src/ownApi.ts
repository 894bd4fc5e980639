/** A client generated from this server's own document, used as its types ask for. */
import createClient from "openapi-fetch"
import type { components, paths } from "../generated/openapi.ts"

type Order = components["schemas"]["RootOrder"]

const order = (orderId: string, host: string): Order => ({
  order: {
    order_id: orderId,
    transaction_type: "Debit",
    initialize_payment_terminal: true,
    price: { amount: 1250, currency: "EUR" },
    description: "Two coffees"
  },
  pos_technical_info: {
    host_information: { host, port: 8888 },
    terminal_transaction_display: {
      contract_array: [{ merchant_contract: "1234567", rank: "001", payment_application: "001" }],
      push_to: "POS",
      protocol: "ConcertV3.2",
      force_authorization: false
    }
  }
})

/** What the server says, its attempts included, asked through the client's types. */
export const use = async (baseUrl: string, authorization: string) => {
  const client = createClient<paths>({ baseUrl, headers: { Authorization: authorization } })
  // Asked for `respond-async`, the server would answer where to look; it was not.
  const pay = async (body: Order) => {
    const { data, error } = await client.POST("/v1/connector/order", { body })
    return data !== undefined && "attempt" in data ? {} : { data, error }
  }
  const paid = await pay(order("PAID", "approved.terminal.test"))
  const refused = await pay(order("REFUSED", "declined.terminal.test"))
  const away = await pay(order("AWAY", "unreachable.terminal.test"))
  const lost = await pay(order("LOST", "cut.terminal.test"))
  const { details } = lost.error?.error ?? {}
  const id = typeof details === "object" ? (details.attempt?.split("/").at(-1) ?? "") : ""
  const path = { id }
  const attempt = await client.GET("/attempts/{id}", { params: { path } })
  const resolved = await client.POST("/attempts/{id}/resolve", {
    params: { path },
    body: { outcome: "declined", by: "Camille", evidence: "no slip in the terminal" }
  })
  const list = await client.GET("/attempts", { params: { query: { state: "declined" } } })
  const session = await client.GET("/session")
  return {
    paid: paid.data?.paymentStatus,
    amount: paid.data?.order?.price.amount,
    refused: refused.data?.paymentStatus,
    refusal: refused.data?.error?.errorCode,
    away: away.error?.error.code,
    lost: lost.error?.error.code,
    unknown: attempt.data?.state,
    timeline: attempt.data?.timeline.map(({ kind }) => kind),
    resolved: resolved.data?.state,
    declined:
      typeof list.data === "object" && "attempts" in list.data ? list.data.attempts.map((one) => one.orderId) : [],
    login: session.data?.login
  }
}
