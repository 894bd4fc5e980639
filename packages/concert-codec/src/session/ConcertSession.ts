/**
 * One exchange with a terminal: its turn, a connection, one write, and the wait for an answer whose end nothing marks.
 *
 * All waiting of this package lives here and in `Conversation`. Until the write begins, everything can be taken back and
 * a failure is `NotStarted`. From then on no interruption of the caller stops the exchange, the request is never sent
 * again, and what is not a clear answer is `OutcomeUnknown`. After the answer deadline the caller learns that much, while
 * the connection stays open for a late answer.
 */
import * as Terminal from "@hipay-pos/core/Terminal"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as MessageParser from "../MessageParser.ts"
import * as Request from "../Request.ts"
import type { SendPolicy } from "../SendPolicy.ts"
import type { Answer } from "./Conclusion.ts"
import type { Address, Connector } from "./Connection.ts"
import * as Conversation from "./Conversation.ts"
import type { SessionEvent } from "./SessionEvent.ts"
import * as Turns from "./Turns.ts"

export type { Answer }

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
  /** The same, while the ticket that was asked for, the amount of what is done or the reason of what is not is missing. Default 1 s. */
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

/** What an exchange is made of. */
export interface Exchange {
  readonly connector: Connector
  readonly address: Address
  readonly request: Request.Request
  /** What may be sent; absent: everything the codec can say. */
  readonly policy?: SendPolicy | undefined
  readonly settings?: Partial<Settings> | undefined
  /** Asked once the terminal's turn has come, before anything is connected: the last word on whether this may be sent. */
  readonly admit?: ((address: Address) => Effect.Effect<void, Terminal.NotStarted>) | undefined
  /** Told synchronously, late answers included. What it throws is dropped: no listener may disturb a payment. */
  readonly onEvent?: ((event: SessionEvent<Answer>) => void) | undefined
}

/** Sends one request and gives the terminal's answer to it. */
export const exchange = (options: Exchange): Effect.Effect<Answer, Terminal.NotStarted | Terminal.OutcomeUnknown> =>
  Effect.suspend(() => {
    const { connector, address, request, policy, admit } = options
    const encoded = Request.encode(request, policy)
    if (Result.isFailure(encoded)) return notStarted("EncodeFailed", encoded.failure.message)
    const settings = { ...defaults, ...options.settings }
    const run: Run = {
      connector,
      address,
      request,
      admit,
      settings,
      text: encoded.success,
      tell: quietly(options.onEvent)
    }
    return Effect.uninterruptibleMask((restore) => Effect.flatMap(begin(run, restore), restore))
  })

interface Run extends Conversation.Question {
  readonly connector: Connector
  readonly address: Address
  readonly admit: Exchange["admit"]
}

type Restore = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

/** Up to the write everything may be interrupted; behind it only the caller's waiting may, which this gives. */
const begin = Effect.fnUntraced(function* (run: Run, restore: Restore) {
  const { connector, settings, tell } = run
  const address =
    connector.resolve === undefined ? run.address : yield* restore(inTime(run, connector.resolve(run.address)))
  const turn = Turns.join(connector, address)
  const orLeave = <A, E>(effect: Effect.Effect<A, E>) => Effect.onError(effect, () => Effect.sync(() => turn.release()))
  if (!turn.hasCome && !(yield* orLeave(restore(turn.within(settings.queueWait))))) {
    turn.release()
    return yield* notStarted("QueueFull", `busy with another exchange for ${text(settings.queueWait)}`)
  }
  if (run.admit !== undefined) yield* orLeave(restore(run.admit(address)))
  tell({ _tag: "Connecting", address })
  const connecting = connector.connect(address)
  const connection = yield* orLeave(connector.connectsAtOnce ? connecting : restore(inTime(run, connecting)))
  tell({ _tag: "Connected", address })
  return yield* Conversation.begin(run, connection, turn)
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
