/** Searching all matching attempts of a store. */
import { assert, describe, it } from "@effect/vitest"
import { MemoryStore } from "@hipay-pos/server"
import type { AttemptStore, Filter } from "@hipay-pos/server/AttemptStore"
import { attempt, put } from "@hipay-pos/server/testing"
import * as Effect from "effect/Effect"
import { type Listed, someListed } from "../src/someListed.ts"

/**
 * Searches five attempts, two at a time, until `last` is found; returns the attempts that were examined and the queries to
 * the store.
 */
const look = Effect.fnUntraced(function* (last: string, listed: Partial<Listed> = {}) {
  const store = MemoryStore.make()
  for (const id of ["1", "2", "3", "4", "5"]) yield* put(store, attempt(id, { openedAt: Number(id) }))
  const asked: Array<Filter> = []
  const list: AttemptStore["list"] = (filter) => {
    asked.push(filter)
    return store.list(filter)
  }
  const seen: Array<string> = []
  const isFound = yield* someListed({ list }, { isComplete: true, page: 2, ...listed }, ({ id }) => {
    seen.push(id)
    return id === last
  })
  return { isFound, seen, asked }
})

describe("all attempts that match", () => {
  it.effect("are examined once each, the newest first, across pages", () =>
    Effect.gen(function* () {
      const { isFound, seen } = yield* look("none")
      assert.isFalse(isFound)
      assert.deepStrictEqual(seen, ["5", "4", "3", "2", "1"])
      assert.deepStrictEqual((yield* look("none", { page: 5 })).seen, seen)
      assert.deepStrictEqual((yield* look("none", { from: 2, to: 5 })).seen, ["4", "3", "2"])
    })
  )

  it.effect("are not examined after the match, nor are later pages read", () =>
    Effect.gen(function* () {
      const { isFound, seen, asked } = yield* look("4")
      assert.isTrue(isFound)
      assert.deepStrictEqual(seen, ["5", "4"])
      assert.lengthOf(asked, 1)
    })
  )

  it.effect("are requested on each page with whether unreadable ones may be left out", () =>
    Effect.gen(function* () {
      for (const isComplete of [true, false]) {
        const { asked } = yield* look("none", { isComplete })
        assert.deepStrictEqual(
          asked,
          [undefined, "4", "2"].map((before) => ({ isComplete, isBrief: true as const, limit: 2, before }))
        )
      }
    })
  )

  it.effect("have a pause between two pages, and none after the last one", () =>
    Effect.gen(function* () {
      let pauses = 0
      const pause = Effect.sync(() => {
        pauses += 1
      })
      yield* look("none", { pause })
      assert.strictEqual(pauses, 2)
    })
  )
})
