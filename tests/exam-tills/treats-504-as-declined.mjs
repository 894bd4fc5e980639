/** Bad: every answer that is not a success is a refusal to it, a 504 among them. */
import { amount, cents, orderId, say, send } from "./order.mjs"

try {
  const { status, json, remaining } = await send(orderId, cents(amount))
  const state = json.error?.details?.state
  if (status === 200 && json.paymentStatus === "Success") say(remaining > 0 ? "approved-in-part" : "approved")
  else if (status === 409 && state !== undefined) say(state)
  else if (status === 400 || status === 401) say("not-started")
  else if (status === 200 || status === 504) say("declined")
  else say("unknown")
} catch {
  say("unknown")
}
