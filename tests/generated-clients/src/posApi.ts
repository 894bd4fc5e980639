/** A client generated from the service's own document, used as its types ask for. */
import createClient from "openapi-fetch"
import type { components, paths } from "../generated/pos_api.ts"

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

/** What the service says, asked through the client's types. */
export const use = async (baseUrl: string, authorization: string) => {
  const client = createClient<paths>({ baseUrl, headers: { Authorization: authorization } })
  const pay = (body: Order) => client.POST("/v1/connector/order", { body })
  const paid = await pay(order("PAID", "approved.terminal.test"))
  const refused = await pay(order("REFUSED", "declined.terminal.test"))
  const away = await pay(order("AWAY", "unreachable.terminal.test"))
  const stranger = await createClient<paths>({ baseUrl }).POST("/v1/connector/order", { body: order("NOBODY", "x") })
  const health = await client.GET("/v1/connector/healthcheck", { parseAs: "text" })
  return {
    paid: paid.data?.paymentStatus,
    receipt: paid.data?.receipt,
    amount: paid.data?.order?.price.amount,
    refused: refused.data?.paymentStatus,
    refusal: refused.data?.error?.errorCode,
    away: away.error?.error?.code,
    stranger: stranger.error?.error?.code,
    health: health.response.status
  }
}
