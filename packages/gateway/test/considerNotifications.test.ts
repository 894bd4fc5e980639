/** Which of an attempt's notifications count as considered. */
import { assert, describe, it } from "@effect/vitest"
import { Attempt, Attempts, MemoryStore, OwedEnds } from "@hipay-pos/server"
import { attempt, frames, put } from "@hipay-pos/server/testing"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import * as ConsiderNotifications from "../src/relay/considerNotifications.ts"

const notification = { at: 1, reference: "800", status: 116, test: true, currency: "EUR", authorized: 1250 }

describe("a notification", () => {
  it.effect(
    "does not count as considered if its attempt was open when it was applied, even if another relay has ended it since",
    () =>
      Effect.gen(function* () {
        const memory = MemoryStore.make()
        const opened = attempt("A", { terminal: "relayed" })
        yield* put(memory, opened)
        const declined = Attempt.close(
          opened,
          {
            _tag: "Outcome",
            outcome: { _tag: "Declined", reason: "refused", label: "Refused", card: {}, warnings: [] }
          },
          5
        )
        const attempts = yield* Attempts.make({
          store: OwedEnds.over(memory),
          terminals: { frames, choose: () => Effect.die(new Error("no order comes")) }
        })
        const considered: Array<number | undefined> = []
        let done = Promise.withResolvers<void>()
        const consider = yield* ConsiderNotifications.start({
          store: {
            isShared: true,
            of: () => Effect.succeed({ notifications: [notification], last: 7 }),
            unconsidered: () => Effect.succeed([]),
            consider: (_, work) =>
              Effect.map(work, (last) => {
                considered.push(last)
                done.resolve()
              })
          },
          // The other relay writes its end between this and the next step.
          notified: (...all) =>
            Effect.tap(attempts.notified(...all), () =>
              considered.length === 0 ? memory.change(opened, declined) : Effect.void
            ),
          refusalsAfter: 0,
          onWarning: () => {}
        })
        for (const expected of [[undefined], [undefined, 7]]) {
          consider("A")
          yield* Effect.promise(() => done.promise)
          done = Promise.withResolvers()
          assert.deepStrictEqual(considered, expected)
        }
        assert.strictEqual((yield* memory.get("A"))?.state, "unknown")
      })
  )

  it.effect("of a refusal that has to wait is considered again as soon as the refusal may end its attempt", () =>
    Effect.gen(function* () {
      const consideredAt: Array<number> = []
      const consider = yield* ConsiderNotifications.start({
        store: {
          isShared: false,
          of: () => Effect.succeed({ notifications: [notification], last: 1 }),
          unconsidered: () => Effect.succeed([]),
          consider: (_, work) => Effect.asVoid(work)
        },
        notified: () =>
          Effect.clockWith((clock) =>
            Effect.sync(() => {
              const now = clock.currentTimeMillisUnsafe()
              consideredAt.push(now)
              return now < 600_000 ? 600_000 : undefined
            })
          ),
        refusalsAfter: 600_000,
        onWarning: () => {}
      })
      consider("A")
      consider("A")
      yield* TestClock.adjust("599 seconds")
      assert.deepStrictEqual(consideredAt, [0, 0])
      yield* TestClock.adjust("1 hour")
      assert.deepStrictEqual(consideredAt, [0, 0, 600_000])
    })
  )
})
