/**
 * A terminal without its connection: what each of its operations displays, decides and records.
 *
 * `performRequest.ts` performs requests, `CardOperation.ts` those that move money. It moves at one point only, in `approve`,
 * where the ledger is written.
 */
import type { CurrencyCode } from "@hipay-pos/core/Currency"
import { defined } from "@hipay-pos/core/Defined"
import * as PaymentApplication from "@hipay-pos/core/PaymentApplication"
import type { MerchantContract } from "@hipay-pos/core/TerminalTarget"
import * as Effect from "effect/Effect"
import type * as Random from "effect/Random"
import type * as Cardholder from "../cardholder/Cardholder.ts"
import type * as CardholderActions from "../cardholder/CardholderActions.ts"
import * as Pinpad from "../cardholder/Pinpad.ts"
import * as TestCard from "../cardholder/TestCard.ts"
import type { Profile } from "../profiles/Profile.ts"
import type { Event } from "../SimulatorEvent.ts"
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
  /** The lowest amount, in minor units, that needs an authorization; below it, only when forced. */
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

const DEFAULT_CONTRACT: MerchantContract = { merchantContract: "1234567", rank: "001" }

/** A terminal without its connection. */
export class Terminal implements CardholderActions.CardholderContext {
  readonly dependencies: Dependencies

  constructor(dependencies: Dependencies) {
    this.dependencies = dependencies
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

  /** Stores the entry before the ECR and the cardholder see the result; an entry that cannot be stored is not approved. */
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

  notStored(display: Pinpad.Display): NotDone {
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

  /** Collects everything that was not yet collected. */
  collect(): Effect.Effect<void, StoreFailed> {
    return Effect.suspend(() => {
      const { store, ledger } = this.dependencies
      return Effect.map(
        store.append({ _tag: "Collected", upTo: ledger.nextSequence() - 1 }),
        () => void ledger.collect()
      )
    })
  }
}

const abortedTitles = { debit: "ABANDON DEBIT", credit: "ABANDON CREDIT", cancel: "ABANDON ANNULATION" } as const

/** The fields of a stage event besides the screen. */
interface StageDetails {
  readonly card?: string
  readonly entryMode?: string
  readonly authorizationNumber?: string
  readonly complement?: string
}

const amountOf = ({ amount, currency }: Pinpad.Display) => ({ amount, currency })
