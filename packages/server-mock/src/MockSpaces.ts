/** The spaces of a mock, which `makeApp` serves. Each space has its own terminals, store and attempts. */

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
  /** Keeps the attempts of the unnamed space; in memory by default, like those of all other spaces. */
  readonly store?: AttemptStore.AttemptStore | undefined
  readonly listener?: Listener | undefined
  /** Recorded exchanges that orders are answered from. */
  readonly recorded?: ReadonlyArray<RecordedExchange> | undefined
  readonly tracer?: Space.SpaceParts["tracer"]
  /** Called when attempts change, after the mock's own listener. */
  readonly attemptListeners?: Space.SpaceParts["attemptListeners"]
  /** Aborted when the server shuts down. */
  readonly closing?: AbortSignal | undefined
  /** The shape of answers; `pos-api` by default. */
  readonly dialect?: Dialect | undefined
}

/** Everything that the app needs. Its release waits for payments in progress. */
export const layer = (options: MockSpacesOptions = {}): Layer.Layer<Spaces.Spaces> =>
  Layer.effect(
    Spaces.Spaces,
    Effect.suspend(() => spaces(options))
  )

const spaces = (options: MockSpacesOptions) => {
  const { seed } = options
  // One for all spaces: shops detect repeated notifications by reference. A store outlives the mock's process.
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
      // Nobody can reach the terminals of a removed space: a payment waiting for a card there would have to time out.
      ended.addEventListener("abort", () => Effect.runFork(terminals.shutDown))
      options.closing?.addEventListener("abort", clock.resume, { signal: ended })
      // A store has attempts of earlier runs, and the same seed would repeat their ids.
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
 * A space that was reset makes no more claims in the store, which the next space now uses. The outcomes of its payments in
 * progress are not written once their attempts are forgotten.
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
