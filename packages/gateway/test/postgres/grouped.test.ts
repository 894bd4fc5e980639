import { assert, describe, it } from "vitest"
import { grouped } from "../../src/postgres/grouped.ts"

/** A sender whose statements the test ends. */
const makeSender = () => {
  const sent: Array<{
    readonly items: ReadonlyArray<number>
    readonly end: PromiseWithResolvers<ReadonlyArray<string>>
  }> = []
  const send = grouped((items: ReadonlyArray<number>) => {
    const end = Promise.withResolvers<ReadonlyArray<string>>()
    sent.push({ items, end })
    return end.promise
  })
  const answer = async (statement: number) => {
    sent[statement]?.end.resolve(sent[statement].items.map((item) => `answer ${item}`))
    await new Promise(setImmediate)
  }
  return { send, answer, sent, groups: () => sent.map(({ items }) => items) }
}

describe("grouped", () => {
  it("sends a lone item at once", async () => {
    const { send, answer, groups } = makeSender()
    const first = send(1)
    assert.deepStrictEqual(groups(), [[1]])
    await answer(0)
    const second = send(2)
    assert.deepStrictEqual(groups(), [[1], [2]])
    await answer(1)
    assert.deepStrictEqual([await first, await second], ["answer 1", "answer 2"])
  })

  it("groups items that arrive while a statement is in flight, and gives each its own answer", async () => {
    const { send, answer, groups } = makeSender()
    const all = Promise.all([1, 2, 3, 4].map(send))
    assert.deepStrictEqual(groups(), [[1]])
    await answer(0)
    assert.deepStrictEqual(groups(), [[1], [2, 3, 4]])
    await answer(1)
    assert.deepStrictEqual(await all, ["answer 1", "answer 2", "answer 3", "answer 4"])
  })

  it("sends at most 64 in one statement", async () => {
    const { send, answer, groups } = makeSender()
    const all = Promise.all(Array.from({ length: 1 + 64 + 2 }, (_, i) => send(i)))
    await answer(0)
    await answer(1)
    await answer(2)
    await all
    assert.deepStrictEqual(
      groups().map(({ length }) => length),
      [1, 64, 2]
    )
  })

  it("fails the items of a failed statement and those waiting behind it, and sends later ones", async () => {
    const { send, answer, sent } = makeSender()
    const outcomes = Promise.allSettled([1, 2, 3].map(send))
    sent[0]?.end.reject(new Error("the database did not answer"))
    assert.deepStrictEqual(
      (await outcomes).map((outcome) => (outcome.status === "rejected" ? outcome.reason.message : outcome.value)),
      Array.from({ length: 3 }, () => "the database did not answer")
    )
    const next = send(4)
    await answer(1)
    assert.strictEqual(await next, "answer 4")
  })
})
