/** A scenario that is played to a till which a program drives. */
import { assert, describe, it } from "vitest"
import { commandDriver, type Driver, httpDriver } from "../src/till/drive.ts"
import type { Exchange } from "../src/till/Evidence.ts"
import type { ExamServer } from "../src/till/ExamServer.ts"
import { kinds } from "../src/till/notify.ts"
import type { Watch } from "../src/till/Recorded.ts"
import { missingNeed, runScenario } from "../src/till/runScenario.ts"
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
        return { exchanges: () => exchanges, charges: async () => [] }
      },
      isReached: () => true,
      exchanges: () => exchanges,
      now: () => 0,
      settle: async () => {},
      awaitLate: async () => {},
      close: async () => {}
    }
    const driver: Driver = {
      can: { process: true, action: false, currency: false, orderId: true },
      drive: (_, kill) =>
        new Promise((resolve) => {
          kill.addEventListener("abort", () => resolve({ killed: true }))
          exchanges.push(exchange)
          watch?.onOrder?.(exchange)
        })
    }
    const [plain] = scenarios
    assert.isDefined(plain)
    const evidence = await runScenario(
      server,
      { ...plain, steps: [{ sale: 1, amount: "12.34", killAfter: 0 }], notifies: true },
      // No address: each notification is posted, and none is answered.
      { _tag: "Driven", driver, notify: { url: "", passphrase: "passphrase" } },
      () => "A1"
    )
    const { drives, notified } = await evidence()
    assert.deepStrictEqual(
      drives.map(({ said }) => said),
      [{ killed: true }]
    )
    assert.deepStrictEqual(
      notified,
      kinds.map((kind) => ({ kind, at: 0 }))
    )
  })
})

describe("a scenario's need of the driver", () => {
  const access = { url: "", username: "", password: "" }
  /** The scenarios that cannot be played by a driver, each with the first thing that it lacks. */
  const missing = (driver: Driver) =>
    Object.fromEntries(scenarios.map((each) => [each.name, missingNeed(each, { _tag: "Driven", driver })]))

  it("is the order id if a sale is repeated: a till that numbers its sales itself would take it for two", () => {
    const twice = ["not-started", "duplicate-order", "late-approval", "duplicate-click", "restart"]
    const withoutId = missing(commandDriver("till {amount} {action}", access, 1))
    const withId = missing(commandDriver("till {amount} {orderId} {action}", access, 1))
    for (const name of [...twice, "refund", "cancel"]) assert.strictEqual(withoutId[name], "order-id", name)
    for (const name of twice) assert.isUndefined(withId[name], name)
    for (const name of ["approved", "exact-amount", "order-id-reuse", "two-tills"]) assert.isUndefined(withoutId[name])
  })

  it("is met by an HTTP endpoint, which gets the order id", () => {
    const { "duplicate-order": twice, refund } = missing(httpDriver("http://till.test/pay", access, 1))
    assert.deepStrictEqual([twice, refund], [undefined, undefined])
  })
})
