/**
 * The mock's control interface, as the pages use it; all other types of the API come from core.
 *
 * Nothing is validated here: the pages and the server come in one package. Times are ISO 8601 texts, amounts minor
 * units. Texts of orders and terminals are shown as text, never as markup.
 */
import type { EntryMode } from "@hipay-pos/core/Card"
import type { NotificationState, ScreenShown } from "@hipay-pos/core/wire/TimelineEntry"

/** The state of a simulated terminal. */
export interface Terminal extends ScreenShown {
  readonly name: string
  readonly profile: string
  readonly host?: string
  readonly port?: number
  readonly cardholder: "auto" | "scripted" | "manual" | "amount"
  readonly faults: ReadonlyArray<Fault>
}

export interface Fault {
  readonly fault: string
  readonly stage: string
  readonly milliseconds?: number
  readonly byte?: number
  readonly times?: number
}

/** An event of a simulated terminal. */
export type TerminalEvent =
  | ({ readonly _tag: "State" } & Terminal)
  | ({ readonly _tag: "Stage" } & ScreenShown)
  | { readonly _tag: "Connection"; readonly what: string; readonly peer: string; readonly reason?: string }
  | { readonly _tag: "Request"; readonly frame: string }
  | {
      readonly _tag: "Answer"
      readonly frame: string
      readonly fields: ReadonlyArray<{ readonly tag: string; readonly value: string }>
      readonly delivered: boolean
    }
  | { readonly _tag: "Fault"; readonly fault: string; readonly stage: string }

/** A test card. `pan` is truncated, and empty for a cheque. */
export interface TestCard {
  readonly name: string
  readonly label: string
  readonly pan: string
  readonly expiry: string
  readonly readings: ReadonlyArray<{ readonly mode: EntryMode; readonly application: string }>
  readonly pin: boolean
  readonly shows: string
}

/** A fault of the catalogue: what it does, and the stages at which it is possible. */
export interface FaultDescription {
  readonly stages: ReadonlyArray<string>
  readonly milliseconds?: number
  readonly shows: string
}

export interface Transaction {
  readonly reference: string
  readonly orderId: string
  readonly attempt: string
  readonly terminal: string
  readonly status: number
  readonly message: string
  readonly transactionType: string
  readonly amount: number
  readonly currency: string
  readonly authorizationNumber?: string
  readonly createdAt: string
  readonly updatedAt: string
  readonly history: ReadonlyArray<{ readonly status: number; readonly at: string }>
}

export interface Notification {
  readonly id: string
  readonly at: string
  readonly transaction: string
  readonly attempt: string
  readonly orderId: string
  readonly status: number
  /** The status in words. */
  readonly message: string
  readonly url: string
  readonly state: NotificationState
  readonly tries: ReadonlyArray<{ readonly at: string; readonly status?: number; readonly error?: string }>
  /** When the next retry is due. */
  readonly nextTry?: string
}

export interface NotificationDetail extends Notification {
  readonly body: string
  readonly signature?: {
    readonly algorithm: string
    /** Masked. */
    readonly passphrase: string
    readonly value: string
  }
}

/** A problem that the mock detected and the real service would not report. */
export interface MockFinding {
  readonly at: string
  readonly code: string
  readonly orderId?: string
  readonly attempt?: string
  readonly detail: string
}

export interface LedgerEntry {
  readonly terminal: string
  readonly sequence: number
  readonly at: string
  readonly operation: "debit" | "credit" | "cancel"
  readonly amount: number
  readonly currency: string
  readonly card: string
  readonly label: string
  readonly pan: string
  readonly entryMode: string
  readonly authorizationNumber?: string
  /** The id of the attempt that the terminal charged for. */
  readonly attempt?: string
}

export interface Ledger {
  readonly entries: ReadonlyArray<LedgerEntry>
  readonly totals: ReadonlyArray<{
    readonly terminal: string
    readonly currency: string
    readonly amount: number
    readonly count: number
  }>
}

export interface Clock {
  readonly now: string
  readonly frozen: boolean
}

export interface Space {
  readonly name: string
  /** Payments in progress. */
  readonly underWay: number
}

/** A fault of the API, for the next orders. */
export interface HttpFault {
  readonly fault: string
  readonly times: number
  readonly status: number
}

/** What differs from a real shop. */
export interface SimulationState {
  readonly clock: Clock
  readonly httpFault: HttpFault | null
  readonly faulty: ReadonlyArray<{ readonly name: string; readonly faults: ReadonlyArray<string> }>
}
