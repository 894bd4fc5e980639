/**
 * Runs one exchange from its first byte on: receives data, applies the deadlines, evaluates the answer, emits events. It runs
 * to its end even if the caller's wait for the answer is interrupted.
 *
 * It is driven by callbacks: the write is done, data arrived, the timer fired. A fiber exists only while the timer runs,
 * on the clock of the caller's context.
 */

import { defined } from "@hipay-pos/core/Defined"
import { monotonicMillis } from "@hipay-pos/core/MonotonicTime"
import { NotStarted, OutcomeUnknown } from "@hipay-pos/core/Terminal"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as Result from "effect/Result"
import { isPayment } from "../ActionStatus.ts"
import type * as Request from "../Request.ts"
import type { Answer, Reading } from "./Answer.ts"
import type { Address, Connection, Listener } from "./Connection.ts"
import * as ExchangeResult from "./ExchangeResult.ts"
import { evidenceOf } from "./evidenceOf.ts"
import { foreignReferences, type IsOtherOrder, refusalBy } from "./foreignReferences.ts"
import { ReceivedMessages } from "./ReceivedMessages.ts"
import type { SessionEvent } from "./SessionEvent.ts"
import type { ReadSettings } from "./SessionSettings.ts"
import type { TerminalLock } from "./TerminalLock.ts"

/** The request, how to send it, and who listens. */
export interface SentRequest {
  readonly request: Request.Request
  /** The request as sent. */
  readonly text: string
  /** The request as it may be shown. */
  readonly frame: string
  readonly settings: ReadSettings
  /** How to read the answer. */
  readonly reading: Reading
  /** Further texts that the answer may repeat unmasked in `CF` and `CH`, besides the request's. */
  readonly echoed: ReadonlyArray<string>
  readonly isOtherOrder: IsOtherOrder | undefined
  readonly emit: (event: SessionEvent<Answer>) => void
}

/**
 * Sends the request and runs until the connection is closed. Returns the effect that waits for the answer. The lock is released
 * once the outcome has been emitted. Fails if the terminal has already begun an answer or ended the connection: then nothing is
 * sent, and the caller has to close the connection and release the lock.
 */
export const start = (
  request: SentRequest,
  address: Address,
  connection: Connection,
  lock: TerminalLock
): Effect.Effect<Effect.Effect<Answer, OutcomeUnknown>, NotStarted> =>
  Effect.flatMap(Effect.context<never>(), (context) => {
    const runner = new ExchangeRunner(request, connection, lock, context)
    connection.receive(runner)
    const obstacle = runner.obstacle()
    if (obstacle !== undefined) {
      const { kind, detail } = obstacle
      return Effect.fail(new NotStarted({ kind, detail: `${address.host}:${address.port} ${detail}` }))
    }
    Effect.runForkWith(context)(runner.send())
    return Effect.succeed(Deferred.await(runner.answer))
  })

class ExchangeRunner implements Listener {
  readonly answer = Deferred.makeUnsafe<Answer, OutcomeUnknown>()
  private readonly sent: SentRequest
  private readonly connection: Connection
  private readonly lock: TerminalLock
  private readonly context: Context.Context<never>
  private readonly clock: Clock.Clock
  private readonly received: ReceivedMessages
  /** In monotonic milliseconds, as all times here. */
  private readonly sentAt: number
  private stage: "sending" | "waiting" | "late" | "over" = "sending"
  /** Data received before or while the request is sent, read once it is sent. */
  private readonly early: Array<string> = []
  private endedEarly: "closed" | "broken" | undefined
  /** When the wait for an answer ends. */
  private deadline = Number.POSITIVE_INFINITY
  /** When the first answer came, complete or not. */
  private answeredAt: number | undefined
  /** When a message began after an answer, if one is awaited. */
  private followedAt: number | undefined
  /** The timer, which fires at `firesAt`. */
  private timer: Fiber.Fiber<void> | undefined
  private firesAt = Number.NEGATIVE_INFINITY

  constructor(sent: SentRequest, connection: Connection, lock: TerminalLock, context: Context.Context<never>) {
    this.sent = sent
    this.connection = connection
    this.lock = lock
    this.context = context
    this.clock = Context.get(context, Clock.Clock)
    this.received = new ReceivedMessages(sent)
    this.sentAt = monotonicMillis(this.clock)
  }

  /**
   * Why the request must not be sent, judged by what came before it. Anything but an answer is skipped when the answer is read.
   */
  obstacle(): Pick<NotStarted, "kind" | "detail"> | undefined {
    if (beginsAnswer.test(this.early.join(""))) {
      const detail =
        "sent an answer before it was asked, perhaps to an earlier request: check at the terminal that its last payment was not for this order, then try again"
      return { kind: "AnsweredEarly", detail }
    }
    return this.endedEarly && { kind: "Unreachable", detail: "ended the connection before the request was sent" }
  }

  /** Writes the request. Always succeeds; the exchange's result is in `answer`. */
  send(): Effect.Effect<void> {
    const { text, settings } = this.sent
    const write = Effect.suspend(() => this.connection.write(text + settings.terminator))
    return Effect.matchCause(write, {
      onSuccess: () => this.guard(() => this.onSent()),
      onFailure: () => this.guard(() => this.onWriteFailed())
    })
  }

  private onSent(): void {
    const { emit, frame, settings } = this.sent
    this.deadline = this.sentAt + settings.answerTimeout
    emit({ _tag: "RequestSent", frame })
    // Take everything that has already arrived before evaluating it.
    for (const text of this.early) this.take(text)
    if (this.endedEarly !== undefined) this.received.end(this.endedEarly)
    this.stage = "waiting"
    this.advance()
  }

  private onWriteFailed(): void {
    this.stage = "over"
    const detail = "the connection broke while the request was sent"
    this.conclude(ExchangeResult.unknown(this.sent, "CutLine", detail, this.received))
  }

  onData(text: string): void {
    if (this.stage === "over") return
    if (this.stage === "sending") {
      this.early.push(text)
      return
    }
    this.guard(() => {
      this.take(text)
      this.advance()
    })
  }

  private take(text: string): void {
    this.sent.emit({ _tag: "Received", bytes: text.length })
    this.received.push(text)
  }

  onEnd(how: "closed" | "broken"): void {
    if (this.stage === "over") return
    if (this.stage === "sending") {
      this.endedEarly ??= how
      return
    }
    this.guard(() => {
      this.received.end(how)
      this.advance()
    })
  }

  /** Finishes if the answer is complete, the connection has ended or time is up; otherwise sets the timer. */
  private advance(): void {
    const now = monotonicMillis(this.clock)
    const until = this.waitsUntil(now)
    if (until <= now) this.finish()
    else if (until !== this.firesAt) this.setTimer(until, now)
  }

  private waitsUntil(now: number): number {
    switch (this.received.state()) {
      case "over":
        return now
      case "waiting":
        return this.deadline
      case "followed": {
        this.followedAt ??= now
        if (this.stage !== "late") return Math.min(this.deadline, this.followedAt + BEHIND_AN_ANSWER)
        return this.received.isSettled() ? Math.min(this.deadline, now + BEHIND_AN_ANSWER) : this.deadline
      }
      case "answered": {
        this.followedAt = undefined
        this.answeredAt ??= now
        const { request, settings } = this.sent
        const window = isLacking(request, this.received) ? settings.ticketWindow : settings.drainWindow
        // An answer just before the deadline gets its window. A terminal that never stops sending gets no more than that.
        return Math.min(now + window, Math.max(this.deadline, this.answeredAt + window))
      }
    }
  }

  private setTimer(until: number, now: number): void {
    this.timer?.interruptUnsafe()
    this.firesAt = until
    this.timer = Effect.runForkWith(this.context)(
      Effect.map(this.clock.sleep(Duration.millis(until - now)), () => {
        this.timer = undefined
        this.guard(() => this.finish())
      })
    )
  }

  /** Time is up, or the answer is complete. */
  private finish(): void {
    const now = monotonicMillis(this.clock)
    this.timer?.interruptUnsafe()
    this.timer = undefined
    const state = this.received.state()
    const isOpen = state === "waiting" || (state === "followed" && !this.received.isSettled())
    if (this.stage === "waiting" && isOpen) this.reportTimeout(now)
    else this.end(now)
  }

  private waited(now: number): ExchangeResult.Waited {
    return { elapsed: now - this.sentAt, behind: now - (this.followedAt ?? now) }
  }

  /** The caller gets `OutcomeUnknown`; a late answer is still received. */
  private reportTimeout(now: number): void {
    const { settings } = this.sent
    this.stage = "late"
    this.deadline = now + settings.lateAnswer
    const result = ExchangeResult.silence(this.sent, this.received, this.waited(now))
    this.emitOutcome(result)
    this.resume(result)
    this.lock.release()
    this.advance()
  }

  private end(now: number): void {
    this.stage = "over"
    this.received.settle()
    const result = ExchangeResult.evaluate(this.sent, this.received, this.waited(now))
    const { isOtherOrder } = this.sent
    const foreign = foreignReferences(result, this.sent, this.received)
    if (isOtherOrder === undefined || foreign.length === 0) {
      this.conclude(result)
      return
    }
    const checked = Effect.matchCause(refusalBy(result, foreign, isOtherOrder, this.sent, this.received), {
      onSuccess: (refusal) => this.guard(() => this.conclude(refusal ?? result)),
      onFailure: (cause) =>
        this.guard(() => {
          throw Cause.squash(cause)
        })
    })
    Effect.runForkWith(this.context)(checked)
  }

  /**
   * Closes the connection, emits the result, resumes a caller that still waits, and releases the lock. The caller may run on at
   * once, so `Closed`, which says that nothing more can come, is emitted before that.
   */
  private conclude(result: ExchangeResult.ExchangeResult): void {
    const { emit } = this.sent
    this.connection.close()
    const isLate = Deferred.isDoneUnsafe(this.answer)
    if (isLate) emit({ _tag: "LateAnswer", result })
    else this.emitOutcome(result)
    emit({ _tag: "Closed" })
    if (!isLate) this.resume(result)
    this.lock.release()
  }

  private emitOutcome(result: ExchangeResult.ExchangeResult): void {
    const { emit } = this.sent
    if (Result.isFailure(result)) emit({ _tag: "Unknown", reason: result.failure })
    else emit({ _tag: "Answered", frame: result.success.frame, answer: result.success })
  }

  /** Resumes the caller. The lock is released afterwards, so that the next exchange sees the effects. */
  private resume(result: ExchangeResult.ExchangeResult): void {
    Deferred.doneUnsafe(this.answer, Effect.fromResult(result))
  }

  private guard(step: () => void): void {
    try {
      step()
    } catch (defect) {
      this.abort(defect)
    }
  }

  /**
   * A defect must neither keep the lock nor let the caller wait for ever, and what was sent may have been paid. It is emitted
   * as an event: in the caller's cause, it would hide the unknown outcome from code that handles errors by type.
   */
  private abort(defect: unknown): void {
    this.stage = "over"
    this.timer?.interruptUnsafe()
    this.sent.emit({ _tag: "Defect", error: defect })
    this.conclude(Result.fail(this.unknownBy("an internal error ended the exchange")))
  }

  private unknownBy(detail: string): OutcomeUnknown {
    const kind = "CutLine" as const
    try {
      return new OutcomeUnknown(defined({ kind, detail, evidence: evidenceOf(this.sent, this.received, []) }))
    } catch {
      // The same defect may have struck again.
      return new OutcomeUnknown({ kind, detail })
    }
  }
}

/** Whether the answers lack a field that may still come: the ticket, a payment's amount, a refusal's reason. */
const isLacking = ({ action, ticket = "000" }: Request.Request, received: ReceivedMessages): boolean => {
  if (ticket.startsWith("1") && !received.has("ZT", "AK")) return true
  return received.saysDone() ? isPayment(action) && !received.has("CB") : !received.has("AF")
}

/**
 * Whether what came before the request is an answer to another request, or may be the start of one: a field comes first, or the
 * first bytes of `CZ`, or `CZ` or `AE` follows other bytes.
 */
const beginsAnswer = /^[\r\n\0 ]*(?:[A-Z]{2}\d{3}|C(?:Z\d{0,2})?$)|(?:CZ|AE)\d{3}/

/** How long to wait for a message that began after an answer, in milliseconds, in however many pieces it comes. */
const BEHIND_AN_ANSWER = 5_000
