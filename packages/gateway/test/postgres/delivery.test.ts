import { afterEach, assert, beforeEach, describe, it, vi } from "vitest"
import { delivery } from "../../src/postgres/checkShared.ts"
import { DEADLINE, type Value } from "../../src/postgres/Database.ts"

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
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

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
