/**
 * What the server's HTTP interface says, as the pages use it. Times are ISO texts, amounts minor units.
 *
 * Nothing is checked again here: the pages and the server come in one package. What comes from orders and terminals is
 * text to show, never markup.
 */

export type AttemptState = "open" | "approved" | "approved-in-part" | "declined" | "not-started" | "unknown"

/** Every state, in the order a person looks for them. */
export const attemptStates: ReadonlyArray<AttemptState> = [
  "open",
  "unknown",
  "approved",
  "approved-in-part",
  "declined",
  "not-started"
]

export type Role = "pay" | "read" | "resolve" | "control"

/** Who is logged in, and into what. */
export interface Session {
  readonly login: string
  readonly roles: ReadonlyArray<Role>
  readonly mode: "simulated" | "gateway"
  readonly space: string
  readonly version: string
}

/** An attempt in a list. */
export interface Summary {
  readonly id: string
  readonly orderId: string
  readonly transactionType: string
  readonly amount: number
  readonly currency: string
  readonly terminal: { readonly name: string; readonly kind: "simulated" | "dialled" }
  readonly state: AttemptState
  readonly openedAt: string
  readonly endedAt?: string
  readonly paid?: number
  readonly login: string
  readonly warnings: number
  /** Codes of what a person has to see to. */
  readonly alarms?: ReadonlyArray<string>
  readonly resolution?: Resolution
}

export interface Resolution {
  /** `set-aside`: still unknown, but the terminal takes the next order meanwhile. */
  readonly outcome: "approved" | "declined" | "set-aside"
  readonly by: string
  readonly evidence: string
  readonly at: string
}

export interface AttemptPage {
  readonly attempts: ReadonlyArray<Summary>
  /** Path of the next page; absent on the last. */
  readonly next?: string
}

export interface Finding {
  readonly path: string
  readonly code: string
  readonly severity: "refused" | "warning"
  readonly message: string
  readonly expected: string
  readonly actual: string
}

/** One field of a message between register and terminal, explained. */
export interface Field {
  readonly tag: string
  readonly name: string
  readonly value: string
  readonly meaning?: string
  readonly fields?: ReadonlyArray<Field>
}

export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** What a simulated terminal's screen showed. */
export interface Shown {
  readonly stage: string
  readonly screen: ReadonlyArray<string>
  readonly amount?: number
  readonly currency?: string
  readonly card?: string
  readonly entryMode?: string
  readonly authorizationNumber?: string
  readonly complement?: string
}

/** What a person has to see to: what happened, then what to do. */
export interface Alarm {
  readonly code: string
  /** In English. */
  readonly message: string
  readonly details: Readonly<Record<string, string | number>>
}

/** Something that happened during an attempt. */
export type Entry = { readonly at: string } & (
  | {
      readonly kind: "request"
      readonly method: string
      readonly path: string
      readonly requestId?: string
      readonly body: unknown
    }
  | { readonly kind: "findings"; readonly findings: ReadonlyArray<Finding> }
  | { readonly kind: "connected"; readonly to: string }
  | { readonly kind: "terminal-request"; readonly frame: string; readonly fields?: ReadonlyArray<Field> }
  | ({ readonly kind: "stage" } & Shown)
  | { readonly kind: "terminal-response"; readonly frame: string; readonly fields?: ReadonlyArray<Field> }
  | { readonly kind: "fault"; readonly fault: string; readonly stage: string }
  | {
      readonly kind: "late-response"
      readonly frame?: string
      readonly fields?: ReadonlyArray<Field>
      readonly detail?: string
    }
  | { readonly kind: "closed"; readonly detail?: string }
  | ({ readonly kind: "answer" } & Answer)
  | ({ readonly kind: "resolution" } & Omit<Resolution, "at">)
  | ({ readonly kind: "alarm" } & Alarm)
  | { readonly kind: "transaction"; readonly reference: string; readonly status: number; readonly message: string }
  | { readonly kind: "notification"; readonly id: string; readonly status: number; readonly state: SentState }
)

/** All of an attempt. */
export interface Detail extends Summary {
  readonly connectedAt?: string
  readonly sentAt?: string
  readonly answeredAt?: string
  readonly frames?: { readonly request?: string; readonly response?: string }
  readonly outcome?: { readonly _tag: string; readonly reason?: string; readonly label?: string }
  readonly error?: { readonly reason: string; readonly kind?: string; readonly detail?: string }
  readonly findings: ReadonlyArray<Finding>
  readonly order: unknown
  readonly answer?: Answer
  readonly resolutions: ReadonlyArray<Resolution>
  readonly timeline: ReadonlyArray<Entry>
}

/** A simulated terminal as it stands. */
export interface Terminal extends Shown {
  readonly name: string
  readonly profile: string
  readonly host?: string
  readonly port?: number
  readonly kind?: string
  readonly cardholder: "auto" | "scripted" | "manual" | "amount"
  readonly faults: ReadonlyArray<Fault>
}

export interface Fault {
  readonly name: string
  readonly stage: string
  readonly milliseconds?: number
  readonly byte?: number
  readonly times?: number
}

/** What a simulated terminal tells as it happens. */
export type TerminalEvent =
  | ({ readonly _tag: "State" } & Terminal)
  | ({ readonly _tag: "Stage" } & Shown)
  | { readonly _tag: "Connection"; readonly what: string; readonly peer: string; readonly reason?: string }
  | { readonly _tag: "Request"; readonly frame: string }
  | {
      readonly _tag: "Answer"
      readonly frame: string
      readonly fields: ReadonlyArray<{ readonly tag: string; readonly value: string }>
      readonly delivered: boolean
    }
  | { readonly _tag: "Fault"; readonly fault: string; readonly stage: string }

export type EntryMode = "contact" | "contactless" | "stripe" | "manual"

/** A card of the catalogue. Numbers are truncated; `pan` is empty for a cheque. */
export interface TestCard {
  readonly name: string
  readonly label: string
  readonly pan: string
  readonly expiry: string
  readonly readings: ReadonlyArray<{ readonly mode: EntryMode; readonly application: string }>
  readonly pin: boolean
  readonly shows: string
}

/** What a fault of the catalogue does, and where it makes sense. */
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

/** Where a notification stands; `recorded`: it is not to be sent. */
export type SentState = "recorded" | "pending" | "delivered" | "failed"

export interface Notification {
  readonly id: string
  readonly at: string
  readonly transaction: string
  readonly status: number
  readonly url: string
  readonly state: SentState
  readonly tries: ReadonlyArray<{ readonly at: string; readonly status?: number; readonly error?: string }>
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

/** Something that the mock saw and the real service would not have said. */
export interface MockFinding {
  readonly at: string
  readonly code: string
  readonly orderId?: string
  readonly attempt?: string
  readonly terminal?: string
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
  /** Payments under way. */
  readonly underWay: number
}

/** A fault of the API, for orders that are to come. */
export interface HttpFault {
  readonly fault: string
  readonly times: number
  readonly status: number
}

/** How many, and how much in minor units. */
export interface Sum {
  readonly count: number
  readonly amount: number
}

/** One terminal's day in one currency. */
export interface DayTotal {
  readonly terminal: string
  readonly currency: string
  readonly debit: Sum
  readonly credit: Sum
  readonly cancel: Sum
  /** Attempts of which nobody knows the end. */
  readonly unknown: Sum
  /** Debits less credits and cancellations. */
  readonly net: number
}
