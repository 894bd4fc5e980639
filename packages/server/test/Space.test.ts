/** A space over a store and terminals. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { submission } from "./attempts/attempts.ts"
import { makeSpace } from "./server.ts"

describe("a change of an attempt", () => {
  it.effect("is reported to a space's listeners in order, and then to watchers", () =>
    Effect.gen(function* () {
      const told: Array<string> = []
      const tell = (name: string) => (state: string) => void told.push(`${name} ${state}`)
      const [first, second, watcher] = [tell("first"), tell("second"), tell("watcher")]
      const space = yield* makeSpace({
        attemptListeners: [
          { onChange: ({ state }) => first(state) },
          undefined,
          { onChange: ({ state }) => second(state) }
        ]
      })
      const { start } = yield* space.feed.follow(undefined, { onChange: ({ attempt }) => watcher(attempt.state) })
      start()
      yield* space.attempts.pay(submission())
      assert.deepStrictEqual(
        told,
        ["open", "approved"].flatMap((state) => ["first", "second", "watcher"].map((name) => `${name} ${state}`))
      )
    })
  )
})
