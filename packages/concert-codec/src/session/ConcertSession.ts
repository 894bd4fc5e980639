/**
 * One exchange with a terminal: its lock, a connection, one write, and the wait for an answer that has no end mark.
 *
 * All waiting of this package is here and in `ExchangeRunner`. Until the write begins, the exchange can be cancelled and a
 * failure is `NotStarted`. From then on it runs to its end even if the caller is interrupted, the request is never sent again,
 * and anything but a clear answer is `OutcomeUnknown`. The caller gets that at the answer deadline, while the connection stays
 * open for a late answer.
 */
import { quietly } from "@hipay-pos/core/Quietly"
import * as Terminal from "@hipay-pos/core/Terminal"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Request from "../Request.ts"
import type { SendPolicy } from "../SendPolicy.ts"
import type { Answer, Reading } from "./Answer.ts"
import type { Address, Connector } from "./Connection.ts"
import * as ExchangeRunner from "./ExchangeRunner.ts"
import type { IsOtherOrder } from "./foreignReferences.ts"
import type { SessionEvent } from "./SessionEvent.ts"
import * as SessionSettings from "./SessionSettings.ts"
import * as TerminalLock from "./TerminalLock.ts"

export type { Answer, IsOtherOrder, Reading }
export type Settings = SessionSettings.SessionSettings
export const { defaults } = SessionSettings

/** The input of an exchange. */
export interface Exchange {
  readonly connector: Connector
  readonly address: Address
  readonly request: Request.Request
  /** What may be sent; if absent, every field that the codec can encode. */
  readonly policy?: SendPolicy | undefined
  readonly settings?: Partial<Settings> | undefined
  /** How to read the answer; if absent, by the protocol and without tips. */
  readonly reading?: Reading | undefined
  /** Further texts that the answer may repeat unmasked in `CF` and `CH`, besides the request's. */
  readonly echoed?: ReadonlyArray<string> | undefined
  /** Default: no other order is known. A defect in it counts as the exchange's. */
  readonly isOtherOrder?: IsOtherOrder | undefined
  /** The last check: runs once the terminal's lock is held, before connecting. A failure cancels the exchange. */
  readonly admit?: ((address: Address) => Effect.Effect<void, Terminal.NotStarted>) | undefined
  /** Called synchronously, for late answers too. Its exceptions and rejections are dropped: a listener must not disturb a payment. */
  readonly onEvent?: ((event: SessionEvent<Answer>) => void) | undefined
}

/** Sends one request and returns the terminal's answer to it. */
export const exchange = (options: Exchange): Effect.Effect<Answer, Terminal.NotStarted | Terminal.OutcomeUnknown> =>
  Effect.suspend(() => {
    const { connector, address, request, policy, admit, reading = {}, echoed = [], isOtherOrder } = options
    const encoded = Request.encodeWithFrame(request, policy)
    if (Result.isFailure(encoded)) return notStarted("EncodeFailed", encoded.failure.message)
    const settings = SessionSettings.read(options.settings)
    if (Result.isFailure(settings)) return notStarted("EncodeFailed", settings.failure)
    const run: Run = {
      connector,
      address,
      request,
      admit,
      settings: settings.success,
      reading,
      echoed,
      isOtherOrder,
      ...encoded.success,
      emit: telling(options.onEvent)
    }
    return Effect.uninterruptibleMask((restore) => Effect.flatMap(begin(run, restore), restore))
  })

/**
 * Runs an effect while holding a terminal's lock, so that no exchange can begin. Returns `None`, without waiting, if an exchange
 * has the lock. `address` must be resolved.
 */
export const whileFree = <A, E, R>(
  connector: Connector,
  address: Address,
  effect: Effect.Effect<A, E, R>
): Effect.Effect<Option.Option<A>, E, R> =>
  Effect.acquireUseRelease(
    Effect.sync(() => TerminalLock.request(connector, address)),
    (lock) => (lock.isHeld ? Effect.asSome(effect) : Effect.succeedNone),
    (lock) => Effect.sync(() => lock.release())
  )

interface Run extends ExchangeRunner.SentRequest {
  readonly connector: Connector
  readonly address: Address
  readonly admit: Exchange["admit"]
}

type Restore = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

/**
 * Interruptible up to the write. Returns an effect that waits for the answer; after the write, only that wait is interruptible.
 */
const begin = Effect.fnUntraced(function* (run: Run, restore: Restore) {
  const { connector, settings, emit } = run
  const address =
    connector.resolve === undefined ? run.address : yield* restore(inTime(run, connector.resolve(run.address)))
  const lock = TerminalLock.request(connector, address)
  const orRelease = <A, E>(effect: Effect.Effect<A, E>) =>
    Effect.onError(effect, () => Effect.sync(() => lock.release()))
  if (!lock.isHeld && !(yield* orRelease(restore(lock.wait(settings.queueTimeout))))) {
    lock.release()
    return yield* notStarted("QueueFull", `busy with another exchange for ${text(settings.queueTimeout)}`)
  }
  if (run.admit !== undefined) yield* orRelease(restore(run.admit(address)))
  emit({ _tag: "Connecting", address })
  const connecting = connector.connect(address)
  const connection = yield* orRelease(connector.connectsAtOnce ? connecting : restore(inTime(run, connecting)))
  emit({ _tag: "Connected", address })
  const started = ExchangeRunner.start(run, address, connection, lock)
  return yield* orRelease(Effect.onError(started, () => Effect.sync(() => connection.close())))
})

/** Resolves or connects with a deadline; an effect that has already ended needs none. */
const inTime = <A>({ settings, address }: Run, connecting: Effect.Effect<A, Terminal.NotStarted>) =>
  Exit.isExit(connecting)
    ? connecting
    : Effect.flatMap(Effect.timeoutOption(connecting, settings.connectTimeout), (connected) =>
        Option.isSome(connected)
          ? Effect.succeed(connected.value)
          : notStarted(
              "Unreachable",
              `${address.host}:${address.port} gave no connection within ${text(settings.connectTimeout)}`
            )
      )

const notStarted = (kind: Terminal.NotStarted["kind"], detail: string): Effect.Effect<never, Terminal.NotStarted> =>
  Effect.fail(new Terminal.NotStarted({ kind, detail }))

const text = (milliseconds: number): string => Duration.format(Duration.millis(milliseconds))

const telling =
  (listener: Exchange["onEvent"] = () => {}): Run["emit"] =>
  (event) =>
    quietly(listener, event)
