/**
 * The state machine: turns one decoded request into its result, which is encoded elsewhere. One at a time.
 *
 * An operation that moves money is stored as begun, goes through the steps of `CardOperation.ts`, and is printed; the terminal
 * is idle before and after.
 */
import type { Action, Request } from "@hipay-pos/concert-codec/Request"
import * as Effect from "effect/Effect"
import type * as Pinpad from "../cardholder/Pinpad.ts"
import { type CardOperation, cancel, debitOrCredit, type OnStage } from "./CardOperation.ts"
import type { NotDone, OperationResult } from "./OperationResult.ts"
import * as PrintedTicket from "./PrintedTicket.ts"
import type { Terminal } from "./Terminal.ts"

/** Performs a request at a terminal. */
export const performRequest = <E>(
  terminal: Terminal,
  request: Request,
  onStage: OnStage<E>
): Effect.Effect<OperationResult, E> => {
  const { action } = request
  if (!terminal.dependencies.setup.profile.actions.includes(action)) return Effect.succeed(refusedAtOnce("12"))
  const kind = kinds.find((each) => each === action)
  if (kind !== undefined) return payment(terminal, kind, request, onStage)
  if (action === "duplicata") return Effect.sync(() => duplicata(terminal))
  if (action === "identification") return Effect.succeed(ACKNOWLEDGED)
  return action === REMOTE_COLLECTION ? collect(terminal) : Effect.succeed(refusedAtOnce("12"))
}

const payment = <E>(
  terminal: Terminal,
  kind: Pinpad.Display["operation"],
  request: Request,
  onStage: OnStage<E>
): Effect.Effect<OperationResult, E> => {
  const { amount, currency } = request
  if (amount === undefined || amount === 0) return Effect.succeed(refusedAtOnce("09"))
  if (currency === undefined || terminal.dependencies.setup.currencies?.includes(currency) === false) {
    return Effect.succeed(refusedAtOnce("13"))
  }
  const operation = { terminal, request, display: { operation: kind, amount, currency }, onStage }
  const performed = Effect.flatMapEager(begin(operation), (failed) =>
    failed === undefined ? perform(operation) : Effect.succeed(failed)
  )
  return Effect.flatMapEager(performed, (result) =>
    Effect.flatMapEager(operation.onStage("after-approval"), () => print(operation, result))
  )
}

const perform = <E>(operation: CardOperation<E>): Effect.Effect<OperationResult, E> =>
  operation.display.operation === "cancel" ? cancel(operation) : debitOrCredit(operation)

/** Stored before anything happens: an operation that a restart interrupts has failed, and so has one that cannot be stored. */
const begin = ({ terminal, display }: CardOperation<unknown>): Effect.Effect<NotDone | undefined> => {
  const { store, ledger } = terminal.dependencies
  ledger.begin()
  return Effect.matchEager(store.append({ _tag: "Begun" }), {
    onFailure: () => terminal.notStored(display),
    onSuccess: () => undefined
  })
}

const print = (
  { terminal, display }: CardOperation<unknown>,
  result: OperationResult
): Effect.Effect<OperationResult> => {
  if (result._tag === "Acknowledged" || result.ticket === undefined) return Effect.succeed(result)
  // The amount charged may be less or more than the amount asked for.
  terminal.show("printing", result._tag === "Done" ? { ...display, amount: result.entry.amount } : display)
  return Effect.mapEager(terminal.stageDuration(terminal.durations.printing), () => result)
}

const duplicata = ({ dependencies: { ledger, setup } }: Terminal): OperationResult => {
  const entry = ledger.repeatable()
  if (entry === undefined) return refusedAtOnce("07")
  const ticket = PrintedTicket.approved(setup.letterhead, entry, { duplicata: true })
  return { _tag: "Done", entry, ticket, again: true }
}

const collect = (terminal: Terminal): Effect.Effect<OperationResult> =>
  Effect.match(terminal.collect(), {
    onFailure: (): OperationResult => refusedAtOnce("00"),
    onSuccess: () => ACKNOWLEDGED
  })

/** The actions that move money. */
const kinds = ["debit", "credit", "cancel"] as const

/** CD of remote collection (*télécollecte*). */
const REMOTE_COLLECTION: Action = "B"

const ACKNOWLEDGED: OperationResult = { _tag: "Acknowledged" }

const refusedAtOnce = (complement: string): NotDone => ({ _tag: "NotDone", complement, byRedKey: false })
