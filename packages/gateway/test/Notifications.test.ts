/** What of an attempt's notifications counts as considered. */
import { assert, describe, it } from "@effect/vitest"
import { Attempt, Attempts, MemoryStore, type NotificationStore, OwedEnds } from "@hipay-pos/server"
import { attempt, frames, put } from "@hipay-pos/server/testing"
import * as Effect from "effect/Effect"
import * as Notifications from "../src/relay/Notifications.ts"

describe("a notification", () => {
  it.effect(
    "is not considered where its attempt was open as it was applied, although another relay has ended that since",
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
        const notification = { at: 1, reference: "800", status: 116, test: true, currency: "EUR", authorized: 1250 }
        const considered: Array<number | undefined> = []
        let done = Promise.withResolvers<void>()
        const store = {
          isShared: true,
          of: () => Effect.succeed({ notifications: [notification], last: 7 }),
          unconsidered: () => Effect.succeed([]),
          consider: (_, work) =>
            Effect.map(work, (last) => {
              considered.push(last)
              done.resolve()
            })
        } as Partial<NotificationStore> as NotificationStore
        const { onChange } = yield* Notifications.make(
          {
            ...{ store, signerOf: () => undefined, attemptIn: () => undefined, refusalsAfter: 0 },
            ...{ onRefused: () => {}, onWarning: () => {} }
          },
          {
            get: attempts.get,
            // Between this and what follows the other relay writes its end.
            notified: (...all) =>
              Effect.tap(attempts.notified(...all), () =>
                considered.length === 0 ? memory.change(opened, declined) : Effect.void
              )
          }
        )
        for (const expected of [[undefined], [undefined, 7]]) {
          onChange(declined)
          yield* Effect.promise(() => done.promise)
          done = Promise.withResolvers()
          assert.deepStrictEqual(considered, expected)
        }
        assert.strictEqual((yield* memory.get("A"))?.state, "unknown")
      })
  )
})
