/** Bodies of orders, each with an id of its own. */
import { readFileSync } from "node:fs"

const run = Date.now().toString(36)
let orders = 0

const fixture = () =>
  JSON.parse(readFileSync(new URL("../../packages/core/test/fixtures/orders/full.json", import.meta.url), "utf8"))

/** Bodies of an order with every field, cycling through so many terminals. */
export const fullOrders = (terminals: number): (() => string) => {
  const full = fixture()
  return () => {
    const number = ++orders
    full.order.order_id = `${run}-${number}`
    full.pos_technical_info.host_information = { host: `till-${number % terminals}.test`, port: 8888 }
    return JSON.stringify(full)
  }
}

/** The body of a small order at a terminal, under an id of its own, all of one length. */
export const smallOrder = (host: string, port = 8888) => ({
  order: { order_id: `${run}-${String(++orders).padStart(7, "0")}`, price: { amount: 1245 } },
  pos_technical_info: {
    host_information: { host, port },
    terminal_transaction_display: {
      protocol: "ConcertV3.2",
      contract_array: [{ merchant_contract: "1234567", rank: "001", payment_application: "001" }]
    }
  }
})
