/** The till to trace: pays a given number of orders at several terminals through a server, with a journal. */
import { FileJournal, makeClient } from "@hipay-pos/client/node"

const [server = "", path = "", payments = "1"] = process.argv.slice(2)

const journal = FileJournal.make(path)
const client = makeClient({ server, username: "shop", password: "secret", live: true, journal })

await Promise.all(
  [1, 2, 3].map(async (terminal) => {
    const target = { host: `192.168.1.${terminal}`, contracts: [{ merchantContract: "1234567" }] }
    for (let i = 0; i < Number(payments); i++) {
      await client.pay({ orderId: `CUT-${terminal}-${i}`, amount: { currency: "EUR", minorUnits: 1250 } }, target)
    }
  })
)
