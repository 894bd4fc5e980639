import { assert, describe, it } from "@effect/vitest"
import { longest } from "@hipay-pos/concert-codec/Timeouts"

describe("the longest that an answer can take", () => {
  it("is the queue, the name and the connection, the answer, and five seconds for the network", () => {
    assert.strictEqual(longest([{}]), 10_000 + 5_000 + 5_000 + 180_000 + 5_000)
    assert.strictEqual(
      longest([{ queueTimeout: "1 hour", connectTimeout: 1, answerTimeout: 2 }]),
      3_600_000 + 4 + 5_000
    )
  })

  it("is that of the terminal which may take longest", () => {
    assert.strictEqual(longest([{}, { queueTimeout: "10 minutes" }, {}]), 600_000 + 195_000)
  })

  it("is one that a timer can hold", () => {
    assert.strictEqual(longest([{ queueTimeout: "100 days" }]), 2 ** 31 - 1)
  })
})
