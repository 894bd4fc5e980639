/**
 * Asks a terminal for its last transaction, and says whether that proves an attempt whose outcome is unknown.
 *
 * Only a terminal whose profile declares a faithful duplicata is asked, and only while the attempt is the last one there that
 * may have moved money. Beside a matching reference, an authorization number proves it, provided that the journal does
 * not have it, and that no other attempt of the same amount ended without one.
 */
import * as ConcertTerminal from "@hipay-pos/concert-codec/ConcertTerminal"
import type { Address, Connector } from "@hipay-pos/concert-codec/Connection"
import type { PaymentOutcome, PaymentRequest } from "@hipay-pos/core/Payment"
import type { NotStarted } from "@hipay-pos/core/Terminal"
import * as TerminalTarget from "@hipay-pos/core/TerminalTarget"
import { type Attempt, authorizationOf } from "@hipay-pos/server/Attempt"
import type { AttemptStore, GuardedTerminal } from "@hipay-pos/server/AttemptStore"
import { NothingProved, type RecoverError } from "@hipay-pos/server/Terminals"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"

/** A terminal that may be asked, and where it is. */
export interface AskedTerminal {
  readonly connector: Connector
  readonly store: AttemptStore
  readonly settings: ConcertTerminal.Settings
  readonly guarded: GuardedTerminal
  readonly address: Address
  /** The last check before it is connected to. */
  readonly admit: (address: Address) => Effect.Effect<void, NotStarted>
}

/** How long a terminal may take to repeat its last transaction: it prints, and does not ask the bank. */
const DEADLINE = Duration.seconds(12)

/** How many attempts of the journal are compared, the newest. */
const COMPARED = 1_000

/** The outcome that the terminal's last transaction proves of an attempt. */
export const recover = Effect.fnUntraced(function* (
  attempt: Attempt,
  { connector, store, settings, guarded, address, admit }: AskedTerminal
): Effect.fn.Return<PaymentOutcome, RecoverError> {
  const { answerDeadline = DEADLINE } = settings
  const terminal = ConcertTerminal.make({
    connector,
    address,
    settings: {
      ...settings,
      answerDeadline: Duration.min(Duration.fromInputUnsafe(answerDeadline), DEADLINE),
      lateAnswer: 0,
      queueWait: 0
    },
    admit
  })
  if (terminal.recover === undefined) return yield* unproved("its profile does not declare a duplicata to be trusted")
  yield* checkLast(attempt, store, guarded)
  const evidence = yield* Effect.catchTag(
    terminal.recover({ payment: toPayment(attempt), knownAuthorizationNumbers: [] }),
    "TerminalError",
    ({ reason }) => unproved(`it did not repeat its last transaction (${reason.detail})`)
  )
  if (evidence._tag === "Inconclusive") return yield* unproved(evidence.why)
  // Another gateway may have served an order meanwhile.
  yield* checkLast(attempt, store, guarded)
  if (evidence.by === "authorization-number") yield* checkNew(attempt, evidence.outcome, store)
  return evidence.outcome
})

/** The terminal repeats its last transaction, so only the last attempt can be the one. */
const checkLast = Effect.fnUntraced(function* (attempt: Attempt, store: AttemptStore, guarded: GuardedTerminal) {
  const last = yield* store.lastAt(guarded)
  if (last !== attempt.id) return yield* unproved("another order was served there since")
})

/** Whether the authorization number is this attempt's: no other has it, and no other may have it. */
const checkNew = Effect.fnUntraced(function* (attempt: Attempt, { card }: PaymentOutcome, store: AttemptStore) {
  const others = yield* store.list({ isBrief: true, limit: COMPARED })
  const place = textOf(attempt)
  let isSettled = false
  for (const other of others) {
    if (other.id === attempt.id) continue
    const number = authorizationOf(other)
    if (number === card.authorizationNumber) return yield* unproved("the repeated transaction is an older one")
    if (isSettled || textOf(other) !== place) continue
    if (number === undefined && mayHaveCharged(other, attempt))
      return yield* unproved("it may be another payment of the same amount, whose authorization number is not known")
    // What was approved there came last before this attempt: what is older cannot be repeated any more.
    isSettled = number !== undefined && other.outcome !== undefined && other.state !== "declined"
  }
})

/** Whether as much may have been charged by another attempt, as far as a terminal has said: a person may be wrong. */
const mayHaveCharged = ({ state, amount, outcome }: Attempt, attempt: Attempt): boolean =>
  state !== "not-started" &&
  outcome?._tag !== "Declined" &&
  amount.minorUnits === attempt.amount.minorUnits &&
  amount.currency === attempt.amount.currency

const textOf = ({ target }: Attempt): string => TerminalTarget.toText(target).toLowerCase()

const toPayment = ({ key, amount, target }: Attempt): PaymentRequest => ({
  orderId: key.orderId as PaymentRequest["orderId"],
  transactionType: key.transactionType,
  amount,
  target,
  forceAuthorization: false
})

const unproved = (why: string): Effect.Effect<never, NothingProved> => Effect.fail(new NothingProved({ why }))
