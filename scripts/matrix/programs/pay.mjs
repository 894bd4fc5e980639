/** One payment over a port, with the journal on disk. Prints what came of it. */
import { FileJournal, makeClient } from "@hipay-pos/client/node"
import { startServer } from "@hipay-pos/server-mock/node"

const journal = FileJournal.make(`./attempts-${process.pid}.db`)
const server = await startServer({ port: 0 })
const till = makeClient({ server: server.url, username: "merchant", password: "secret", journal })
const terminal = { host: "192.168.1.20", contracts: [{ merchantContract: "1234567" }] }
const { _tag } = await till.pay({ orderId: "ORDER_1", amount: "12.50 EUR" }, terminal)
const { entries } = await server.mock.ledger()
await server.close()
console.log(JSON.stringify({ outcome: _tag, charged: entries.length }))
