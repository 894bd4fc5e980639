/** A till that pays every order on command, unless the journal forbids it, and reports each payment. A program of its own. */
import { appendFileSync } from "node:fs"
import { FileJournal, makeClient } from "@hipay-pos/client/node"

const [path = "", name = "", payments = "", ledger = ""] = process.argv.slice(2)
const fetch = async (_: unknown, init?: RequestInit) => {
  const { order } = JSON.parse(String(init?.body))
  appendFileSync(ledger, `${order.order_id}\n`)
  return Response.json({ paymentStatus: "Success", order })
}
const journal = FileJournal.make(path, { lockTimeout: "1 minute" })
const client = makeClient({
  server: "http://server.test",
  username: "m",
  password: "s",
  live: true,
  journal,
  fetch
})
console.log("ready")
process.stdin.once("data", async () => {
  process.stdin.destroy()
  const target = { host: name, contracts: [{ merchantContract: "1234567" }] }
  for (let i = 0; i < Number(payments); i++) {
    for (const orderId of [`SHARED_${i}`, `${name}_${i}`]) {
      const paid = await client.tryPay({ orderId, amount: { currency: "EUR", minorUnits: 1250 } }, target)
      if (paid.ok || !("kind" in paid.error.reason)) continue
      if (["JournalFailed", "Unreadable"].includes(paid.error.reason.kind)) console.log(paid.error.message)
    }
  }
})
