/** One payment over a port, with the journal on disk, which another program has locked. Prints what came of it. */
import { DatabaseSync } from "node:sqlite"
import { FileJournal, makeClient } from "@hipay-pos/client/node"
import { startServer } from "@hipay-pos/server-mock/node"

const file = `./attempts-${process.pid}.db`
const journal = FileJournal.make(file)
const server = await startServer({ port: 0 })
const till = makeClient({ server: server.url, username: "merchant", password: "secret", journal })
const terminal = { host: "192.168.1.20", contracts: [{ merchantContract: "1234567" }] }
// As a second process does while it writes: the payment waits for it.
const other = new DatabaseSync(`${file}.turn`)
other.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE")
setTimeout(() => other.close(), 100)
const { _tag } = await till.pay({ orderId: "ORDER_1", amount: "12.50 EUR" }, terminal)
const { entries } = await server.mock.ledger()
await server.close()
console.log(JSON.stringify({ outcome: _tag, charged: entries.length }))
