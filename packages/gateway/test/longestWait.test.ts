import { assert, describe, it } from "vitest"
import { longestWait } from "../src/node/longestWait.ts"

describe("the longest wait of a gateway for an answer", () => {
  it("is at least that of its current terminals", () => {
    const terminals = [{ host: "till-1", answerTimeout: "60s" }]
    const alone = longestWait(terminals, {}, false)
    const relaying = longestWait(terminals, {}, true)
    const before = [alone.answer(), relaying.answer()]
    for (const wait of [alone, relaying]) wait.take([{ host: "till-1", answerTimeout: "90s" }])
    assert.deepStrictEqual(before, [85_000, 205_000])
    assert.deepStrictEqual([alone.answer(), relaying.answer()], [115_000, 205_000])
  })

  it("stays as long if the terminal that waits longest is removed: its payment may be under way", () => {
    const wait = longestWait([{ host: "till-1", answerTimeout: "60s" }], {}, false)
    wait.take([{ host: "till-2", answerTimeout: "90s" }])
    wait.take([{ host: "till-1", answerTimeout: "60s" }])
    assert.strictEqual(wait.answer(), 115_000)
  })
})
