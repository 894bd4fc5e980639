import { assert, describe, it } from "vitest"
import { backoff } from "../../src/server/subscribe.ts"

describe("a line that broke", () => {
  it("is tried again after half a second, then twice as late every time, after ten seconds at most", () => {
    assert.deepStrictEqual([1, 2, 3, 4, 5, 6, 60].map(backoff), [500, 1000, 2000, 4000, 8000, 10_000, 10_000])
  })
})
