/** Bad: a success is a success to it, whatever was paid. */
import { amount, cents, orderId, say, send } from "./order.mjs"

try {
  const { status, json, proves } = await send(orderId, cents(amount))
  const state = json.error?.details?.state
  if (status === 200 && proves !== undefined) say(proves === "paid" ? "approved" : "declined")
  else if (status === 409 && state !== undefined) say(state)
  else if (status === 400 || status === 401) say("not-started")
  else say("unknown")
} catch {
  say("unknown")
}
