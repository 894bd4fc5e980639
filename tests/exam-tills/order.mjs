/** What every till here has in common: the order as JSON, and its request. Plain Node, without a client of ours. */
import { parseArgs } from "node:util"

const { positionals } = parseArgs({ allowPositionals: true })

/** What the till is to sell: an amount such as 12.34, and the order id. */
export const [amount = "1.00", orderId = "SALE-1"] = positionals

/** Exact minor units of a decimal with two digits. */
export const cents = (decimal) => {
  const [whole, fraction = ""] = decimal.split(".")
  return Number(whole) * 100 + Number(fraction.padEnd(2, "0"))
}

const { HIPAY_POS_EXAM_URL: url, HIPAY_POS_EXAM_USERNAME: username, HIPAY_POS_EXAM_PASSWORD: password } = process.env

/** Sends an order: the status and the JSON, or an error of `fetch`. */
export const send = async (order_id, minorUnits, timeout = 60_000) => {
  const response = await fetch(`${url}/v1/connector/order`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`
    },
    body: JSON.stringify({
      order: { order_id, transaction_type: "Debit", price: { amount: minorUnits, currency: "EUR" } },
      pos_technical_info: {
        host_information: { host: "192.168.1.20", port: 8888 },
        terminal_transaction_display: {
          contract_array: [{ merchant_contract: "1234567", rank: "001", payment_application: "001" }],
          protocol: "ConcertV3.2"
        }
      }
    }),
    signal: AbortSignal.timeout(timeout)
  })
  const remaining = Number(response.headers.get("x-hipay-pos-remaining") ?? 0)
  const json = await response.json()
  return { status: response.status, json, remaining, proves: provedBy(json, order_id) }
}

/** What the JSON of an answer with 200 proves: a Success of this order without an error, or a refusal by its code. */
const provedBy = ({ paymentStatus, order, error }, order_id) => {
  if (paymentStatus === "Success" && order?.order_id === order_id && error === undefined) return "paid"
  return paymentStatus === "Failure" && /^(0[2-9]|1[0-3]|1006)$/.test(error?.errorCode) ? "declined" : undefined
}

/** Says what the till believes, as its last line. */
export const say = (outcome) => console.log(JSON.stringify({ outcome }))
