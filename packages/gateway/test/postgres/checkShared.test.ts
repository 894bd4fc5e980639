import { afterEach, assert, beforeEach, describe, it, vi } from "vitest"
import { clock, delivery, settings } from "../../src/postgres/checkShared.ts"
import { DEADLINE, UNLIMITED, type Value } from "../../src/postgres/Database.ts"

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A database whose notifications arrive, or do not. */
const makeDatabase = (arrives: boolean) => {
  const listeners = new Map<Value | undefined, (payload: string) => void>()
  return {
    listen: async (channel: string, onNotify: (payload: string) => void) => {
      listeners.set(channel, onNotify)
      onNotify("")
    },
    query: async (_: string, [channel, payload]: ReadonlyArray<Value> = []) => {
      if (arrives) listeners.get(channel)?.(String(payload))
      return []
    }
  }
}

describe("the check of the database's notifications", () => {
  it("is good once one has arrived", async () => {
    assert.propertyVal(await delivery(makeDatabase(true)), "verdict", "ok")
    assert.strictEqual(vi.getTimerCount(), 0)
  })

  it("warns of a pooler in transaction mode, through which none arrives", async () => {
    const check = delivery(makeDatabase(false))
    await vi.advanceTimersByTimeAsync(DEADLINE)
    assert.propertyVal(await check, "verdict", "warning")
    assert.include((await check).next, "session mode")
  })

  it("warns at once if it cannot listen", async () => {
    const check = await delivery({ ...makeDatabase(true), listen: () => Promise.reject(new Error("no")) })
    assert.propertyVal(check, "verdict", "warning")
  })
})

describe("the check of the database's clock", () => {
  /** A database whose clock is ahead, and that takes a while to answer. */
  const checkAhead = (ahead: number, took = 0) =>
    clock({
      query: async () => {
        const now = String(Date.now() + took / 2 + ahead)
        vi.setSystemTime(Date.now() + took)
        return [{ now }]
      }
    })

  it("allows two seconds, however long the answer takes", async () => {
    for (const ahead of [0, 1_999, -1_999]) assert.propertyVal(await checkAhead(ahead), "verdict", "ok")
    assert.deepInclude(await checkAhead(0, 2_900), { verdict: "ok", detail: "within 0.0 s of this machine's" })
  })

  it("warns of a machine whose clock is wrong", async () => {
    assert.deepInclude(await checkAhead(-3_600_000), {
      verdict: "warning",
      detail: "the database's clock is 3600.0 s away from this machine's"
    })
  })
})

describe("the check of a connection's settings", () => {
  const asked = {
    synchronous_commit: "on",
    default_transaction_isolation: "read committed",
    statement_timeout: `${UNLIMITED}`,
    lock_timeout: `${DEADLINE}`
  }
  const check = (found: Partial<typeof asked>) =>
    settings({
      query: async () =>
        Object.entries({ ...asked, ...found }).map(([name, setting]) => ({ name, setting, role: '"the gateway"' }))
    })

  it.each([{}, { synchronous_commit: "remote_apply" }, { statement_timeout: "0" }, { lock_timeout: "500" }])(
    "is good: %j",
    async (found) => {
      assert.propertyVal(await check(found), "verdict", "ok")
    }
  )

  it.each([
    { synchronous_commit: "off" },
    { synchronous_commit: "local" },
    { default_transaction_isolation: "serializable" },
    // Ends the wait for a standby, and leaves what it did not confirm.
    { statement_timeout: `${DEADLINE - 1}` },
    { lock_timeout: "0", synchronous_commit: "off" }
  ])("fails if an order can be charged twice: %j", async (found) => {
    assert.deepInclude(await check(found), { verdict: "failed" })
    assert.include((await check(found)).detail, "an order can be charged twice")
  })

  it.each([{ lock_timeout: "0" }, { lock_timeout: "60000" }, { statement_timeout: "30000" }])(
    "warns if no order can: %j",
    async (found) => {
      const [[name, value] = []] = Object.entries(found)
      const { verdict, detail, next } = await check(found)
      assert.strictEqual(verdict, "warning")
      assert.include(detail, `so that statements can end too early or too late: ${name} is ${value}, not`)
      assert.include(next, `ALTER ROLE "the gateway" SET ${name} = `)
    }
  )
})
