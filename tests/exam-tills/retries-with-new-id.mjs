/** Bad: has little patience, and tries again under a new order id when its time is over. */
import { amount, cents, orderId, say, send } from "./order.mjs"

const read = ({ status, json, remaining, proves }) =>
  status === 200 && proves === "paid"
    ? remaining > 0
      ? "approved-in-part"
      : "approved"
    : status === 200
      ? (proves ?? "unknown")
      : status === 409
        ? json.error.details.state
        : status < 500
          ? "not-started"
          : "unknown"

const ask = async (id, timeout) => read(await send(id, cents(amount), timeout))

try {
  say(await ask(orderId, 9_500))
} catch (error) {
  say(error.name === "TimeoutError" ? await ask(`${orderId}-2`).catch(() => "unknown") : "unknown")
}
