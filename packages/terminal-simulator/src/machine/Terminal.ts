/**
 * The state machine: one operation from the request to its result, one at a time.
 *
 * idle → woken (amount on the screen) → card presented → PIN where the chip asks → authorising → approved or refused →
 * printing → idle. Requests come decoded, results are encoded elsewhere. Money moves at one point only, between
 * authorising and approved, where the ledger is written.
 */

import type { Action, Request } from "@hipay-pos/concert-codec/Request"
import type { CurrencyCode } from "@hipay-pos/core/Currency"
import { defined } from "@hipay-pos/core/Defined"
import * as PaymentApplication from "@hipay-pos/core/PaymentApplication"
import type { MerchantContract } from "@hipay-pos/core/TerminalTarget"
import * as Effect from "effect/Effect"
import type * as Random from "effect/Random"
import type * as Cardholder from "../cardholder/Cardholder.ts"
import * as CardholderActions from "../cardholder/CardholderActions.ts"
import * as Pinpad from "../cardholder/Pinpad.ts"
import * as TestCard from "../cardholder/TestCard.ts"
import type { FaultStage } from "../faults/Fault.ts"
import type { Profile } from "../profiles/Profile.ts"
import type { Event } from "../SimulatorEvent.ts"
import * as ChargedAmount from "./chargedAmount.ts"
import { cardOf, entryOf, referencesOf } from "./entryFields.ts"
import type { LedgerEntry, WritableLedger } from "./Ledger.ts"
import type { NotDone, OperationResult } from "./OperationResult.ts"
import * as PrintedTicket from "./PrintedTicket.ts"
import { type Durations, jittered, type Stage } from "./Stage.ts"
import type { Store, StoreFailed } from "./Store.ts"

/** How a terminal is set up. */
export interface Setup {
  readonly profile: Profile
  readonly durations: Durations
  /** Contracts by payment application; absent: one contract, 1234567, for every known application. */
  readonly contracts?: ReadonlyArray<MerchantContract> | undefined
  /** The highest amount without contact and PIN, in minor units. */
  readonly contactlessLimit: number
  /** From this amount on, in minor units, an authorization is asked for; below, only when forced. */
  readonly floorLimit: number
  /** Currencies it takes; absent: all. */
  readonly currencies?: ReadonlyArray<CurrencyCode> | undefined
  readonly letterhead: PrintedTicket.Letterhead
}

/** What the state machine depends on. */
export interface Dependencies {
  readonly setup: Setup
  readonly ledger: WritableLedger
  readonly pinpad: Pinpad.Pinpad
  readonly now: () => number
  readonly random: () => Random.Random
  /** Called once per payment. */
  readonly nextBehaviour: (amount: number) => Cardholder.Behaviour
  /** Keeps operations through a restart. */
  readonly store: Store
  /** The screen changes. */
  readonly show: (event: Extract<Event, { readonly _tag: "Stage" }>) => void
}

/** Called at every stage at which a fault can apply; fails when the terminal reboots there. */
export type OnStage<E> = (stage: FaultStage) => Effect.Effect<void, E>

const DEFAULT_CONTRACT: MerchantContract = { merchantContract: "1234567", rank: "001" }

/** A terminal without its connection. */
export class Terminal implements CardholderActions.CardholderContext {
  readonly dependencies: Dependencies

  constructor(dependencies: Dependencies) {
    this.dependencies = dependencies
  }

  perform<E>(request: Request, onStage: OnStage<E>): Effect.Effect<OperationResult, E> {
    const { action } = request
    if (!this.dependencies.setup.profile.actions.includes(action)) return Effect.succeed(refusedAtOnce("12"))
    const operation = operations.find((each) => each === action)
    if (operation !== undefined) return this.payment(operation, request, onStage)
    if (action === "duplicata") return Effect.sync(() => this.duplicata())
    if (action === "identification") return Effect.succeed(ACKNOWLEDGED)
    return action === REMOTE_COLLECTION ? this.remoteCollection() : Effect.succeed(refusedAtOnce("12"))
  }

  get pinpad(): Pinpad.Pinpad {
    return this.dependencies.pinpad
  }

  get durations(): Durations {
    return this.dependencies.setup.durations
  }

  vary(milliseconds: number): number {
    return jittered(milliseconds, this.durations, () => this.dependencies.random().nextDoubleUnsafe())
  }

  /** The duration of a stage that no key can end. */
  stageDuration(milliseconds: number): Effect.Effect<void> {
    return milliseconds === 0 ? Effect.void : Effect.sleep(this.vary(milliseconds))
  }

  show(stage: Stage, display: Pinpad.Display, more?: StageDetails, note?: string, digits?: number): void {
    const { amount, currency } = display
    this.dependencies.show({
      _tag: "Stage",
      stage,
      screen: Pinpad.screen(stage, display, note, digits),
      amount,
      currency,
      ...more
    })
  }

  notDone(
    stage: "refused" | "cancelled" | "timed-out",
    display: Pinpad.Display,
    complement: string,
    text: string
  ): NotDone {
    this.show(stage, display, { complement }, text)
    const { setup, now } = this.dependencies
    const refusal = { at: now(), title: text, ...amountOf(display) }
    return {
      _tag: "NotDone",
      complement,
      text,
      byRedKey: stage === "cancelled",
      ...(setup.profile.ticketOnRefusal ? { ticket: PrintedTicket.refused(setup.letterhead, refusal) } : {})
    }
  }

  cancelled(display: Pinpad.Display): NotDone {
    return this.notDone("cancelled", display, this.dependencies.setup.profile.redKey, abortedTitles[display.operation])
  }

  timedOut(display: Pinpad.Display): NotDone {
    return this.notDone("timed-out", display, "08", "DÉLAI DÉPASSÉ")
  }

  /** Stored before the ECR and the cardholder are told; what cannot be stored is not approved. */
  approve(entry: LedgerEntry, display: Pinpad.Display, card?: TestCard.TestCard): Effect.Effect<OperationResult> {
    const { store, ledger, setup } = this.dependencies
    return Effect.matchEager(store.append({ _tag: "Approved", entry }), {
      onFailure: (): OperationResult => this.notStored(display),
      onSuccess: () => {
        ledger.append(entry)
        this.show(
          "approved",
          { ...display, amount: entry.amount },
          defined({ card: entry.card, authorizationNumber: entry.authorizationNumber })
        )
        const ticket = PrintedTicket.approved(setup.letterhead, entry)
        return { _tag: "Done", entry, ticket, card }
      }
    })
  }

  private notStored(display: Pinpad.Display): NotDone {
    return this.notDone("refused", display, "00", "MÉMOIRE PLEINE")
  }

  contractFor(application: string): MerchantContract | undefined {
    const { contracts } = this.dependencies.setup
    if (contracts !== undefined) return contracts.find((contract) => contract.paymentApplication === application)
    return PaymentApplication.nameOf(application) === undefined ? undefined : DEFAULT_CONTRACT
  }

  needsChip({ card, reading }: CardholderActions.PresentedCard, display: Pinpad.Display): boolean {
    return (
      reading.mode === "contactless" &&
      (display.amount > this.dependencies.setup.contactlessLimit || card.contactlessSpent === true) &&
      TestCard.readingIn(card, "contact") !== undefined
    )
  }

  authorizationNumber(): string {
    return String(Math.floor(this.dependencies.random().nextDoubleUnsafe() * 1_000_000)).padStart(6, "0")
  }

  private duplicata(): OperationResult {
    const { ledger, setup } = this.dependencies
    const entry = ledger.repeatable()
    if (entry === undefined) return { _tag: "NotDone", complement: "07", byRedKey: false }
    const ticket = PrintedTicket.approved(setup.letterhead, entry, { duplicata: true })
    return { _tag: "Done", entry, ticket, again: true }
  }

  /** Collects what was not collected before. */
  collect(): Effect.Effect<void, StoreFailed> {
    return Effect.suspend(() => {
      const { store, ledger } = this.dependencies
      return Effect.map(
        store.append({ _tag: "Collected", upTo: ledger.nextSequence() - 1 }),
        () => void ledger.collect()
      )
    })
  }

  private remoteCollection(): Effect.Effect<OperationResult> {
    return Effect.match(this.collect(), {
      onFailure: (): OperationResult => refusedAtOnce("00"),
      onSuccess: () => ACKNOWLEDGED
    })
  }

  private payment<E>(
    operation: Pinpad.Display["operation"],
    request: Request,
    onStage: OnStage<E>
  ): Effect.Effect<OperationResult, E> {
    const { amount, currency } = request
    if (amount === undefined || amount === 0) return Effect.succeed(refusedAtOnce("09"))
    if (currency === undefined || this.dependencies.setup.currencies?.includes(currency) === false) {
      return Effect.succeed(refusedAtOnce("13"))
    }
    const display: Pinpad.Display = { operation, amount, currency }
    const perform = operation === "cancel" ? cancel : debitOrCredit
    const performed = Effect.flatMapEager(this.begin(display), (failed) =>
      failed === undefined ? perform(this, request, display, onStage) : Effect.succeed(failed)
    )
    return Effect.flatMapEager(performed, (result) =>
      Effect.flatMapEager(onStage("after-approval"), () => this.print(result, display))
    )
  }

  /** Stored before anything happens: what a restart interrupts has failed. So has what cannot be stored. */
  private begin(display: Pinpad.Display): Effect.Effect<NotDone | undefined> {
    const { store, ledger } = this.dependencies
    ledger.begin()
    return Effect.matchEager(store.append({ _tag: "Begun" }), {
      onFailure: () => this.notStored(display),
      onSuccess: () => undefined
    })
  }

  private print(result: OperationResult, display: Pinpad.Display): Effect.Effect<OperationResult> {
    if (result._tag === "Acknowledged" || result.ticket === undefined) return Effect.succeed(result)
    // What was charged may be less than what was asked for, or more.
    this.show("printing", result._tag === "Done" ? { ...display, amount: result.entry.amount } : display)
    return Effect.mapEager(this.stageDuration(this.durations.printing), () => result)
  }
}

const debitOrCredit = <E>(
  terminal: Terminal,
  request: Request,
  display: Pinpad.Display,
  onStage: OnStage<E>
): Effect.Effect<OperationResult, E> => {
  terminal.show("woken", display)
  return Effect.flatMapEager(onStage("after-wake"), () => {
    const asked = terminal.dependencies.nextBehaviour(display.amount)
    const behaviour = withCardFor(asked, request.paymentApplication)
    return Effect.flatMapEager(CardholderActions.presentsCard(terminal, behaviour), (presented) =>
      payByCard(terminal, request, display, onStage, behaviour, presented)
    )
  })
}

/** What follows the card, apart from the wait for it: people take minutes, and the steps behind that are not begun yet. */
const payByCard = Effect.fnUntracedEager(function* <E>(
  terminal: Terminal,
  request: Request,
  display: Pinpad.Display,
  onStage: OnStage<E>,
  behaviour: Cardholder.Behaviour,
  first: CardholderActions.PresentedCard | CardholderActions.GaveUp
): Effect.fn.Return<OperationResult, E> {
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

const cancel = Effect.fnUntracedEager(function* <E>(
  terminal: Terminal,
  request: Request,
  display: Pinpad.Display,
  onStage: OnStage<E>
): Effect.fn.Return<OperationResult, E> {
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

const abortedTitles = { debit: "ABANDON DEBIT", credit: "ABANDON CREDIT", cancel: "ABANDON ANNULATION" } as const

/** The actions that move money. */
const operations = ["debit", "credit", "cancel"] as const

const ACKNOWLEDGED: OperationResult = { _tag: "Acknowledged" }

/** CD of remote collection (*télécollecte*). */
const REMOTE_COLLECTION: Action = "B"

/** What a stage event has besides the screen. */
interface StageDetails {
  readonly card?: string
  readonly entryMode?: string
  readonly authorizationNumber?: string
  readonly complement?: string
}

const amountOf = ({ amount, currency }: Pinpad.Display) => ({ amount, currency })

/** Replaces the standard card by one that has the application that the ECR requires. */
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

const refusedAtOnce = (complement: string): NotDone => ({ _tag: "NotDone", complement, byRedKey: false })
