/** One payment without a port: the client in front of the mock in memory. */
import { makeClient } from "@hipay-pos/client"
import { makeMock } from "@hipay-pos/server-mock"

export const pay = async () => {
  const mock = makeMock()
  const login = { username: "merchant", password: "secret", allowCredentialsInPage: true }
  const till = makeClient({ server: mock.url, fetch: mock.fetch, ...login, journal: "memory" })
  const terminal = { host: "192.168.1.20", contracts: [{ merchantContract: "1234567" }] }
  const { _tag } = await till.pay({ orderId: "ORDER_1", amount: "12.50 EUR" }, terminal)
  const { entries } = await mock.mock.ledger()
  await mock.close()
  return JSON.stringify({ outcome: _tag, charged: entries.length })
}
