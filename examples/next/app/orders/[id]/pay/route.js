/**
 * A shop's server that has orders paid at its terminal, with Next.js (a route handler). Node 22.19 or newer.
 *
 *   npm install next react react-dom @hipay-pos/client @hipay-pos/core effect
 *   app/orders/[id]/pay/route.js, then: npx next dev
 *
 * POST /orders/SALE-1001/pay, sent once for each press, answers when the customer has paid, up to 200 s later, with a `state`.
 * GET tells a page whose connection was cut how that ended. It starts no payment, for the customer may have left;
 * the terminal may be asked how its last one ended.
 */
import { AttemptJournal, findEarlier } from "@hipay-pos/client"
import { FileJournal, makeClient } from "@hipay-pos/client/node"
import { Money } from "@hipay-pos/core"

/** The journal is a file: this needs Node, on a machine of its own, and longer than a customer takes. */
export const runtime = "nodejs"
export const maxDuration = 240

const { HIPAY_POS_URL: server = "http://127.0.0.1:8080" } = process.env
const { HIPAY_POS_USERNAME: username = "merchant", HIPAY_POS_PASSWORD: password = "secret" } = process.env
const { TERMINAL = "192.168.1.20", JOURNAL = "journal.db", HIPAY_POS_LIVE } = process.env
const live = HIPAY_POS_LIVE === "yes" // real money, at a gateway or a relay
const journal = FileJournal.make(JOURNAL)
const client = makeClient({ server, username, password, live, journal })
const terminal = { host: TERMINAL, contracts: [{ merchantContract: "1234567" }] }

/** From the shop's own records, never from the page: the order has its id and its amount before anything is sent. */
const orders = new Map([["SALE-1001", Money.of("12.50", "EUR")]])
/** Payments under way: one that waits for its turn at the terminal is in no journal yet. */
const payments = new Map()

/** What an earlier payment of the order means for it. */
const stateBy = (earlier) => {
  switch (earlier._tag) {
    case "AlreadyApproved":
      return { state: earlier.state === "approved" ? "paid" : "paid in part" }
    case "AlreadyReversed": // paid before and cancelled since: not paid, and another payment needs an order id of its own
      return { state: "cancelled", why: earlier.message }
    case "OrderIdConflict": // another payment was made under this order id
      return { state: "unknown", why: earlier.advice }
  }
}

/** How an order stands, by what is remembered of it. The terminal's server may know the end of what is unknown here. */
const stateOf = async (orderId, amount) => {
  const kept = await AttemptJournal.toPromises(journal).ofOrder(orderId)
  const earlier = findEarlier(kept, { orderId, transactionType: "Debit", amount, mode: live ? "live" : "simulated" })
  if (earlier?._tag === "Unsettled") {
    const settlement = await client.resolve(earlier.attempt).catch(() => undefined)
    if (settlement?._tag === "Settled") return stateOf(orderId, amount)
    if (settlement?._tag === "NeedsPerson") return { state: "unknown", why: settlement.advice }
    return { state: earlier.kind === "Open" ? "under way" : "unknown" }
  }
  if (earlier !== undefined) return stateBy(earlier)
  const other = live ? "simulated" : "live"
  const last = kept.findLast(({ transactionType, mode }) => transactionType === "Debit" && mode !== other)
  return { state: last === undefined ? "ready" : last.state === "declined" ? "declined" : "not started" }
}

/** How the payment of an order ended. After `unknown`, take no other payment for it: a person looks at the terminal. */
const pay = async (orderId, amount) => {
  const { outcome, error } = await client.tryPay({ orderId, amount }, terminal)
  switch (outcome?._tag ?? error.reason._tag) {
    case "Approved":
      return { state: "paid", paid: Money.toText(outcome.amount) }
    case "ApprovedInPart":
      return { state: "paid in part", paid: Money.toText(outcome.paid), remaining: Money.toText(outcome.remaining) }
    case "Declined":
      return { state: "declined", why: outcome.label }
    case "AlreadyApproved":
    case "AlreadyReversed":
    case "OrderIdConflict":
      return stateBy(error.reason)
    case "NotStarted":
      return { state: "not started", why: error.message }
    default: // OutcomeUnknown, or Unsettled: an earlier attempt of the order is under way or unknown
      return stateOf(orderId, amount)
  }
}

/** A person's press. Another one meanwhile, such as a double tap, waits for the same payment. */
const press = (id, amount) => {
  const payment = payments.get(id) ?? pay(id, amount).finally(() => payments.delete(id))
  payments.set(id, payment)
  return payment
}

const ask = async (id, amount) => (payments.has(id) ? { state: "under way" } : stateOf(id, amount))

const answer =
  (act) =>
  async (_request, { params }) => {
    const { id } = await params
    const amount = orders.get(id)
    const headers = { "Cache-Control": "no-store" }
    if (amount === undefined) return Response.json({ state: "no such order" }, { status: 404, headers })
    return Response.json(await act(id, amount), { headers })
  }

export const POST = answer(press)
export const GET = answer(ask)
