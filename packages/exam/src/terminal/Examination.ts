/** What an examination of a terminal finds out, and the payments that it makes. Amounts are minor units of EUR. */
import type { Profile } from "@hipay-pos/terminal-simulator"

/** The step that cancels a sale; left out if this examination has none to cancel. */
export const CANCEL = "cancel of the last sale"

/** The step that settles the day's sales; left out unless requested. */
export const COLLECTION = "remote collection (CD=B)"

/**
 * The observed behaviour: the fields of a simulator profile except its name and its evidence. A field that no step has shown
 * is absent; lists hold the observed values.
 */
export interface Habits extends Partial<Omit<Profile.Profile, "name" | "label" | "evidence">> {}

/** Observations that a profile does not have. */
export interface Observations {
  /** Versions that it takes, among those tried. */
  readonly versions: ReadonlyArray<string>
  /** How an amount of 1 that was sent as `01` came back; empty if an approved payment had none. */
  readonly amountPadding?: string | undefined
  /** Length of the longest CF that was taken and repeated; absent if none was. */
  readonly privateDataLength?: number | undefined
  /** Whether an approved payment repeated the CF that was sent; absent if none was approved. */
  readonly repeatsPrivateData?: boolean | undefined
  /** Absent if no payment was approved. */
  readonly repeatsContract?: boolean | undefined
  /** Whether an approved payment came with one; absent if none was approved. */
  readonly ticket?: boolean | undefined
  readonly ticketEncoding?: "utf-8" | "latin1" | "cp1252" | "cp850" | "ascii" | undefined
  /** The complement when no card is presented. */
  readonly timeOut?: string | undefined
  /** Whether a payment goes on after the line was cut before it was approved. */
  readonly goesOnAfterCut?: boolean | undefined
  /** Whether a payment whose line was cut after approval stays paid. */
  readonly keepsApproval?: boolean | undefined
  /** Whether a duplicata, as a gateway requests it, proves the last payment; absent if no payment had an authorization number. */
  readonly duplicata?: boolean | undefined
  readonly cancelsLastSale?: boolean | undefined
  /** The minor units that a tip added to a payment of 50; absent if it was not approved. */
  readonly tip?: number | undefined
  /** The payment application (CC) of a card of another currency, such as 00F for conversion. */
  readonly conversion?: string | undefined
  /** After a pause: how many connections failed before one succeeded, and the milliseconds until then. */
  readonly wakeUp?: { readonly failed: number; readonly milliseconds: number } | undefined
  /** Milliseconds to establish a first connection, and a second one. */
  readonly connectedIn: readonly [number, number]
}

/** One exchange, masked. */
export interface Shown {
  readonly step: string
  readonly request: string
  readonly answer: string
}

/** A payment of the examination. */
export interface Payment {
  readonly orderId: string
  readonly amount: number
  readonly authorizationNumber?: string | undefined
  /** CE of its answer, if that is not EUR: the amount is then the requested one. */
  readonly otherCurrency?: string | undefined
  /** `credited`: paid out. `taken-back`: a cancelled sale that was not made by this examination. */
  readonly state: "paid" | "credited" | "cancelled" | "unknown" | "taken-back"
}

/** The results of an examination. */
export interface ExaminationResult {
  readonly host: string
  readonly port: number
  readonly simulated: boolean
  readonly at: string
  readonly habits: Habits
  readonly observations: Observations
  /** Steps that were left out. */
  readonly leftOut: ReadonlyArray<string>
  readonly evidence: ReadonlyArray<Shown>
  readonly unsafe: ReadonlyArray<string>
  readonly payments: ReadonlyArray<Payment>
}
