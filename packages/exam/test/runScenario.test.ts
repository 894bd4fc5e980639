/** A scenario that is played to a till which a program drives. */
import { assert, describe, it } from "vitest"
import type { Driver } from "../src/till/drive.ts"
import type { Exchange } from "../src/till/Evidence.ts"
import type { ExamServer, Watch } from "../src/till/ExamServer.ts"
import { kinds } from "../src/till/notify.ts"
import { runScenario } from "../src/till/runScenario.ts"
import { scenarios } from "../src/till/scenarios/index.ts"

const exchange: Exchange = {
  id: 1,
  at: 0,
  method: "POST",
  path: "/v1/connector/order",
  body: "",
  order: { orderId: "A1", amount: 1234, currency: "EUR", transactionType: "Debit", terminal: "192.168.1.20:8888" },
  sale: 1,
  ended: "delivered"
}

describe("a scenario", () => {
  it("kills the till after its order and posts notifications of it, in one scenario", async () => {
    let watch: Watch | undefined
    const exchanges: Array<Exchange> = []
    const server: ExamServer = {
      url: "",
      control: {} as ExamServer["control"],
      watch: async (watched) => {
        watch = watched
      },
      exchanges: () => exchanges,
      now: () => 0,
      charges: async () => [],
      settle: async () => {},
      close: async () => {}
    }
    const driver: Driver = {
      can: { process: true, action: false, currency: false },
      drive: (_, kill) =>
        new Promise((resolve) => {
          kill.addEventListener("abort", () => resolve({ killed: true }))
          exchanges.push(exchange)
          watch?.onOrder?.(exchange)
        })
    }
    const [plain] = scenarios
    assert.isDefined(plain)
    const { drives, notified } = await runScenario(
      server,
      { ...plain, steps: [{ sale: 1, amount: "12.34", killAfter: 0 }], notifies: true },
      // No address: each notification is posted, and none is answered.
      { _tag: "Driven", driver, notify: { url: "", passphrase: "passphrase" } },
      () => "A1"
    )
    assert.deepStrictEqual(
      drives.map(({ said }) => said),
      [{ killed: true }]
    )
    assert.deepStrictEqual(
      notified,
      kinds.map((kind) => ({ kind }))
    )
  })
})
