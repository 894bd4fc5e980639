/**
 * A payment terminal that speaks Concert, behind core's port: one payment in, one outcome out.
 *
 * It builds the request for one terminal and interprets the answer; the waiting is in `ConcertSession`. An answer that
 * says done is never a failure. `recover` is present only if the terminal's profile declares a faithful duplicata.
 */
import type { PaymentOutcome, PaymentRequest } from "@hipay-pos/core/Payment"
import * as Terminal from "@hipay-pos/core/Terminal"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type * as Request from "../Request.ts"
import * as ConcertSession from "./ConcertSession.ts"
import type { Address, Connector } from "./Connection.ts"
import * as Outcome from "./Outcome.ts"
import * as Recovery from "./Recovery.ts"
import type { SessionEvent } from "./SessionEvent.ts"
import * as TerminalSettings from "./TerminalSettings.ts"

/** What is known about a model or firmware. */
export interface Profile {
  readonly name: string
  /** Its duplicata repeats the last transaction faithfully, so that it can prove a payment. */
  readonly duplicata: boolean
  /** It fills `CA` with its own data, so `CA` is not compared with the request's register. Default false. */
  readonly ownRegister?: boolean | undefined
  /** It fills `CF` with its own data, so `CF` is not looked up among order ids. Default false. */
  readonly ownPrivateData?: boolean | undefined
}

/** The settings of one terminal, all optional. */
export type Settings = TerminalSettings.TerminalSettings &
  Partial<ConcertSession.Settings> & {
    /** Default: nothing is known about the terminal. */
    readonly profile?: Profile
  }

export type IsOtherOrder = ConcertSession.IsOtherOrder

/** An order id as sent to a terminal with these settings in `CF`, which repeats it; empty if none is sent. */
export const privateDataOf = (orderId: string, settings: Settings): string =>
  TerminalSettings.privateDataOf(orderId, settings)

/**
 * Whether an answer's `CF` or `CH`, with its card numbers masked, may be this order's id as sent to a terminal with these settings.
 * A match can count against an answer but never proves a payment: ids that differ only in masked digits match alike.
 */
export const saysOrder = (told: string, orderId: string, settings: Settings): boolean =>
  TerminalSettings.saysOrder(told, orderId, settings)

/** What happens at a terminal while it serves an order. */
export type TerminalEvent = { readonly orderId: string } & (
  | Exclude<SessionEvent<never>, { readonly _tag: "Answered" | "LateAnswer" }>
  /** A clear answer and its outcome; emitted whether or not the caller still waits. */
  | { readonly _tag: "Answered"; readonly frame: string; readonly outcome: PaymentOutcome }
  /** After a timeout: the outcome of the late answer, or why it stays unknown. `frame`: what was received, if anything. */
  | {
      readonly _tag: "LateAnswer"
      readonly frame?: string | undefined
      readonly result: Result.Result<PaymentOutcome, Terminal.OutcomeUnknown>
    }
)

export interface Options {
  /** Opens connections: over TCP, or in memory. */
  readonly connector: Connector
  readonly address: Address
  readonly settings?: Settings
  /** The last check: runs once the terminal is free, before connecting. A failure cancels the payment. */
  readonly admit?: ConcertSession.Exchange["admit"]
  /**
   * Whether a `CF` or `CH` that was not sent is the order id of another attempt at this terminal that is undecided or at most a day
   * old. If so, or if the check fails, the outcome is unknown. An id with thirteen or more digits in a row comes masked;
   * compare it with {@link saysOrder}. Default: no other order is known.
   */
  readonly isOtherOrder?: IsOtherOrder | undefined
  /** Called synchronously, for late answers too. Its exceptions are dropped. */
  readonly onEvent?: (event: TerminalEvent) => void
}

/** The terminal port, and what only Concert terminals can do. */
export interface ConcertTerminal extends Terminal.Terminal {
  /** Asks the terminal to identify itself, which moves no money, and returns its answer. */
  readonly identify: Effect.Effect<ConcertSession.Answer, Terminal.TerminalError>
  /** Looks for evidence that an unknown payment was made. Present only if the profile declares a faithful duplicata. */
  readonly recover?: (payment: PaymentRequest) => Effect.Effect<Recovery.DuplicataProof, Terminal.TerminalError>
}

/**
 * The terminal at an address.
 *
 * @example
 * ```ts
 * import * as ConcertTerminal from "@hipay-pos/concert-codec/ConcertTerminal"
 * import { Money, type Order, TerminalTarget } from "@hipay-pos/core"
 * import { Cardholder, TerminalSimulator, TestCard } from "@hipay-pos/terminal-simulator"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function* () {
 *   // With `TcpConnection.connector` of "@hipay-pos/concert-codec/node", a terminal on the network.
 *   const { connector } = yield* TerminalSimulator.Service
 *   const terminal = ConcertTerminal.make({ connector, address: { host: "192.168.1.20", port: 8888 } })
 *   return yield* terminal.perform({
 *     orderId: "ORDER_1" as Order.OrderId,
 *     transactionType: "Debit",
 *     amount: Money.of("12.45", "EUR"),
 *     target: TerminalTarget.concert({ host: "192.168.1.20", contracts: [] }),
 *     forceAuthorization: false
 *   })
 * })
 * const layer = TerminalSimulator.layer({ cardholder: Cardholder.auto(TestCard.get("visa")) })
 *
 * console.log((await Effect.runPromise(Effect.provide(program, layer)))._tag) // Approved
 * ```
 */
export const make = (options: Options): ConcertTerminal => {
  const { settings = {} } = options
  const { profile, version = "3.2" } = settings
  const terminal: ConcertTerminal = {
    perform: (payment) => Effect.suspend(() => perform(options, payment)),
    identify: Effect.suspend(() =>
      exchange(options, TerminalSettings.prepareQuestion("identification", version, settings))
    )
  }
  return profile?.duplicata === true
    ? { ...terminal, recover: (payment) => recover(options, profile, payment) }
    : terminal
}

const perform = (options: Options, payment: PaymentRequest): Effect.Effect<PaymentOutcome, Terminal.TerminalError> => {
  const { settings = {}, isOtherOrder, onEvent } = options
  const { profile } = settings
  const outcome = new CachedOutcome(payment)
  const paid = exchange(options, TerminalSettings.prepare(payment, settings), {
    reading: {
      ...TerminalSettings.readingOf(payment, settings),
      ownRegister: profile?.ownRegister,
      ownPrivateData: profile?.ownPrivateData
    },
    isOtherOrder,
    onEvent: onEvent && ((event) => onEvent(forOrder(event, payment, outcome)))
  })
  return Effect.map(paid, (answer) => outcome.of(answer))
}

const recover = (
  options: Options,
  { ownRegister, ownPrivateData }: Profile,
  payment: PaymentRequest
): Effect.Effect<Recovery.DuplicataProof, Terminal.TerminalError> => {
  const { settings = {} } = options
  const { ticketEncoding } = settings
  const { privateData = "", reference } = TerminalSettings.prepare(payment, settings).request
  const version = TerminalSettings.versionOf(payment, settings)
  const { request, policy } = TerminalSettings.prepareQuestion("duplicata", version, settings)
  const { ticket, ...plain } = request
  const ask = (request: Request.Request) =>
    exchange(options, { request, policy }, { reading: { ticketEncoding }, echoed: [privateData, reference ?? ""] })
  const repeated = Effect.flatMap(ask(request), (answer) =>
    ticket !== undefined && isFormatError(answer) ? ask(plain) : Effect.succeed(answer)
  )
  return Effect.map(repeated, (answer) =>
    Recovery.evaluate(answer, payment, {
      register: ownRegister === true ? undefined : TerminalSettings.registerOf(settings),
      highestTip: TerminalSettings.readingOf(payment, settings).highestTip,
      privateData: ownPrivateData === true ? undefined : privateData,
      reference
    })
  )
}

/** How a terminal answers a field that it does not know, such as the request for a ticket. */
const isFormatError = ({ response: { status, complement = "" } }: ConcertSession.Answer): boolean =>
  status === "not-done" && complement.startsWith("09")

const exchange = (
  { connector, address, settings = {}, admit }: Options,
  { request, policy }: TerminalSettings.Prepared,
  more?: Partial<ConcertSession.Exchange>
): Effect.Effect<ConcertSession.Answer, Terminal.TerminalError> =>
  Effect.mapError(
    ConcertSession.exchange({ connector, address, request, policy, settings, admit, ...more }),
    toTerminalError
  )

const toTerminalError = (reason: Terminal.TerminalError["reason"]) => new Terminal.TerminalError({ reason })

/** Interprets an answer once, for the listener and the caller. */
class CachedOutcome {
  private readonly payment: PaymentRequest
  private cached: PaymentOutcome | undefined

  constructor(payment: PaymentRequest) {
    this.payment = payment
  }

  of(answer: ConcertSession.Answer): PaymentOutcome {
    this.cached ??= Outcome.fromAnswer(answer, this.payment)
    return this.cached
  }
}

const forOrder = (
  event: SessionEvent<ConcertSession.Answer>,
  { orderId }: PaymentRequest,
  outcome: CachedOutcome
): TerminalEvent => {
  switch (event._tag) {
    case "Answered":
      return { _tag: "Answered", orderId, frame: event.frame, outcome: outcome.of(event.answer) }
    case "LateAnswer":
      return {
        _tag: "LateAnswer",
        orderId,
        frame: Result.isSuccess(event.result) ? event.result.success.frame : event.result.failure.evidence?.received,
        result: Result.map(event.result, (answer) => outcome.of(answer))
      }
    default:
      return { ...event, orderId }
  }
}
