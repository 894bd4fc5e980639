/** What an examination of a terminal finds out, and the payments that it makes. Amounts are minor units of EUR. */
import type { Profile } from "@hipay-pos/terminal-simulator"

/** The step that cancels a sale, which is left out where there is none of this examination. */
export const CANCEL = "cancel of the last sale"

/** The step that settles the day's sales, which is left out unless it is asked for. */
export const COLLECTION = "remote collection (CD=B)"

/**
 * The habits that were seen: what a profile of the simulator has, but its name and its evidence. What no step has shown is
 * absent, and lists hold what was seen.
 */
export interface Habits extends Partial<Omit<Profile.Profile, "name" | "label" | "evidence">> {}

/** What was seen beside them. */
export interface Observations {
  /** Versions that it takes, of those that were tried. */
  readonly versions: ReadonlyArray<string>
  /** How an amount of 1 that was sent as `01` came back; empty where an approved payment had none. */
  readonly amountPadding?: string | undefined
  /** Longest CF that was taken and repeated; absent where none is. */
  readonly privateDataLength?: number | undefined
  /** Whether an approved payment repeated the CF that was sent; absent where none was approved. */
  readonly repeatsPrivateData?: boolean | undefined
  /** Absent where no payment was approved. */
  readonly repeatsContract?: boolean | undefined
  /** Whether an approved payment came with one; absent where none was approved. */
  readonly ticket?: boolean | undefined
  readonly ticketEncoding?: "utf-8" | "latin1" | "cp1252" | "cp850" | "ascii" | undefined
  /** The complement when no card is presented. */
  readonly timeOut?: string | undefined
  /** Whether a payment goes on after the line was cut before it was approved. */
  readonly goesOnAfterCut?: boolean | undefined
  /** Whether a payment whose line was cut after approval stays paid. */
  readonly keepsApproval?: boolean | undefined
  /** Whether a duplicata proves the last payment, as a gateway asks for it; absent where none had an authorization number. */
  readonly duplicata?: boolean | undefined
  readonly cancelsLastSale?: boolean | undefined
  /** The minor units that a tip added to a payment of 50; absent where it was not approved. */
  readonly tip?: number | undefined
  /** The payment application (CC) of a card of another currency, such as 00F for conversion. */
  readonly conversion?: string | undefined
  /** After a pause: how many connections failed before one stood, and the milliseconds until then. */
  readonly wakeUp?: { readonly failed: number; readonly milliseconds: number } | undefined
  /** Milliseconds until a first connection stood, and a second one. */
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
  /** CE of its answer, where that is not EUR's: the amount is the one that was asked for. */
  readonly otherCurrency?: string | undefined
  /** `credited`: paid out. `taken-back`: a sale that was cancelled, and is not this examination's. */
  readonly state: "paid" | "credited" | "cancelled" | "unknown" | "taken-back"
}

/** What came of it all. */
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
