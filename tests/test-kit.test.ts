import { makeClient } from "@hipay-pos/client/node"
import { type MockMatchers, mockMatchers, mockPerTest } from "@hipay-pos/server-mock/testing"
import { test as base, expect } from "vitest"

declare module "vitest" {
  interface Matchers extends MockMatchers {}
}
expect.extend(mockMatchers)
const test = base.extend(mockPerTest())

test("a lost answer is unknown, and is charged once", async ({ mock }) => {
  await mock.mock.terminal("192.168.1.20").faults("answer-lost")
  const till = makeClient({ server: mock.url, ...mock.login, journal: "memory" })
  const paying = till.tryPay(
    { orderId: "ORDER_1", amount: "12.50 EUR" },
    { host: "192.168.1.20", contracts: [{ merchantContract: "1234567" }] }
  )
  await mock.mock.waitFor({ state: "open" })
  await mock.mock.clock.advance("3m")
  expect((await paying).ok).toBe(false)
  await expect(mock).toHaveEndedUnknown("ORDER_1")
  await expect(mock).toHaveChargedOnce("ORDER_1")
})
