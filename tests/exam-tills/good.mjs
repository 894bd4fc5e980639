/** A small till that is right: what no whole answer proves is unknown, and is asked for once more under the same order id. */
import { amount, cents, orderId, say, send } from "./order.mjs"

const read = ({ status, json, remaining, proves }) => {
  if (status === 200 && proves === "paid") return remaining > 0 ? "approved-in-part" : "approved"
  if (status === 200 && proves === "declined") return "declined"
  if (status === 409) return json.error?.details?.state ?? "unknown"
  return status >= 400 && status < 500 && json.error !== undefined ? "not-started" : "unknown"
}

const ask = async () => {
  try {
    return read(await send(orderId, cents(amount)))
  } catch {
    return "unknown"
  }
}

const first = await ask()
const outcome = first === "unknown" ? await ask() : first
say(outcome === "open" ? "unknown" : outcome)
