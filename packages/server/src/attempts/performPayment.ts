/**
 * Performs a claimed payment: waits for its turn at the terminal, has the terminal perform it, writes the end.
 *
 * What the terminal reports meanwhile becomes the attempt's events. A late answer is written after the end. A closing server, or
 * the departure of all callers, interrupts the payment only before anything is sent: until the terminal performs it or, if the
 * terminal reports when it connects, until then.
 */
import { defined } from "@hipay-pos/core/Defined"
import type { PaymentRequest } from "@hipay-pos/core/Payment"
import { NotStarted } from "@hipay-pos/core/Terminal"
import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import type { PaymentEvent, UpstreamAnswer } from "../terminals/PaymentEvent.ts"
import type { Chosen } from "../terminals/Terminals.ts"
import type { AnswerWindows } from "./AnswerWindows.ts"
import { type Attempt, answeredAs, type PerformedResult } from "./Attempt.ts"
import * as AttemptEvent from "./AttemptEvent.ts"
import type { AttemptListener } from "./AttemptListener.ts"
import type { Claimed } from "./AttemptStore.ts"
import { awaitTurn } from "./awaitTurn.ts"
import type { Callers } from "./Callers.ts"
import type { Endings } from "./Endings.ts"
import type { OwedEnds } from "./OwedEnds.ts"
import type { Failure, Submission } from "./Submission.ts"

/** A payment with its chosen terminal. */
export interface PreparedPayment {
  readonly attempt: Attempt
  /** The request to the terminal. */
  readonly request: PaymentRequest
  /** The attempt's events: they grow while the terminal performs, and when it answers late. */
  readonly events: Array<AttemptEvent.AttemptEvent>
  readonly chosen: Chosen
  readonly trace: Submission["trace"] | undefined
  /** Undoes the terminal's preparations. */
  readonly letGo: Effect.Effect<void>
}

/** An attempt that is claimed. */
export type Written = Extract<Claimed, { readonly _tag: "Written" }>

/** What the payments of one server are performed with. */
export interface Dependencies {
  readonly store: OwedEnds
  readonly listener: AttemptListener
  /** Aborted when the server shuts down. */
  readonly closing: AbortSignal | undefined
  readonly endings: Pick<Endings, "end" | "endLate">
  readonly windows: AnswerWindows
  /** Attempts under way, by id: added here, and removed once the end is written or owed. */
  readonly open: Map<string, Attempt>
  /** Receives the bodies that other services answered with. */
  readonly bodies: WeakMap<Attempt, UpstreamAnswer["body"]>
  readonly now: () => number
  /** Runs an effect in its own fiber; closing waits for it. */
  readonly run: (effect: Effect.Effect<unknown>) => void
}

/** Makes the functions that perform a server's payments and interrupt those queued for their terminal. */
export const makePerform = ({ store, listener, closing, endings, windows, open, bodies, now, run }: Dependencies) => {
  /** Payments queued for their terminal: nothing was sent yet. */
  const queued = new Set<Fiber.Fiber<unknown, unknown>>()
  const interruptQueued = () => {
    for (const fiber of queued) fiber.interruptUnsafe()
  }

  const perform = (
    { attempt: opened, request, events, chosen, trace, letGo }: PreparedPayment,
    { isQueued, mayDial }: Written,
    callers: Callers
  ): Effect.Effect<Attempt, Failure> =>
    Effect.withFiber((fiber) => {
      queued.add(fiber)
      open.set(opened.id, opened)
      const began = windows.now()
      const closed = Deferred.makeUnsafe<Attempt>()
      let answer: UpstreamAnswer | undefined
      const note = (event: PaymentEvent) => {
        if (event._tag === "Defect") return listener.onDefect?.(opened.id, event.error)
        trace?.terminal(event)
        if (event._tag === "Connecting" || event._tag === "UpstreamAsked") queued.delete(fiber)
        if (event._tag === "UpstreamAnswered") answer = event.answer
        if (event._tag === "Unknown") windows.open(opened.id, Duration.toMillis(chosen.lateAnswer))
        if (event._tag === "Closed") windows.close(opened.id)
        const kept = AttemptEvent.fromPaymentEvent(event, now())
        if (kept !== undefined) {
          events.push(kept)
          listener.onEvent?.(opened, kept)
        }
        if (event._tag === "LateAnswer") {
          const { result } = event
          run(Effect.flatMap(Deferred.await(closed), (attempt) => endings.endLate(withAnswer(attempt, answer), result)))
        }
        listener.onPaymentEvent?.(opened.id, event)
      }
      const write = (result: PerformedResult) => {
        queued.delete(fiber)
        events.push({
          ...{ at: now(), kind: "answer", as: answeredAs(result) },
          ...defined({ listensUntil: windows.listensUntil(opened.id) })
        })
        const concluded = trace?.step("conclude")
        return Effect.map(endings.end(withAnswer(opened, answer), result), (ended) => {
          concluded?.()
          trace?.concluded(ended)
          if (answer !== undefined) bodies.set(ended, answer.body)
          if (ended.state === "unknown") windows.began(opened.id, began)
          open.delete(opened.id)
          Deferred.doneUnsafe(closed, Effect.succeed(ended))
          listener.onChange?.(store.find(opened.id)?.attempt ?? ended)
          return ended
        })
      }
      const conclude = (result: PerformedResult) =>
        Effect.ensuring(
          Effect.suspend(() => write(result)),
          letGo
        )
      // Closing may have begun while the attempt was written.
      if (closing?.aborted) fiber.interruptUnsafe()
      callers.whenGone(() => {
        const isUnsent = queued.has(fiber)
        if (isUnsent) fiber.interruptUnsafe()
        return isUnsent
      })
      // A caller that seems gone may only have closed its sending side: if the terminal is free, it gets its answer.
      if (isQueued) callers.check()
      const performed = Effect.suspend(() => {
        if (chosen.isInterruptible !== true) queued.delete(fiber)
        return chosen.perform(request, note, opened.id, mayDial)
      })
      const inTurn = isQueued ? Effect.andThen(awaitTurn(store, opened.id, chosen, trace), performed) : performed
      return Effect.matchCauseEffect(Effect.interruptible(inTurn), {
        onSuccess: (outcome) => conclude({ _tag: "Outcome", outcome }),
        onFailure: (cause) => {
          const error = Cause.findErrorOption(cause)
          if (Option.isSome(error)) return conclude({ _tag: "Error", reason: error.value.reason })
          if (queued.has(fiber) && Cause.hasInterruptsOnly(cause))
            return conclude({ _tag: "Error", reason: closing?.aborted ? shutDown : callersGone })
          listener.onDefect?.(opened.id, Cause.squash(cause))
          return conclude({ _tag: "Defect" })
        }
      })
    })

  return { perform, interruptQueued }
}

/** The attempt with another service's answer and the findings about it. */
const withAnswer = (attempt: Attempt, answer: UpstreamAnswer | undefined): Attempt =>
  answer === undefined || attempt.received === answer.received
    ? attempt
    : { ...attempt, received: answer.received, findings: [...attempt.findings, ...answer.findings] }

const shutDown = new NotStarted({ kind: "QueueFull", detail: "the server shut down before the terminal was free" })

const callersGone = new NotStarted({
  kind: "QueueFull",
  detail: "the caller disconnected before the terminal was free"
})
