/**
 * A shop's server that has orders paid at its terminal, with Hono. Node 22.19 or newer.
 *
 *   npm install hono @hono/node-server @hipay-pos/client @hipay-pos/core effect
 *   node server.mjs
 *
 * POST /orders/SALE-1001/pay, sent once for each press, answers when the customer has paid, up to 200 s later, with a `state`.
 * GET tells a page whose connection was cut how that ended. It starts no payment, for the customer may have left.
 */
import { AttemptJournal, findEarlier } from "@hipay-pos/client"
import { FileJournal, makeClient } from "@hipay-pos/client/node"
import { Money } from "@hipay-pos/core"
import { serve } from "@hono/node-server"
import { Hono } from "hono"

const { HIPAY_POS_URL: server = "http://127.0.0.1:8080", TERMINAL: host = "192.168.1.20" } = process.env
const { HIPAY_POS_USERNAME: username = "merchant", HIPAY_POS_PASSWORD: password = "secret" } = process.env
const mode = process.env.HIPAY_POS_LIVE === "yes" ? "live" : "simulated" // live: real money, at a gateway or a relay
const journal = FileJournal.make(process.env.JOURNAL ?? "journal.db")
const client = makeClient({ server, username, password, live: mode === "live", journal })
const terminal = { host, contracts: [{ merchantContract: "1234567" }] }

/** From the shop's own records, never from the page: the order has its id and its amount before anything is sent. */
const orders = new Map([["SALE-1001", Money.of("12.50", "EUR")]])
const payments = new Map() // under way: one that waits for its turn at the terminal is in no journal yet

/** How an order stands, by what is remembered of it. The terminal's server may know the end of what is unknown here. */
const stateOf = async (orderId, amount) => {
  const kept = await AttemptJournal.toPromises(journal).ofOrder(orderId)
  const earlier = findEarlier(kept, { orderId, transactionType: "Debit", amount, mode })
  if (earlier?._tag === "Unsettled") {
    const settlement = await client.resolve(earlier.attempt).catch(() => undefined)
    if (settlement?._tag === "Settled") return stateOf(orderId, amount)
    if (settlement?._tag === "NeedsPerson") return { state: "unknown", why: settlement.advice }
    return { state: earlier.kind === "Open" ? "under way" : "unknown" }
  }
  if (earlier?._tag === "AlreadyApproved") return { state: earlier.state === "approved" ? "paid" : "paid in part" }
  if (earlier?._tag === "AlreadyReversed") return { state: "cancelled", why: earlier.message } // since it was paid
  if (earlier !== undefined) return { state: "unknown", why: earlier.advice } // another payment was made under this id
  const other = mode === "live" ? "simulated" : "live"
  const last = kept.findLast((attempt) => attempt.transactionType === "Debit" && attempt.mode !== other)
  return { state: last === undefined ? "ready" : last.state === "declined" ? "declined" : "not started" }
}

/** How the payment of an order ended. After `unknown`, take no other payment for it: a person looks at the terminal. */
const pay = async (orderId, amount) => {
  const { outcome, error } = await client.tryPay({ orderId, amount }, terminal)
  if (error?.reason._tag === "NotStarted") return { state: "not started", why: error.message }
  if (error !== undefined) return stateOf(orderId, amount) // unknown, or paid before: the journal knows
  switch (outcome._tag) {
    case "Approved":
      return { state: "paid", paid: Money.toText(outcome.amount) }
    case "ApprovedInPart":
      return { state: "paid in part", paid: Money.toText(outcome.paid), remaining: Money.toText(outcome.remaining) }
    case "Declined":
      return { state: "declined", why: outcome.label }
  }
}

/** A person's press. Another one meanwhile, such as a double tap, waits for the same payment. */
const press = (id, amount) => {
  const payment = payments.get(id) ?? pay(id, amount).finally(() => payments.delete(id))
  payments.set(id, payment)
  return payment
}
const ask = async (id, amount) => (payments.has(id) ? { state: "under way" } : stateOf(id, amount))

export const app = new Hono()

app.on(["POST", "GET"], "/orders/:id/pay", async (c) => {
  const id = c.req.param("id")
  const amount = /-site$/.test(c.req.header("sec-fetch-site")) ? undefined : orders.get(id) // for no page of another site
  c.header("Cache-Control", "no-store")
  if (amount === undefined) return c.json({ state: "no such order" }, 404)
  return c.json(await (c.req.method === "POST" ? press : ask)(id, amount))
})

if (import.meta.main) serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 3000 })
