/** Bodies of orders for tests of the rules. */

/** A JSON object. */
export type Json = Record<string, unknown>

/** The smallest Concert order with fields of its own. */
export const concert = (order: Json = {}, price: Json = {}, info: Json = {}, display: Json = {}) => ({
  order: { order_id: "ORDER_1", price: { amount: 1250, currency: "EUR", ...price }, ...order },
  pos_technical_info: {
    host_information: { host: "192.168.1.20" },
    terminal_transaction_display: {
      protocol: "ConcertV3.2",
      contract_array: [{ merchant_contract: "1234567", rank: "001", payment_application: "001" }],
      ...display
    },
    ...info
  }
})

/** A contract that names its number only. */
export const number = { merchant_contract: "1234567" }
/** A whole contract with fields of its own. */
export const contract = (fields: Json = {}) => ({ ...number, rank: "001", payment_application: "001", ...fields })

/** A line of 12.50 with fields of its own. */
export const line = (fields: Json = {}) => ({
  product_reference: "A",
  type: "good",
  quantity: 1,
  name: "Article",
  unit_price: 12.5,
  tax_rate: 20,
  discount: 0,
  total_amount: 12.5,
  ...fields
})
