import * as Effect from "effect/Effect"
import { assert, describe, it } from "vitest"
import * as Feed from "../../src/attempts/Feed.ts"
import { attempt } from "./storeLaws.ts"

const numbers = (changes: ReadonlyArray<Feed.Change> | undefined) => changes?.map(({ number }) => number)

const since = (feed: Feed.Feed, number: number) => Effect.runSync(feed.follow(number, {})).missed

const large = (id: string) => attempt(id, { order: { custom_data: "x".repeat(10_000) } })

describe("a feed", () => {
  it("tells what was missed, or that some of it is forgotten", () => {
    const feed = Feed.make(3)
    for (const id of ["1", "2", "3", "4"]) feed.onChange(attempt(id))
    assert.deepStrictEqual(numbers(since(feed, 4)), [])
    assert.deepStrictEqual(numbers(since(feed, 1)), [2, 3, 4])
    assert.isUndefined(since(feed, 0))
    assert.isUndefined(since(feed, 5))
  })

  it("remembers fewer changes where their orders are large", () => {
    const feed = Feed.make(2_000, 50_000)
    for (let id = 1; id <= 1_000; id++) feed.onChange(large(String(id)))
    assert.isUndefined(since(feed, 990))
    assert.deepStrictEqual(numbers(since(feed, 997)), [998, 999, 1_000])
    for (let id = 1; id <= 10; id++) feed.onChange(attempt(`small ${id}`))
    assert.deepStrictEqual(numbers(since(feed, 1_005)), [1_006, 1_007, 1_008, 1_009, 1_010])
  })

  it("remembers the last change, however large it is", () => {
    const feed = Feed.make(2_000, 10)
    feed.onChange(large("1"))
    feed.onChange(large("2"))
    assert.deepStrictEqual(numbers(since(feed, 1)), [2])
    assert.isUndefined(since(feed, 0))
  })
})
