/** The spaces of a mock, which `makeApp` serves: in each space terminals, the store of attempts, and the attempts themselves. */

import type { RecordedExchange } from "@hipay-pos/core/wire/RecordedExchange"
import {
  AttemptStore,
  type Dialect,
  type Listener,
  MemoryStore,
  OwedEnds,
  Space,
  Spaces,
  safeListener
} from "@hipay-pos/server"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import { interceptOrder } from "./mock/interceptOrder.ts"
import * as MockSpace from "./mock/MockSpace.ts"
import { makeReplay } from "./mock/replay.ts"
import * as Reference from "./transactions/Reference.ts"

/** How the spaces are set up. */
export interface MockSpacesOptions extends Omit<MockSpace.MockSpaceOptions, "nextReference"> {
  /** Where the attempts of the space without a name are kept; in memory by default, as those of all others are. */
  readonly store?: AttemptStore.AttemptStore | undefined
  readonly listener?: Listener | undefined
  /** Exchanges on record, which orders are answered from. */
  readonly recorded?: ReadonlyArray<RecordedExchange> | undefined
  readonly tracer?: Space.SpaceParts["tracer"]
  /** Told what happens to attempts, after the mock itself. */
  readonly attemptListeners?: Space.SpaceParts["attemptListeners"]
  /** Aborted when the server shuts down. */
  readonly closing?: AbortSignal | undefined
  /** The shape of answers; `pos-api` by default. */
  readonly dialect?: Dialect | undefined
}

/** Everything that the app needs. Its release waits for the payments under way. */
export const layer = (options: MockSpacesOptions = {}): Layer.Layer<Spaces.Spaces> =>
  Layer.effect(
    Spaces.Spaces,
    Effect.suspend(() => spaces(options))
  )

const spaces = (options: MockSpacesOptions) => {
  const { seed } = options
  // One for all spaces: a shop knows by its reference whether a notification came before. A store outlives the mock's start.
  const nextReference = seed === undefined || options.store !== undefined ? Reference.timed : Reference.counted()
  return Spaces.many(
    Effect.fnUntraced(function* (name: string, ended: AbortSignal) {
      const stored = name === "" ? options.store : undefined
      const mock = yield* MockSpace.make({
        ...options,
        nextReference,
        forgetStored: stored && options.forgetStored
      })
      const known = OwedEnds.over(stored ?? MemoryStore.make(), (detail) =>
        safeListener(options.listener)({ _tag: "StoreWarning", detail })
      )
      const store = stored === undefined ? known : untilDropped(known, ended)
      const { terminals, clock } = mock
      // Under a frozen clock, pending sleeps would never end.
      ended.addEventListener("abort", clock.resume)
      // The terminals of a space that is gone can no longer be reached: a payment that waits for a card there would run into its timeout.
      ended.addEventListener("abort", () => Effect.runFork(terminals.shutDown))
      options.closing?.addEventListener("abort", clock.resume, { signal: ended })
      // A store has attempts of earlier starts, whose ids the same seed would give again.
      const seeded = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
        seed === undefined || stored !== undefined ? effect : Random.withSeed(effect, seed)
      const space = yield* Effect.provideService(
        seeded(
          Space.make({
            ...options,
            name,
            ended,
            store,
            terminals,
            followUps: MockSpace.followUps(mock),
            interceptor: interceptOrder(mock, options.recorded && makeReplay(options.recorded)),
            attemptListeners: [
              {
                onChange: mock.attemptChanged,
                onRepeatWhileUndecided: (orderId, attempt) =>
                  mock.report({
                    code: "would-have-charged-twice",
                    orderId,
                    attempt,
                    detail:
                      "the order was sent again before its outcome was known; no protection of the real service is documented"
                  })
              },
              ...(options.attemptListeners ?? [])
            ]
          })
        ),
        Clock.Clock,
        clock
      )
      return MockSpace.attach(space, mock)
    })
  )
}

/**
 * A space that started over claims nothing any more in a store that it leaves to the next space. What its payments under way
 * come to is written nowhere, once their attempts are forgotten.
 */
const untilDropped = (store: OwedEnds.OwedEnds, ended: AbortSignal): OwedEnds.OwedEnds => ({
  ...store,
  claim: (claim) => Effect.suspend(() => (ended.aborted ? Effect.fail(startedOver()) : store.claim(claim))),
  change: (seen, next) =>
    Effect.map(store.change(seen, next), (changed) =>
      ended.aborted && changed._tag === "Stands" && changed.attempt === undefined ? { _tag: "Written" } : changed
    )
})

const startedOver = () => AttemptStore.unavailable("the mock has started over")
