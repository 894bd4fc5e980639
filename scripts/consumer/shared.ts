/** What the other modules of a program import, without a type of its own: TypeScript has to name every type in declarations. */
import { makeClient } from "@hipay-pos/client"
import { PosClient } from "@hipay-pos/client/effect"
import { FileJournal } from "@hipay-pos/client/node"
import { Money } from "@hipay-pos/core"
import { makeMock } from "@hipay-pos/server-mock"

export const journal = FileJournal.make("journal.db")
export const client = makeClient({ server: "stage", username: "merchant", password: "secret", journal })
export const unsettled = () => client.unsettled()
export const attempts = () => client.attempts.list()
export const settle = (id: string) => client.resolve(id)
export const pay = (orderId: string) =>
  client.tryPay({ orderId, amount: Money.of("12.50", "EUR") }, { host: "192.168.1.20", contracts: [] })
export const unsettledWithEffect = PosClient.PosClient.use(({ unsettled }) => unsettled)
export const mock = makeMock()
export const terminal = mock.mock.terminal("192.168.1.20")
