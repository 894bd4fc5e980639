/** Bad: a 504 is a refusal to it. */
import { amount, cents, orderId, say, send } from "./order.mjs"

try {
  const { status, json, remaining, proves } = await send(orderId, cents(amount))
  const state = json.error?.details?.state
  if (status === 200 && proves === "paid") say(remaining > 0 ? "approved-in-part" : "approved")
  else if (status === 409 && state !== undefined) say(state)
  else if (status === 400 || status === 401) say("not-started")
  else if (proves === "declined" || status === 504) say("declined")
  else say("unknown")
} catch {
  say("unknown")
}
