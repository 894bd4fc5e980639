/** The layers of the mock put together: in each space terminals, the store of attempts, and the attempts themselves. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { type Dialect, translate } from "./dialect/Dialect.ts"
import * as MockSpace from "./mock/MockSpace.ts"
import { toAnswer } from "./respond.ts"
import { type Listener, quietly } from "./ServerEvent.ts"
import * as Spaces from "./Spaces.ts"
import type { Terminals } from "./terminals/Terminals.ts"
import * as AttemptStore from "./transactions/AttemptStore.ts"
import * as Attempts from "./transactions/Attempts.ts"
import * as Feed from "./transactions/Feed.ts"
import * as OwedEnds from "./transactions/OwedEnds.ts"

/** How a mock is set up. */
export interface ServerMockOptions extends MockSpace.MockSpaceOptions {
  /** Where the attempts of the space without a name are kept; in memory by default, as those of all others are. */
  readonly store?: AttemptStore.AttemptStore
  readonly listener?: Listener
  /** Aborted when the server shuts down. */
  readonly closing?: AbortSignal
  /** The shape of answers; `pos-api` by default. */
  readonly dialect?: Dialect
}

/** Everything that the app needs. Its release waits for the payments under way. */
export const layer = (options: ServerMockOptions = {}): Layer.Layer<Spaces.Spaces> =>
  Layer.effect(
    Spaces.Spaces,
    Spaces.many(
      Effect.fnUntraced(function* (name: string, ended: AbortSignal) {
        const mock = yield* MockSpace.make(options)
        const store = OwedEnds.over((name === "" ? options.store : undefined) ?? AttemptStore.memory())
        const { terminals, clock } = mock
        // Whoever still waits would wait for ever under a clock that stands still.
        ended.addEventListener("abort", clock.resume)
        options.closing?.addEventListener("abort", clock.resume, { signal: ended })
        const space = yield* Effect.provideService(
          makeSpace({
            ...options,
            name,
            ended,
            store,
            terminals,
            onChange: mock.attemptChanged,
            onRepeat: (orderId, attempt) =>
              mock.notice({
                code: "would-have-charged-twice",
                orderId,
                ...(attempt === undefined ? {} : { attempt }),
                detail: "the order came again before its outcome was known; the real service documents no protection"
              })
          }),
          Clock.Clock,
          clock
        )
        return { ...space, mock }
      })
    )
  )

/** What a space is made of. */
export interface SpaceParts {
  readonly name: string
  readonly ended: AbortSignal
  readonly store: OwedEnds.OwedEnds
  readonly terminals: Terminals
  readonly onChange?: Attempts.Surroundings["onChange"]
  readonly onRepeat?: Attempts.Surroundings["onRepeat"]
  readonly listener?: Listener
  readonly closing?: AbortSignal
  readonly dialect?: Dialect
}

/** A space over a store and terminals; closing its scope waits for its payments. */
export const makeSpace = (parts: SpaceParts): Effect.Effect<Spaces.Space, never, Scope.Scope> => {
  const { name, ended, terminals, closing, onChange, onRepeat, dialect = "pos-api" } = parts
  const tell = quietly(parts.listener)
  const feed = Feed.make()
  return Effect.map(
    Attempts.make({
      store: parts.store,
      terminals,
      toAnswer: (ended) => translate(dialect, toAnswer(ended), ended.attempt),
      ...(closing === undefined ? {} : { closing }),
      ...(onRepeat === undefined ? {} : { onRepeat }),
      onChange: (attempt) => {
        onChange?.(attempt)
        feed.changed(attempt)
      },
      onMoment: feed.happened,
      onEvent: (attempt, event) => tell({ _tag: "Terminal", attempt, event }),
      onAlarm: (attempt, alarm) => {
        tell({ _tag: "Alarm", attempt: attempt.id, orderId: attempt.key.orderId, ...alarm })
        feed.alarmed(attempt, alarm)
      },
      onDefect: (attempt, error) => tell({ _tag: "Defect", attempt, error })
    }),
    (attempts) => ({ name, attempts, feed, ended })
  )
}
