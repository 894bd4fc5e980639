/** One payment at a server that is given; the outcome's name. */
import { makeClient } from "@hipay-pos/client"

export const payAt = async (server) => {
  const login = { username: "merchant", password: "secret", journal: "memory", allowCredentialsInPage: true }
  const terminal = { host: "192.168.1.20", contracts: [{ merchantContract: "1234567" }] }
  const { _tag } = await makeClient({ server, ...login }).pay({ orderId: "ORDER_1", amount: "12.50 EUR" }, terminal)
  return _tag
}
