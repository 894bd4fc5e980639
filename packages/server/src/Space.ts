/**
 * One space of a server: its attempts over a store and terminals, and the feed of their changes. A gateway has one; a mock
 * has one for each test that needs its own terminals, order ids and ledger.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type * as Tracer from "effect/Tracer"
import * as AttemptListener from "./attempts/AttemptListener.ts"
import * as Attempts from "./attempts/Attempts.ts"
import type * as Endings from "./attempts/Endings.ts"
import * as Feed from "./attempts/Feed.ts"
import type { OwedEnds } from "./attempts/OwedEnds.ts"
import type { OrderInterceptor } from "./OrderInterceptor.ts"
import type { AnswerTo } from "./render/attemptAnswer.ts"
import type { FollowUp } from "./render/attemptView.ts"
import { answerTo, type Dialect } from "./render/Dialect.ts"
import { type Listener, safeListener } from "./ServerEvent.ts"
import type { Frames, Terminals } from "./terminals/Terminals.ts"

export type { FollowUp }

/** A space. */
export interface Space {
  readonly name: string
  readonly attempts: Attempts.Attempts
  readonly feed: Feed.Feed
  /** Milliseconds since 1970, by the attempts' clock. */
  readonly now: () => number
  readonly frames: Frames
  /** Makes the answers to its orders. */
  readonly answerTo: AnswerTo
  /** Aborted when the space is dropped: its streams and waits end. */
  readonly ended: AbortSignal
  /** What is known to have followed from an attempt; nothing by default. */
  readonly followUps?: ((attempt: string) => ReadonlyArray<FollowUp>) | undefined
  readonly interceptor?: OrderInterceptor | undefined
}

/** What a space is made of. */
export interface SpaceParts extends Pick<Space, "name" | "ended" | "followUps" | "interceptor"> {
  readonly store: OwedEnds
  readonly terminals: Terminals
  /** Receive the attempts' reports, in list order and before the feed. */
  readonly attemptListeners?: ReadonlyArray<AttemptListener.AttemptListener | undefined> | undefined
  /** HiPay's notifications of a relayed attempt so far; none by default. */
  readonly notificationsOf?: Endings.NotificationsOf | undefined
  /** Traces what ends an attempt later; no traces by default. */
  readonly tracer?: Tracer.Tracer | undefined
  readonly listener?: Listener | undefined
  /** The changes of all processes that share the store; only this process's own by default. */
  readonly changes?: Feed.SharedChanges | undefined
  /** Aborted when the server shuts down. */
  readonly closing?: AbortSignal | undefined
  /** The shape of answers; `pos-api` by default. */
  readonly dialect?: Dialect | undefined
}

/** A space over a store and terminals; closing its scope waits for its payments. */
export const make = Effect.fnUntraced(function* (parts: SpaceParts): Effect.fn.Return<Space, never, Scope.Scope> {
  const { name, ended, store, terminals, closing, followUps, interceptor } = parts
  const { attemptListeners = [], dialect = "pos-api" } = parts
  const emit = safeListener(parts.listener)
  const clock = yield* Clock.Clock
  const feed = parts.changes === undefined ? Feed.make(Feed.startingNow()) : Feed.shared(parts.changes)
  const attempts = yield* Attempts.make({
    store,
    terminals,
    closing,
    tracer: parts.tracer,
    notificationsOf: parts.notificationsOf,
    listener: AttemptListener.all([
      ...attemptListeners,
      {
        onPaymentEvent: (attempt, event) => emit({ _tag: "Terminal", attempt, event }),
        onAlarm: (attempt, alarm) =>
          emit({ _tag: "Alarm", attempt: attempt.id, orderId: attempt.key.orderId, ...alarm }),
        onDefect: (attempt, error) => emit({ _tag: "Defect", attempt, error })
      },
      feed
    ])
  })
  return {
    name,
    attempts,
    feed,
    now: () => clock.currentTimeMillisUnsafe(),
    frames: terminals.frames,
    answerTo: answerTo[dialect],
    ended,
    followUps,
    interceptor
  }
})
