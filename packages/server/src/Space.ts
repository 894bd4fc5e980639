/**
 * One space of a server: its attempts over a store and terminals, and the feed of their changes. A gateway has one; a mock
 * has one for each test that wants its own terminals, order ids and ledger.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type * as Tracer from "effect/Tracer"
import type { AttemptListener } from "./attempts/AttemptListener.ts"
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
  /** Milliseconds since 1970, by the clock of the attempts. */
  readonly now: () => number
  readonly frames: Frames
  /** Makes the answers to its orders. */
  readonly answerTo: AnswerTo
  /** Aborted when the space is dropped: streams and waits of it end. */
  readonly ended: AbortSignal
  /** What is known to have followed from an attempt; nothing by default. */
  readonly followUps?: ((attempt: string) => ReadonlyArray<FollowUp>) | undefined
  readonly interceptor?: OrderInterceptor | undefined
}

/** What a space is made of. */
export interface SpaceParts extends Pick<Space, "name" | "ended" | "followUps" | "interceptor"> {
  readonly store: OwedEnds
  readonly terminals: Terminals
  /** Receives changes and repeats of attempts, before the feed does. */
  readonly attemptListener?: Pick<AttemptListener, "onChange" | "onRepeat"> | undefined
  /** What HiPay notified of a relayed attempt by now; nothing by default. */
  readonly notificationsOf?: Endings.NotificationsOf | undefined
  /** Traces what ends an attempt later; nothing by default. */
  readonly tracer?: Tracer.Tracer | undefined
  /** Counts changes and repeats of attempts. */
  readonly observer?: Pick<AttemptListener, "onChange" | "onUnknownEnded" | "onRepeated"> | undefined
  readonly listener?: Listener | undefined
  /** What all processes write that share the store; this process's own changes by default. */
  readonly changes?: Feed.SharedChanges | undefined
  /** Aborted when the server shuts down. */
  readonly closing?: AbortSignal | undefined
  /** The shape of answers; `pos-api` by default. */
  readonly dialect?: Dialect | undefined
}

/** A space over a store and terminals; closing its scope waits for its payments. */
export const make = Effect.fnUntraced(function* (parts: SpaceParts): Effect.fn.Return<Space, never, Scope.Scope> {
  const { name, ended, store, terminals, closing, attemptListener, observer, followUps, interceptor } = parts
  const { dialect = "pos-api" } = parts
  const emit = safeListener(parts.listener)
  const clock = yield* Clock.Clock
  const feed = parts.changes === undefined ? Feed.make(Feed.startingNow()) : Feed.shared(parts.changes)
  const attempts = yield* Attempts.make({
    store,
    terminals,
    closing,
    tracer: parts.tracer,
    notificationsOf: parts.notificationsOf,
    listener: {
      onChange: (attempt) => {
        attemptListener?.onChange?.(attempt)
        observer?.onChange?.(attempt)
        feed.onChange(attempt)
      },
      onUnknownEnded: observer?.onUnknownEnded,
      onEvent: feed.onEvent,
      onPaymentEvent: parts.listener && ((attempt, event) => emit({ _tag: "Terminal", attempt, event })),
      onAlarm: (attempt, alarm) => {
        emit({ _tag: "Alarm", attempt: attempt.id, orderId: attempt.key.orderId, ...alarm })
        feed.onAlarm(attempt, alarm)
      },
      onRepeat: attemptListener?.onRepeat,
      onRepeated: observer?.onRepeated,
      onDefect: (attempt, error) => emit({ _tag: "Defect", attempt, error })
    }
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
