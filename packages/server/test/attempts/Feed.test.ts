import * as Effect from "effect/Effect"
import { assert, describe, it } from "vitest"
import * as Feed from "../../src/attempts/Feed.ts"
import { attempt } from "./storeLaws.ts"

const numbers = (changes: ReadonlyArray<Feed.Change> | undefined) => changes?.map(({ number }) => number)

/** A process keeps its own changes, so they are available at once. */
const since = (feed: Feed.Feed, number: number) =>
  Effect.runSync(feed.follow(number, {})).missed as ReadonlyArray<Feed.Change> | undefined

const large = (id: string) => attempt(id, { order: { custom_data: "x".repeat(10_000) } })

describe("a feed", () => {
  it("returns what was missed, or says that some of it is no longer kept", () => {
    const feed = Feed.make(0, 3)
    for (const id of ["1", "2", "3", "4"]) feed.onChange(attempt(id))
    assert.deepStrictEqual(numbers(since(feed, 4)), [])
    assert.deepStrictEqual(numbers(since(feed, 1)), [2, 3, 4])
    assert.isUndefined(since(feed, 0))
    assert.isUndefined(since(feed, 5))
  })

  it("recognises a number from before a restart, whose later changes are not known", () => {
    const [before, now] = [Date.parse("2026-11-01T00:00:00Z"), Date.parse("2026-11-01T00:01:00Z")]
    const [first, second] = [Feed.make(Feed.startingAt(before)), Feed.make(Feed.startingAt(now))]
    for (let id = 1; id <= 3; id++) first.onChange(attempt(`old ${id}`))
    for (let id = 1; id <= 5; id++) second.onChange(attempt(`new ${id}`))
    const seen = Effect.runSync(first.follow(undefined, {})).last
    assert.isUndefined(since(second, seen))
    const { last } = Effect.runSync(second.follow(undefined, {}))
    assert.deepStrictEqual(numbers(since(second, last - 2)), [last - 1, last])
    // A header has room for this many digits.
    assert.lengthOf(String(last), 15)
  })

  it("starts above all earlier feeds of this process, however soon", () => {
    const feeds = Array.from({ length: 3 }, () => Feed.make(Feed.startingNow()))
    for (const [index, feed] of feeds.entries()) {
      for (let id = 1; id <= 90; id++) feed.onChange(attempt(String(id)))
      const { last } = Effect.runSync(feed.follow(undefined, {}))
      for (const next of feeds.slice(index + 1)) assert.isUndefined(since(next, last))
    }
  })

  it("keeps fewer changes if their orders are large", () => {
    const feed = Feed.make(0, 2_000, 50_000)
    for (let id = 1; id <= 1_000; id++) feed.onChange(large(String(id)))
    assert.isUndefined(since(feed, 990))
    assert.deepStrictEqual(numbers(since(feed, 997)), [998, 999, 1_000])
    for (let id = 1; id <= 10; id++) feed.onChange(attempt(`small ${id}`))
    assert.deepStrictEqual(numbers(since(feed, 1_005)), [1_006, 1_007, 1_008, 1_009, 1_010])
  })

  it("keeps the last change, however large it is", () => {
    const feed = Feed.make(0, 2_000, 10)
    feed.onChange(large("1"))
    feed.onChange(large("2"))
    assert.deepStrictEqual(numbers(since(feed, 1)), [2])
    assert.isUndefined(since(feed, 0))
  })

  /** A watcher's reports, in words. */
  const watch = (feed: Feed.Feed, of?: string) => {
    const told: Array<string> = []
    const { start, stop } = Effect.runSync(
      feed.follow(undefined, {
        attempt: of,
        onChange: ({ attempt: { id, state } }) => told.push(`${id} ${state}`),
        onEvent: ({ id }, { kind }) => told.push(`${id} ${kind}`),
        onAlarm: ({ id }, { code }) => told.push(`${id} ${code}`)
      })
    )
    start()
    return { told, stop }
  }

  it("reports only its attempt to a watcher, and nothing once it stops", () => {
    const feed = Feed.make(0)
    const [one, another, all] = [watch(feed, "1"), watch(feed, "1"), watch(feed)]
    for (const id of ["1", "2"]) {
      feed.onEvent(attempt(id), { at: 1, kind: "connected", to: "till" })
      feed.onChange(attempt(id))
    }
    one.stop()
    feed.onChange(attempt("1", { state: "declined" }))
    const both = ["1 connected", "1 open", "2 connected", "2 open", "1 declined"]
    assert.deepStrictEqual(one.told, ["1 connected", "1 open"])
    assert.deepStrictEqual(another.told, ["1 connected", "1 open", "1 declined"])
    assert.deepStrictEqual(all.told, both)
  })
})

describe("a feed of several processes", () => {
  it("reports only its attempt to a watcher", async () => {
    let write: (change: Feed.SharedChange) => void = () => {}
    const feed = Feed.shared({
      follow: async (_, onChange) => {
        write = onChange
        return { last: 0, missed: [], stop: () => {} }
      }
    })
    const told: Array<string> = []
    const onChange = (change: Feed.Change) => void told.push(change.attempt.id)
    const { start } = await Effect.runPromise(feed.follow(undefined, { attempt: "1", onChange }))
    start()
    for (const [index, id] of ["2", "1", "3"].entries()) write({ number: index + 1, attempt: attempt(id), at: 1 })
    assert.deepStrictEqual(told, ["1"])
  })

  it("reports an alarm with the change that it was written with, not with a later one", async () => {
    let write: (change: Feed.SharedChange) => void = () => {}
    const feed = Feed.shared({
      follow: async (_, onChange) => {
        write = onChange
        return { last: 0, missed: [], stop: () => {} }
      }
    })
    const told: Array<number> = []
    const { start } = await Effect.runPromise(feed.follow(undefined, { onAlarm: (_, { at }) => void told.push(at) }))
    start()
    const alarm = (at: number) => ({ at, code: "attempt.end.written.late", message: "Late.", details: {} }) as const
    write({ number: 7, attempt: attempt("1", { state: "approved", alarms: [alarm(5)] }), at: 6 })
    write({ number: 8, attempt: attempt("1", { state: "approved", alarms: [alarm(5), alarm(7)] }), at: 7 })
    assert.deepStrictEqual(told, [7])
  })
})
