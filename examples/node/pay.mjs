/**
 * Pays an order at a terminal and says how it ended. Node 22.19 or newer.
 *
 *   npm install @hipay-pos/client @hipay-pos/core effect
 *   node pay.mjs SALE-1001 12.50 192.168.1.20
 *
 * In a clone of the project: npm run example examples/node/pay.mjs SALE-1001 12.50 approved.terminal.test
 *
 * Exit codes: 0 paid, 11 paid in part, 10 declined, 3 not started, 4 unknown,
 * 2 wrong usage, or the order id belongs to another order or to a reversed payment.
 * After 4, look at the terminal, or run it again with the same order id: it asks the server how the earlier run ended first,
 * and is never paid twice.
 */
import { FileJournal, makeClient } from "@hipay-pos/client/node"
import { Money } from "@hipay-pos/core"

const [orderId, amount, host, ...others] = process.argv.slice(2)
if (!/^[\w-]{1,50}$/.test(orderId) || !/^\d{1,9}\.\d\d$/.test(amount) || !host || others.length > 0) {
  console.error("usage: node pay.mjs ORDER_ID 12.50 HOST")
  process.exit(2)
}
const {
  HIPAY_POS_URL: server = "http://127.0.0.1:8080",
  HIPAY_POS_USERNAME: username = "merchant",
  HIPAY_POS_PASSWORD: password = "secret",
  HIPAY_POS_LIVE
} = process.env
const live = HIPAY_POS_LIVE === "yes" // real money, at a gateway or a relay

// Every attempt is in this file before a byte leaves. The client waits 200 s for an answer, and sends an order once.
const client = makeClient({ server, username, password, live, journal: FileJournal.make("journal.db") })

// Attempts that an earlier run left without an end: the server may know it by now. If the journal cannot be read, the payment says so.
for (const { id, orderId: earlier } of await client.unsettled().catch(() => [])) {
  const settled = await client.resolve(id).catch(({ message }) => ({ advice: message }))
  console.error(earlier, settled._tag === "Settled" ? settled.state : settled.advice)
}

const result = await client.tryPay(
  { orderId, amount: `${amount} EUR` },
  { host, contracts: [{ merchantContract: "1234567" }] }
)

const end = (code, ...words) => {
  console.log(...words)
  process.exitCode = code
}

if (result.ok) {
  const { outcome } = result
  switch (outcome._tag) {
    case "Approved":
      end(0, "paid", Money.toText(outcome.amount))
      break
    case "ApprovedInPart":
      end(11, "paid in part", Money.toText(outcome.paid), "still to collect", Money.toText(outcome.remaining))
      break
    case "Declined":
      end(10, "declined", outcome.label)
      break
  }
} else {
  const { message, advice, reason } = result.error
  switch (reason._tag) {
    case "AlreadyApproved":
      end(reason.state === "approved" ? 0 : 11, reason.state === "approved" ? "paid" : "paid in part", "before")
      break
    case "NotStarted":
      end(3, `not started: ${reason.detail}. ${advice}`)
      break
    case "AlreadyReversed":
    case "OrderIdConflict":
      end(2, "this order id cannot be used for a payment:", message)
      break
    default:
      // OutcomeUnknown and Unsettled: take no other payment for this order yet.
      end(4, `unknown: ${reason.detail}. ${advice}`)
  }
}
