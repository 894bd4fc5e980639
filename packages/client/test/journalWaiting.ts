/** Opens an attempt, says so and waits. A program of its own. */
import { FileJournal, makeClient } from "@hipay-pos/client/node"

const [path = ""] = process.argv.slice(2)
const client = makeClient({
  server: "http://server.test",
  username: "m",
  password: "s",
  live: true,
  journal: FileJournal.make(path),
  fetch: () => new Promise(() => setInterval(() => {}, 1000))
})
const target = { host: "192.168.1.20", contracts: [{ merchantContract: "1234567" }] }
const order = { orderId: "ORDER", amount: { currency: "EUR", minorUnits: 1250 } } as const
void client.tryPay(order, target, { onProgress: () => console.log("sent") })
