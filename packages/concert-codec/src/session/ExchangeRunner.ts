/**
 * One exchange from its first byte on: hears what arrives, waits for what does not, concludes and tells. Nothing stops
 * it, and whoever waits for its answer may leave.
 *
 * It runs in the turn of whatever happens next: the write, an arrival, the end of a wait. A fiber is there only while it
 * waits, to sleep by the surrounding clock.
 */
import type { OutcomeUnknown } from "@hipay-pos/core/Terminal"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as Result from "effect/Result"
import { isPayment } from "../ActionStatus.ts"
import type * as Request from "../Request.ts"
import * as Tlv from "../Tlv.ts"
import type { Settings } from "./ConcertSession.ts"
import * as Conclusion from "./Conclusion.ts"
import type { Connection, Listener } from "./Connection.ts"
import { Inbox, statusOf } from "./Inbox.ts"
import type { SessionEvent } from "./SessionEvent.ts"
import type * as Turns from "./Turns.ts"

/** What is asked, by whom. */
export interface Question {
  readonly request: Request.Request
  /** The request as it is sent. */
  readonly text: string
  readonly settings: Settings
  readonly tell: (event: SessionEvent<Conclusion.Answer>) => void
}

/**
 * Sends the request and stays until the connection is closed; gives the way to wait for the answer. The turn is given
 * back as soon as the outcome is told.
 */
export const begin = (
  question: Question,
  connection: Connection,
  turn: Turns.Turn
): Effect.Effect<Effect.Effect<Conclusion.Answer, OutcomeUnknown>> =>
  Effect.map(Effect.context<never>(), (context) => {
    const conversation = new Conversation(question, connection, turn, context)
    Effect.runForkWith(context)(conversation.send())
    return Deferred.await(conversation.answer)
  })

class Conversation implements Listener {
  readonly answer = Deferred.makeUnsafe<Conclusion.Answer, OutcomeUnknown>()
  private readonly question: Question
  private readonly connection: Connection
  private readonly turn: Turns.Turn
  private readonly context: Context.Context<never>
  private readonly clock: Clock.Clock
  private readonly inbox: Inbox
  private readonly sentAt: number
  private stage: "sending" | "waiting" | "late" | "over" = "sending"
  /** Until then an answer may begin to come. */
  private deadline = Number.POSITIVE_INFINITY
  /** Sleeps until `wakesAt`. */
  private sleeper: Fiber.Fiber<void> | undefined
  private wakesAt = Number.NEGATIVE_INFINITY

  constructor(question: Question, connection: Connection, turn: Turns.Turn, context: Context.Context<never>) {
    this.question = question
    this.connection = connection
    this.turn = turn
    this.context = context
    this.clock = Context.get(context, Clock.Clock)
    const { privateData, reference } = question.request
    const sent = [privateData, reference].filter((text) => text !== undefined)
    this.inbox = new Inbox(question.settings.maximumBytes, sent)
    this.sentAt = this.clock.currentTimeMillisUnsafe()
  }

  /** Writes the request; what comes of that is this conversation's affair. */
  send(): Effect.Effect<void> {
    const { text, settings } = this.question
    const write = Effect.suspend(() => this.connection.write(text + terminators[settings.requestTerminator]))
    return Effect.matchCause(write, {
      onSuccess: () => this.guard(() => this.sent()),
      onFailure: () => this.guard(() => this.notSent())
    })
  }

  private sent(): void {
    const { tell, text, settings } = this.question
    this.deadline = this.sentAt + Duration.toMillis(settings.answerDeadline)
    tell({ _tag: "RequestSent", frame: Tlv.redact(text) })
    // All that is there already is heard before anything is made of it.
    this.connection.receive(this)
    this.stage = "waiting"
    this.goOn()
  }

  private notSent(): void {
    this.stage = "over"
    this.connection.close()
    this.settle(Conclusion.unknown("CutLine", "the connection broke while the request was sent", this.inbox))
    this.question.tell({ _tag: "Closed" })
    this.turn.release()
  }

  heard(text: string): void {
    if (this.stage === "over") return
    this.question.tell({ _tag: "Received", bytes: text.length })
    this.guard(() => {
      this.inbox.push(text)
      this.goOn()
    })
  }

  ended(how: "closed" | "broken"): void {
    if (this.stage === "over") return
    this.guard(() => {
      this.inbox.end(how)
      this.goOn()
    })
  }

  /** Concludes when the answer is whole, the line has ended or the time is up; else sleeps until something comes. */
  private goOn(): void {
    if (this.stage === "sending") return
    const now = this.clock.currentTimeMillisUnsafe()
    const until = this.waitsUntil(now)
    if (until <= now) this.conclude()
    else if (until !== this.wakesAt) this.sleep(until, now)
  }

  private waitsUntil(now: number): number {
    switch (this.inbox.standing()) {
      case "over":
        return now
      case "waiting":
        return this.deadline
      case "answered": {
        const { request, settings } = this.question
        return now + Duration.toMillis(isLacking(request, this.inbox) ? settings.ticketWindow : settings.drainWindow)
      }
    }
  }

  private sleep(until: number, now: number): void {
    this.sleeper?.interruptUnsafe()
    this.wakesAt = until
    this.sleeper = Effect.runForkWith(this.context)(
      Effect.map(this.clock.sleep(Duration.millis(until - now)), () => {
        this.sleeper = undefined
        this.guard(() => this.conclude())
      })
    )
  }

  /** Time is up, or there is nothing left to wait for. */
  private conclude(): void {
    const now = this.clock.currentTimeMillisUnsafe()
    this.sleeper?.interruptUnsafe()
    this.sleeper = undefined
    if (this.stage === "waiting" && this.inbox.standing() === "waiting") this.beSilent(now)
    else this.close(now)
  }

  /** The caller learns that nothing came; an answer that comes late is still heard. */
  private beSilent(now: number): void {
    const { settings } = this.question
    this.stage = "late"
    this.deadline = now + Duration.toMillis(settings.lateAnswer)
    this.settle(Conclusion.silence(this.question, this.inbox))
    this.turn.release()
    this.goOn()
  }

  private close(now: number): void {
    const { tell } = this.question
    const isLate = this.stage === "late"
    this.stage = "over"
    const conclusion = Conclusion.conclude(this.question, this.inbox, now - this.sentAt)
    if (isLate) tell({ _tag: "LateAnswer", result: conclusion })
    this.connection.close()
    if (!isLate) this.settle(conclusion)
    tell({ _tag: "Closed" })
    this.turn.release()
  }

  /** Tells how it ended; the turn is released behind that, so that whoever is next finds it told. */
  private settle(conclusion: Conclusion.Conclusion): void {
    const { tell } = this.question
    if (Result.isSuccess(conclusion)) {
      tell({ _tag: "Answered", frame: conclusion.success.frame, answer: conclusion.success })
      Deferred.doneUnsafe(this.answer, Effect.succeed(conclusion.success))
    } else {
      tell({ _tag: "Unknown", reason: conclusion.failure })
      Deferred.doneUnsafe(this.answer, Effect.fail(conclusion.failure))
    }
  }

  /** A defect in here must not keep the turn, nor let the caller wait for ever. */
  private guard(step: () => void): void {
    try {
      step()
    } catch (defect) {
      this.stage = "over"
      this.sleeper?.interruptUnsafe()
      Deferred.doneUnsafe(this.answer, Effect.die(defect))
      this.connection.close()
      this.turn.release()
    }
  }
}

/** Whether the answers lack what may well be on its way: the ticket, the amount of what is done, the reason of what is not. */
const isLacking = ({ action, ticket = "000" }: Request.Request, inbox: Inbox): boolean => {
  const answers = inbox.answers()
  const has = (...tags: ReadonlyArray<string>) =>
    answers.some(({ fields }) => fields.some(({ tag }) => tags.includes(tag)))
  if (ticket.startsWith("1") && !has("ZT", "AK")) return true
  return answers.some((answer) => statusOf(answer) === "done") ? isPayment(action) && !has("CB") : !has("AF")
}

const terminators = { none: "", CR: "\r", LF: "\n", CRLF: "\r\n" } as const
