/**
 * The operations that move money, each from the amount on the screen to its result.
 *
 * woken (amount on the screen) → card presented → PIN if the chip asks → authorising → approved or refused. A
 * cancellation needs no card: it reverses the last sale.
 */
import type { Request } from "@hipay-pos/concert-codec/Request"
import * as Effect from "effect/Effect"
import type * as Cardholder from "../cardholder/Cardholder.ts"
import * as CardholderActions from "../cardholder/CardholderActions.ts"
import type * as Pinpad from "../cardholder/Pinpad.ts"
import * as TestCard from "../cardholder/TestCard.ts"
import type { FaultStage } from "../faults/Fault.ts"
import * as ChargedAmount from "./chargedAmount.ts"
import { cardOf, entryOf, referencesOf } from "./entryFields.ts"
import type { LedgerEntry } from "./Ledger.ts"
import type { OperationResult } from "./OperationResult.ts"
import type { Terminal } from "./Terminal.ts"

/** Called at every stage at which a fault can apply; fails when the terminal reboots there. */
export type OnStage<E> = (stage: FaultStage) => Effect.Effect<void, E>

/** An operation at a terminal. */
export interface CardOperation<E> {
  readonly terminal: Terminal
  readonly request: Request
  readonly display: Pinpad.Display
  readonly onStage: OnStage<E>
}

/** Pays or refunds by card. */
export const debitOrCredit = <E>(operation: CardOperation<E>): Effect.Effect<OperationResult, E> => {
  operation.terminal.show("woken", operation.display)
  return Effect.flatMapEager(operation.onStage("after-wake"), () => {
    const { terminal, request, display } = operation
    const asked = terminal.dependencies.nextBehaviour(display.amount)
    const behaviour = withCardFor(asked, request.paymentApplication)
    return Effect.flatMapEager(CardholderActions.presentsCard(terminal, behaviour), (presented) =>
      payByCard(operation, behaviour, presented)
    )
  })
}

/** The steps after the card, separate from the wait for it, so that they are not set up during the minutes that people take. */
const payByCard = Effect.fnUntracedEager(function* <E>(
  operation: CardOperation<E>,
  behaviour: Cardholder.Behaviour,
  first: CardholderActions.PresentedCard | CardholderActions.GaveUp
): Effect.fn.Return<OperationResult, E> {
  const { terminal, request, display, onStage } = operation
  const { dependencies, durations } = terminal
  const { ledger, setup } = dependencies
  let presented = first
  if (typeof presented === "object" && terminal.needsChip(presented, display)) {
    const { card } = presented
    terminal.show("chip-asked", display, { card: card.name })
    presented = yield* CardholderActions.presentsCard(
      terminal,
      behaviour._tag === "Pays" ? { ...behaviour, card } : behaviour,
      "contact"
    )
  }
  if (presented === "red-key") return terminal.cancelled(display)
  if (presented === "timeout") return terminal.timedOut(display)

  const { card } = presented
  const requestedApplication = request.paymentApplication
  const reading =
    requestedApplication === undefined || requestedApplication === "000"
      ? presented.reading
      : card.readings.find((each) => each.application === requestedApplication)
  if (reading === undefined) return terminal.notDone("refused", display, "10", "APPLICATION ABSENTE")
  const shown = { card: card.name, entryMode: reading.mode }
  terminal.show("card-presented", display, shown)
  const key = yield* CardholderActions.pressesRedKey(terminal, terminal.vary(durations.cardPresented))
  if (key || (behaviour._tag === "PressesRedKey" && behaviour.at === "card-presented"))
    return terminal.cancelled(display)

  const contract = terminal.contractFor(reading.application)
  if (contract === undefined) return terminal.notDone("refused", display, "10", "APPLICATION INCONNUE")
  if (card.expired) return terminal.notDone("refused", display, "04", "CARTE EXPIRÉE")

  if (card.pin && reading.mode === "contact" && display.operation === "debit") {
    const pin = yield* CardholderActions.entersPin(terminal, behaviour, (left, digits) =>
      terminal.show("pin", display, undefined, pinNote(left), digits)
    )
    if (pin === "red-key") return terminal.cancelled(display)
    if (pin === "timeout") return terminal.timedOut(display)
    if (pin === "blocked") return terminal.notDone("refused", display, "04", "CODE FAUX, CARTE BLOQUÉE")
  }

  terminal.show("authorising", display, shown)
  yield* onStage("authorising")
  yield* terminal.stageDuration(durations.authorising)
  if (behaviour._tag === "RemovesCard" && reading.mode === "contact")
    return terminal.notDone("refused", display, "07", "CARTE RETIRÉE")
  const { issuer } = card
  if (issuer._tag === "Refuses") return terminal.notDone("refused", display, issuer.complement, issuer.text)
  if (issuer._tag === "ApprovesInPart" && request.partialPayment === false) {
    return terminal.notDone("refused", display, "04", "PAIEMENT PARTIEL REFUSÉ")
  }
  const online = request.forceAuthorization === true || display.amount >= setup.floorLimit || reading.mode === "stripe"
  const entry: LedgerEntry = {
    ...entryOf(card, reading, contract),
    ...referencesOf(request),
    sequence: ledger.nextSequence(),
    at: dependencies.now(),
    operation: display.operation,
    ...ChargedAmount.of(display.amount, display.operation, issuer, behaviour),
    currency: display.currency,
    ...(online && card.expiry !== "" ? { authorizationNumber: terminal.authorizationNumber() } : {})
  }
  return yield* terminal.approve(entry, display, card)
})

/** Reverses the last sale. */
export const cancel = Effect.fnUntracedEager(function* <E>(
  operation: CardOperation<E>
): Effect.fn.Return<OperationResult, E> {
  const { terminal, request, display, onStage } = operation
  const { dependencies, durations } = terminal
  const { ledger } = dependencies
  terminal.show("woken", display)
  yield* onStage("after-wake")
  if (yield* CardholderActions.pressesRedKey(terminal, terminal.vary(durations.woken)))
    return terminal.cancelled(display)
  const sale = ledger.cancellable()
  if (sale === undefined || sale.amount !== display.amount || sale.currency !== display.currency) {
    return terminal.notDone("refused", display, "07", "ANNULATION IMPOSSIBLE")
  }
  terminal.show("authorising", display)
  yield* onStage("authorising")
  yield* terminal.stageDuration(durations.authorising)
  const entry: LedgerEntry = {
    ...cardOf(sale),
    ...referencesOf(request),
    sequence: ledger.nextSequence(),
    at: dependencies.now(),
    operation: "cancel",
    amount: sale.amount,
    currency: sale.currency,
    cancels: sale.sequence,
    authorizationNumber: terminal.authorizationNumber()
  }
  return yield* terminal.approve(entry, display)
})

/** Replaces the standard card by one with the application that the ECR requires. */
const withCardFor = (behaviour: Cardholder.Behaviour, application: string | undefined): Cardholder.Behaviour => {
  if (application === undefined || application === "000") return behaviour
  if (behaviour._tag !== "Pays" || behaviour.card !== TestCard.standard) return behaviour
  const card = TestCard.all.find(
    (each) => each.issuer._tag === "Approves" && each.readings.some((reading) => reading.application === application)
  )
  return card === undefined ? behaviour : { ...behaviour, card }
}

/** The screen text when so many attempts are left. */
const pinNote = (left: number): string =>
  left === 3 ? "CODE CONFIDENTIEL" : `CODE FAUX, ${left} ESSAI${left > 1 ? "S" : ""}`
