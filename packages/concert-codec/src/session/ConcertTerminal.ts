/**
 * A payment terminal that speaks Concert, behind core's port: one payment in, one outcome out.
 *
 * It knows which terminal, how it likes to be asked, and what its answer means; the waiting is `ConcertSession`'s. An
 * answer that says done is never a failure. `recover` is there only where the terminal's profile says that its
 * duplicata can be trusted.
 */
import type { PaymentOutcome, PaymentRequest } from "@hipay-pos/core/Payment"
import * as Terminal from "@hipay-pos/core/Terminal"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type * as SendPolicy from "../SendPolicy.ts"
import * as ConcertSession from "./ConcertSession.ts"
import type { Address, Connector } from "./Connection.ts"
import * as Outcome from "./Outcome.ts"
import * as Recovery from "./Recovery.ts"
import type { SessionEvent } from "./SessionEvent.ts"
import * as TerminalSettings from "./TerminalSettings.ts"

/** What is known of a model or firmware. */
export interface Profile {
  readonly name: string
  /** Its duplicata repeats the last transaction faithfully, so that it can prove a payment. */
  readonly duplicata: boolean
}

/** Everything optional is a setting of one terminal. */
export type Settings = TerminalSettings.TerminalSettings &
  Partial<ConcertSession.Settings> & {
    /** Default: a terminal of which nothing is known. */
    readonly profile?: Profile
  }

/** What happens at a terminal, by order. */
export type TerminalEvent = { readonly orderId: string } & (
  | Exclude<SessionEvent<never>, { readonly _tag: "Answered" | "LateAnswer" }>
  /** A clear answer and what it means; told whether the caller still waits or not. */
  | { readonly _tag: "Answered"; readonly frame: string; readonly outcome: PaymentOutcome }
  /** After an outcome that was unknown for want of an answer: what came of it, or why nothing did. */
  | {
      readonly _tag: "LateAnswer"
      readonly frame?: string
      readonly result: Result.Result<PaymentOutcome, Terminal.OutcomeUnknown>
    }
)

export interface Options {
  /** The way to the terminal: TCP, or memory. */
  readonly connector: Connector
  readonly address: Address
  readonly settings?: Settings
  /** Asked when the terminal's turn has come, before it is connected to: the last word on whether a request may be sent. */
  readonly admit?: ConcertSession.Exchange["admit"]
  /** Told synchronously as things happen, late answers included. What it throws is dropped. */
  readonly onEvent?: (event: TerminalEvent) => void
}

/** A terminal, and what only Concert terminals can do. */
export interface ConcertTerminal extends Terminal.Terminal {
  /** Asks who is there, which moves no money: the answer's fields. */
  readonly identify: Effect.Effect<ConcertSession.Answer, Terminal.TerminalError>
  /** Looks for evidence that an unknown payment was made. There only when the profile declares a faithful duplicata. */
  readonly recover?: (attempt: Recovery.Attempt) => Effect.Effect<Recovery.Evidence, Terminal.TerminalError>
}

/** The terminal at an address. */
export const make = ({ connector, address, settings = {}, admit, onEvent }: Options): ConcertTerminal => {
  const ask = (
    { request, policy }: TerminalSettings.Prepared,
    listener?: (event: SessionEvent<ConcertSession.Answer>) => void
  ) =>
    Effect.mapError(
      ConcertSession.exchange({ connector, address, request, policy, settings, admit, onEvent: listener }),
      (reason) => new Terminal.TerminalError({ reason })
    )
  const question = (action: "duplicata" | "identification", version: SendPolicy.Version) =>
    Effect.suspend(() => ask(TerminalSettings.prepareQuestion(action, version, settings)))

  const perform = (payment: PaymentRequest): Effect.Effect<PaymentOutcome, Terminal.TerminalError> =>
    Effect.suspend(() => {
      const reading = new Reading(payment)
      const listener =
        onEvent && ((event: SessionEvent<ConcertSession.Answer>) => onEvent(forOrder(event, payment, reading)))
      return Effect.map(ask(TerminalSettings.prepare(payment, settings), listener), (answer) => reading.of(answer))
    })

  const identify = question("identification", settings.version ?? "3.2")
  if (settings.profile?.duplicata !== true) return { perform, identify }
  return {
    perform,
    identify,
    recover: (attempt) =>
      Effect.map(question("duplicata", TerminalSettings.versionOf(attempt.payment, settings)), (answer) =>
        Recovery.weigh(answer, attempt)
      )
  }
}

/** Reads an answer once, for whoever asks first: the listener or the caller. */
class Reading {
  private readonly payment: PaymentRequest
  private outcome: PaymentOutcome | undefined

  constructor(payment: PaymentRequest) {
    this.payment = payment
  }

  of(answer: ConcertSession.Answer): PaymentOutcome {
    this.outcome ??= Outcome.fromAnswer(answer, this.payment)
    return this.outcome
  }
}

const forOrder = (
  event: SessionEvent<ConcertSession.Answer>,
  { orderId }: PaymentRequest,
  reading: Reading
): TerminalEvent => {
  switch (event._tag) {
    case "Answered":
      return { _tag: "Answered", orderId, frame: event.frame, outcome: reading.of(event.answer) }
    case "LateAnswer":
      return {
        _tag: "LateAnswer",
        orderId,
        ...(Result.isSuccess(event.result) ? { frame: event.result.success.frame } : {}),
        result: Result.map(event.result, (answer) => reading.of(answer))
      }
    default:
      return { ...event, orderId }
  }
}
