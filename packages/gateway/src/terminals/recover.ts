/**
 * Asks a terminal for its last transaction, and decides whether it proves the outcome of an unknown attempt.
 *
 * Only a terminal whose profile declares a faithful duplicata is asked, and only while the attempt is the last one there that
 * may have moved money. The repeated transaction proves the attempt by the order id, or by its authorization number, provided
 * that the attempt has no other one, that no other attempt of that time has that number, and that none without a known number
 * could be the repeated one.
 */

import type { Recovery } from "@hipay-pos/concert-codec"
import * as ConcertTerminal from "@hipay-pos/concert-codec/ConcertTerminal"
import type { Address, Connector } from "@hipay-pos/concert-codec/Connection"
import * as Tip from "@hipay-pos/concert-codec/Tip"
import * as Money from "@hipay-pos/core/Money"
import type { PaymentOutcome, PaymentRequest } from "@hipay-pos/core/Payment"
import type { NotStarted } from "@hipay-pos/core/Terminal"
import { type Attempt, authorizationOf, evidenceOf, paidOf } from "@hipay-pos/server/Attempt"
import type { AttemptStore } from "@hipay-pos/server/AttemptStore"
import { type GuardedTerminal, movedNothing } from "@hipay-pos/server/Guards"
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
  /** The last check before connecting. */
  readonly admit: (address: Address) => Effect.Effect<void, NotStarted>
}

/** How long a terminal may take to repeat its last transaction: it prints, and does not ask the bank. */
const ANSWER_TIMEOUT = Duration.seconds(12)

/**
 * How long before the attempt other terminals' attempts are compared: the terminal may have had another name or address then.
 * Attempts at the terminal itself are compared however old they are.
 */
const LOOKED_BACK = Duration.days(7)

/** The most attempts that are compared. */
const COMPARED = 1_000

/** The outcome of an attempt, proved by the terminal's last transaction. */
export const recover = Effect.fnUntraced(function* (
  attempt: Attempt,
  { connector, store, settings, guarded, address, admit }: AskedTerminal
): Effect.fn.Return<PaymentOutcome, RecoverError> {
  const { answerTimeout = ANSWER_TIMEOUT } = settings
  const terminal = ConcertTerminal.make({
    connector,
    address,
    settings: {
      ...settings,
      answerTimeout: Duration.min(Duration.fromInputUnsafe(answerTimeout), ANSWER_TIMEOUT),
      lateAnswer: 0,
      queueTimeout: 0
    },
    admit
  })
  if (terminal.recover === undefined) return yield* unproved("its profile does not declare a duplicata to be trusted")
  yield* checkLast(attempt, store, guarded)
  const proof = yield* Effect.catchTag(terminal.recover(toPayment(attempt)), "TerminalError", ({ reason }) =>
    unproved(`it did not repeat its last transaction (${reason.detail})`)
  )
  if (proof._tag === "Inconclusive") return yield* unproved(proof.why)
  // Another gateway may have served an order meanwhile.
  yield* checkLast(attempt, store, guarded)
  yield* checkNew(attempt, proof, { store, settings, guarded })
  return proof.outcome
})

/** The terminal repeats its last transaction, so only the last attempt can be the one. */
const checkLast = Effect.fnUntraced(function* (attempt: Attempt, store: AttemptStore, guarded: GuardedTerminal) {
  const last = yield* store.lastAt(guarded)
  if (last !== attempt.id) return yield* unproved("another order was served there since")
})

/**
 * Fails if the attempt itself has another authorization number than the repeated transaction, or if another attempt has its
 * number, or could be it without a known one.
 */
const checkNew = Effect.fnUntraced(function* (
  attempt: Attempt,
  proof: Exclude<Recovery.DuplicataProof, { readonly _tag: "Inconclusive" }>,
  { store, settings, guarded }: Pick<AskedTerminal, "store" | "settings" | "guarded">
) {
  const isByReference = proof._tag === "ProvedByReference"
  const repeated = proof.outcome.card.authorizationNumber
  const isRepeated = (other: Attempt) =>
    repeated !== undefined && other.id !== attempt.id && authorizationOf(other) === repeated
  const answered = authorizationOf(attempt)
  if (!isByReference && answered !== undefined && answered !== repeated)
    return yield* unproved("it has another authorization number than the terminal's answer to the payment")
  if (repeated !== undefined) {
    // Searched at all terminals: this one may have had another name or address.
    const from = attempt.openedAt - Duration.toMillis(LOOKED_BACK)
    const alike = yield* Effect.catch(
      store.list({ text: repeated, from, isBrief: true, limit: COMPARED }),
      () => notSearched
    )
    if (alike.some(isRepeated)) return yield* older
    if (alike.length === COMPARED) return yield* tooMany
  }
  let before = attempt.id
  for (let compared = 0; compared < COMPARED; compared++) {
    const id = yield* store.lastAt(guarded, { before })
    if (id === undefined) return
    before = id
    const other = yield* store.get(id)
    if (other === undefined || movedNothing(other)) continue
    if (isRepeated(other)) return yield* older
    const number = authorizationOf(other)
    const isLikeIt = isByReference ? isOfSameOrder(other, attempt, settings) : mayBeOfAmount(other, attempt, settings)
    if ((number === undefined || repeated === undefined) && isLikeIt)
      return yield* unproved(
        `it may be another payment of the same ${isByReference ? "order" : "amount"}, whose authorization number is not known`
      )
    // This is the last approval there before the attempt: the terminal cannot repeat anything older.
    if (number !== undefined && other.outcome !== undefined) return
  }
  return yield* tooMany
})

/**
 * Whether another attempt may have charged this one's amount: asked for it, charged it according to a person or the terminal or,
 * while it is not known what it charged, may have charged it in part of a higher amount, or with a tip.
 */
const mayBeOfAmount = (other: Attempt, { amount }: Attempt, { tip }: ConcertTerminal.Settings): boolean => {
  const asked = other.amount
  const paid = paidOf(other)
  const most = asked.minorUnits + (tip === undefined ? 0 : Tip.highest(tip, asked))
  const isInReach = asked.currency === amount.currency && amount.minorUnits <= most
  return (
    (paid === undefined && isInReach) ||
    [asked, paid, evidenceOf(other)?.amount].some((each) => each && Money.equals(each, amount))
  )
}

/** Whether two order ids, of any login and type, look the same to the terminal, which gets them in ASCII and cut. */
const isOfSameOrder = ({ key }: Attempt, attempt: Attempt, settings: ConcertTerminal.Settings): boolean => {
  const sent = ConcertTerminal.privateDataOf(key.orderId, settings)
  return (
    key.orderId === attempt.key.orderId ||
    (sent !== "" && sent === ConcertTerminal.privateDataOf(attempt.key.orderId, settings))
  )
}

const toPayment = ({ key, amount, target }: Attempt): PaymentRequest => ({
  orderId: key.orderId as PaymentRequest["orderId"],
  transactionType: key.transactionType,
  amount,
  target,
  forceAuthorization: false
})

const unproved = (why: string): Effect.Effect<never, NothingProved> => Effect.fail(new NothingProved({ why }))

const older = unproved("the repeated transaction is an older one")
const notSearched = unproved("the store could not be searched for another attempt with its authorization number")
const tooMany = unproved(`more than ${COMPARED} other attempts would have to be compared with the repeated transaction`)
