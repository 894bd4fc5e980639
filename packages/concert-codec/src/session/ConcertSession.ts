/**
 * One exchange with a terminal: its turn, a connection, one write, and the wait for an answer whose end nothing marks.
 *
 * All waiting of this package lives here. Until the write begins, everything can be taken back and a failure is
 * `NotStarted`. From then on the exchange runs in a fiber of its own, which no interruption of the caller stops, the
 * request is never sent again, and what is not a clear answer is `OutcomeUnknown`. After the answer deadline the caller
 * learns that much, while the connection stays open for a late answer.
 */
import * as Terminal from "@hipay-pos/core/Terminal"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as MessageParser from "../MessageParser.ts"
import * as Request from "../Request.ts"
import * as Response from "../Response.ts"
import type { SendPolicy } from "../SendPolicy.ts"
import * as Tlv from "../Tlv.ts"
import type { Address, Connection, Connector } from "./Connection.ts"
import { Inbox, statusOf } from "./Inbox.ts"
import type { SessionEvent } from "./SessionEvent.ts"
import * as Turns from "./Turns.ts"

/** How long to wait for what, and what else a terminal needs. */
export interface Settings {
  /** For the terminal's name to resolve, and again for the connection. Default 5 s. */
  readonly connectDeadline: Duration.Input
  /** From the write to the answer. Default 180 s. */
  readonly answerDeadline: Duration.Input
  /** How much longer the connection stays open for a late answer. Default 10 min. */
  readonly lateAnswer: Duration.Input
  /** How long the line must be quiet before what stands there counts as a whole answer. Default 300 ms. */
  readonly drainWindow: Duration.Input
  /** The same, when a ticket was asked for and none has come yet. Default 1 s. */
  readonly ticketWindow: Duration.Input
  /** How long to wait for the terminal's turn. Default 10 s. */
  readonly queueWait: Duration.Input
  /** Sent after the request; some applications of terminals need it, others hang up on it. Default none. */
  readonly requestTerminator: "none" | "CR" | "LF" | "CRLF"
  /** The most bytes of one answer. Default 65536. */
  readonly maximumBytes: number
}

export const defaults: Settings = {
  connectDeadline: Duration.seconds(5),
  answerDeadline: Duration.seconds(180),
  lateAnswer: Duration.minutes(10),
  drainWindow: Duration.millis(300),
  ticketWindow: Duration.seconds(1),
  queueWait: Duration.seconds(10),
  requestTerminator: "none",
  maximumBytes: MessageParser.MAXIMUM_BYTES
}

/** A clear answer: done or not done, and it contradicts nothing. */
export interface Answer extends Response.Decoded {
  /** The answer as it came, card numbers masked. */
  readonly frame: string
  /** Milliseconds from the write to the answer's last byte or the end of the wait for more. */
  readonly elapsed: number
}

/** What an exchange is made of. */
export interface Exchange {
  readonly connector: Connector
  readonly address: Address
  readonly request: Request.Request
  /** What may be sent; absent: everything the codec can say. */
  readonly policy?: SendPolicy
  readonly settings?: Partial<Settings>
  /** Asked once the terminal's turn has come, before anything is connected: the last word on whether this may be sent. */
  readonly admit?: (address: Address) => Effect.Effect<void, Terminal.NotStarted>
  /** Told synchronously, late answers included. What it throws is dropped: no listener may disturb a payment. */
  readonly onEvent?: (event: SessionEvent<Answer>) => void
}

/** Sends one request and gives the terminal's answer to it. */
export const exchange = Effect.fnUntraced(function* (
  options: Exchange
): Effect.fn.Return<Answer, Terminal.NotStarted | Terminal.OutcomeUnknown> {
  const settings = { ...defaults, ...options.settings }
  const encoded = Request.encode(options.request, options.policy)
  if (Result.isFailure(encoded)) return yield* notStarted("EncodeFailed", encoded.failure.message)
  const run: Run = { ...options, settings, text: encoded.success, tell: quietly(options.onEvent) }
  return yield* Effect.uninterruptibleMask((restore) => begin(run, restore))
})

interface Run extends Exchange {
  readonly settings: Settings
  readonly text: string
  readonly tell: (event: SessionEvent<Answer>) => void
}

type Restore = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

/** Up to the write everything may be interrupted; behind it only the caller's waiting may. */
const begin = Effect.fnUntraced(function* (run: Run, restore: Restore) {
  const { connector, settings, tell } = run
  const address =
    connector.resolve === undefined ? run.address : yield* restore(inTime(run, connector.resolve(run.address)))
  const turn = yield* restore(Turns.take(connector, address, settings.queueWait))
  if (turn === undefined) {
    return yield* notStarted("QueueFull", `busy with another exchange for ${text(settings.queueWait)}`)
  }
  const giveBack = (exit: Exit.Exit<unknown, unknown>) =>
    Exit.isFailure(exit) ? Effect.sync(turn.release) : Effect.void
  if (run.admit !== undefined) yield* Effect.onExit(restore(run.admit(address)), giveBack)
  tell({ _tag: "Connecting", address })
  const connecting = connector.connect(address)
  const connection = yield* Effect.onExit(
    restore(connector.connectsAtOnce ? connecting : inTime(run, connecting)),
    giveBack
  )
  tell({ _tag: "Connected", address })
  const answer = Deferred.makeUnsafe<Answer, Terminal.OutcomeUnknown>()
  const conversation = Effect.catchCause(converse(run, connection, turn, answer), (cause) => {
    turn.release()
    Deferred.doneUnsafe(answer, Effect.failCause(cause))
    return connection.close
  })
  yield* Effect.forkDetach(conversation, { startImmediately: true })
  return yield* restore(Deferred.await(answer))
})

const inTime = <A>({ settings, address }: Run, connecting: Effect.Effect<A, Terminal.NotStarted>) =>
  Effect.flatMap(Effect.timeoutOption(connecting, settings.connectDeadline), (connected) =>
    Option.isSome(connected)
      ? Effect.succeed(connected.value)
      : notStarted(
          "Unreachable",
          `${address.host}:${address.port} gave no connection within ${text(settings.connectDeadline)}`
        )
  )

/** The part that nobody stops: write, listen, conclude. */
const converse = Effect.fnUntraced(function* (
  run: Run,
  connection: Connection,
  turn: Turns.Turn,
  answer: Deferred.Deferred<Answer, Terminal.OutcomeUnknown>
) {
  const { settings, tell } = run
  const clock = yield* Clock.Clock
  const inbox = new Inbox(settings.maximumBytes)
  const sentAt = clock.currentTimeMillisUnsafe()
  const settle = (result: Result.Result<Answer, Terminal.OutcomeUnknown>) => {
    turn.release()
    if (Result.isSuccess(result)) {
      tell({ _tag: "Answered", frame: result.success.frame, answer: result.success })
      Deferred.doneUnsafe(answer, Effect.succeed(result.success))
    } else {
      tell({ _tag: "Unknown", reason: result.failure })
      Deferred.doneUnsafe(answer, Effect.fail(result.failure))
    }
  }
  const written = yield* Effect.exit(
    connection.write(MessageParser.toBytes(run.text + terminators[settings.requestTerminator]))
  )
  if (Exit.isFailure(written)) {
    yield* connection.close
    settle(unknown("CutLine", "the connection broke while the request was sent", inbox))
    return tell({ _tag: "Closed" })
  }
  tell({ _tag: "RequestSent", frame: Tlv.redact(run.text) })
  const pump = yield* Effect.forkChild(receive(run, connection, inbox), { startImmediately: true })
  const elapsed = () => clock.currentTimeMillisUnsafe() - sentAt

  yield* listen(run, inbox, sentAt + Duration.toMillis(settings.answerDeadline))
  if (inbox.standing() === "waiting") {
    settle(silence(run, inbox))
    yield* listen(run, inbox, clock.currentTimeMillisUnsafe() + Duration.toMillis(settings.lateAnswer))
    tell({ _tag: "LateAnswer", result: conclude(run, inbox, elapsed()) })
    yield* connection.close
  } else {
    const result = conclude(run, inbox, elapsed())
    yield* connection.close
    settle(result)
  }
  tell({ _tag: "Closed" })
  yield* Fiber.interrupt(pump)
})

/** Brings in what arrives until the peer has ended its side. */
const receive = Effect.fnUntraced(function* ({ tell }: Run, connection: Connection, inbox: Inbox) {
  for (;;) {
    const chunk = yield* Effect.result(connection.read)
    if (Result.isFailure(chunk)) return inbox.end("broken")
    if (chunk.success === undefined) return inbox.end("closed")
    tell({ _tag: "Received", bytes: chunk.success.length })
    inbox.push(chunk.success)
  }
})

/** Waits until the answer is whole, the line has ended, or `deadline` has passed. Never sleeps when all is there. */
const listen = Effect.fnUntraced(function* ({ settings, request }: Run, inbox: Inbox, deadline: number) {
  for (;;) {
    const standing = inbox.standing()
    if (standing === "over") return
    const { version } = inbox
    const patience =
      standing === "answered"
        ? Duration.toMillis(wantsTicket(request, inbox) ? settings.ticketWindow : settings.drainWindow)
        : deadline - (yield* Clock.currentTimeMillis)
    if (patience <= 0) return
    yield* Effect.timeoutOption(arrival(inbox, version), patience)
    if (inbox.version === version) return
  }
})

const arrival = (inbox: Inbox, version: number): Effect.Effect<void> =>
  Effect.callback<void>((resume) => {
    const stop = inbox.listen(version, () => resume(Effect.void))
    return Effect.sync(stop)
  })

const wantsTicket = ({ ticket = "000" }: Request.Request, inbox: Inbox): boolean =>
  ticket.startsWith("1") &&
  !inbox.answers().some(({ fields }) => fields.some(({ tag }) => tag === "ZT" || tag === "AK"))

/** The answer, or why there is none. */
const conclude = (run: Run, inbox: Inbox, elapsed: number): Result.Result<Answer, Terminal.OutcomeUnknown> => {
  const [first, ...others] = inbox.answers()
  if (first === undefined) return withoutAnswer(run, inbox)
  const decoded = Response.fromFields(first.fields, first.warnings, { request: run.request })
  const { status } = decoded.response
  if (others.some((other) => statusOf(other) !== status)) {
    return unknown("Contradictory", "two answers that say different things", inbox)
  }
  if (decoded.contradiction !== undefined) return unknown("Contradictory", decoded.contradiction, inbox)
  if (status !== "done" && status !== "not-done") {
    return unknown("Garbled", `the action status ${status} is not known`, inbox)
  }
  return Result.succeed({ ...decoded, frame: Tlv.encode(first.fields), elapsed })
}

const withoutAnswer = (run: Run, inbox: Inbox): Result.Result<Answer, Terminal.OutcomeUnknown> => {
  if (inbox.malformed !== undefined) return unknown("Garbled", inbox.malformed.message, inbox)
  if (inbox.ended === undefined) return silence(run, inbox)
  const how = inbox.ended === "closed" ? "the terminal ended the connection" : "the connection broke"
  if (inbox.isEmpty()) return unknown("CutLine", `${how} without an answer`, inbox)
  if (inbox.isCut()) return unknown("CutLine", `${how} inside a field`, inbox)
  return inbox.isAcknowledged()
    ? unknown("AcknowledgedOnly", `${how} after it had taken the request into account`, inbox)
    : unknown("Garbled", "an answer without an action status", inbox)
}

const silence = ({ settings }: Run, inbox: Inbox): Result.Result<never, Terminal.OutcomeUnknown> =>
  inbox.isAcknowledged()
    ? unknown("AcknowledgedOnly", `taken into account, then no answer within ${text(settings.answerDeadline)}`, inbox)
    : unknown("SilentAfterSend", `no whole answer within ${text(settings.answerDeadline)}`, inbox)

const unknown = (
  kind: Terminal.OutcomeUnknown["kind"],
  detail: string,
  inbox: Inbox
): Result.Result<never, Terminal.OutcomeUnknown> =>
  Result.fail(new Terminal.OutcomeUnknown({ kind, detail, received: inbox.received() }))

const notStarted = (kind: Terminal.NotStarted["kind"], detail: string): Effect.Effect<never, Terminal.NotStarted> =>
  Effect.fail(new Terminal.NotStarted({ kind, detail }))

const text = (duration: Duration.Input): string => Duration.format(Duration.fromInputUnsafe(duration))

const quietly =
  (listener: Exchange["onEvent"]): Run["tell"] =>
  (event) => {
    try {
      listener?.(event)
    } catch {
      // A payment matters more than whoever watches it.
    }
  }

const terminators = { none: "", CR: "\r", LF: "\n", CRLF: "\r\n" } as const
