import { assert, describe, it } from "@effect/vitest"
import { digest } from "../../src/attempts/digest.ts"
import * as IdempotencyKey from "../../src/attempts/idempotencyKey.ts"

describe("an idempotency key", () => {
  it("is kept as a hash, which reveals nothing of it", async () => {
    const kept = await digest("4970101234567893")
    assert.match(kept, /^sha256:[0-9a-f]{64}$/)
    assert.isTrue(await IdempotencyKey.matches(kept, await digest("4970101234567893")))
    assert.isFalse(await IdempotencyKey.matches(kept, await digest("another")))
  })

  it("that an older store kept unhashed still matches", async () => {
    assert.isTrue(await IdempotencyKey.matches("till-1-42", await digest("till-1-42")))
    assert.isFalse(await IdempotencyKey.matches("till-1-43", await digest("till-1-42")))
  })
})
