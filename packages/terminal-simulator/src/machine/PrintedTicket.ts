/**
 * The tickets that the terminal prints: in the layout of French terminals, for the customer and the merchant.
 *
 * Lines are at most 24 or 40 columns. Every ticket says SIMULATION at top and bottom, holds the card number truncated
 * only, and is CP1252. A ticket that does not fit the 900 base64 characters of the wire is printed without the lines of the shop.
 */
import { MAX_BASE64 } from "@hipay-pos/concert-codec/Ticket"
import type { CurrencyCode } from "@hipay-pos/core/Currency"
import * as Money from "@hipay-pos/core/Money"
import type { LedgerEntry } from "./Ledger.ts"

/** How wide the paper is, in characters. */
export type Columns = 24 | 40

/** The content that all tickets of one terminal share. */
export interface Letterhead {
  readonly columns: Columns
  /** The shop, a few lines: name, town. */
  readonly shop: ReadonlyArray<string>
  /** Formats a time for the ticket. */
  readonly dated: (at: number) => string
}

/** A letterhead that dates tickets in a time zone, such as Europe/Paris. */
export const letterhead = (columns: Columns, shop: ReadonlyArray<string>, timeZone: string): Letterhead => ({
  columns,
  shop,
  dated: clockOf(timeZone)
})

/** Whose copy. */
export type Copy = "customer" | "merchant"

/** A ticket that is ready to print: the text of either copy. */
export type Ticket = (copy: Copy) => string

/** Bytes of text that fit the base64 of one ticket field. */
export const MAX_BYTES = (MAX_BASE64 / 4) * 3

/** Titles of operations on screen and paper. */
export const titles = { debit: "DÉBIT", credit: "CRÉDIT", cancel: "ANNULATION" } as const

/** The ticket of an approved operation. */
export const approved =
  (letterhead: Letterhead, entry: LedgerEntry, options: { readonly duplicata?: boolean } = {}): Ticket =>
  (copy) => {
    const above = options.duplicata ? [centre("DUPLICATA", letterhead.columns), "CARTE BANCAIRE"] : ["CARTE BANCAIRE"]
    if (entry.aid !== undefined) above.push(inPairs(entry.aid))
    above.push(entry.label, letterhead.dated(entry.at))
    const below: Array<string> = []
    if (entry.merchantContract !== undefined) below.push(entry.merchantContract)
    if (entry.pan !== "") below.push(entry.pan)
    below.push(
      `${entry.rank ?? "001"} ${entry.register ?? "01"} ${String(entry.sequence).padStart(6, "0")}`,
      titles[entry.operation]
    )
    if (entry.authorizationNumber !== undefined) below.push(`N° AUTO : ${entry.authorizationNumber}`)
    if (entry.tip !== undefined) below.push("DONT POURBOIRE :", amountLine(letterhead, entry.tip, entry.currency))
    below.push("MONTANT RÉEL :", amountLine(letterhead, entry.amount, entry.currency))
    return lay(letterhead, above, below, copy === "customer" ? feet.thanks : feet.merchant)
  }

/** The ticket of an operation that was not done. */
export const refused =
  (
    letterhead: Letterhead,
    refusal: { readonly at: number; readonly title: string; readonly amount: number; readonly currency: CurrencyCode }
  ): Ticket =>
  (copy) =>
    lay(
      letterhead,
      ["CARTE BANCAIRE", letterhead.dated(refusal.at)],
      ["MONTANT :", amountLine(letterhead, refusal.amount, refusal.currency), refusal.title],
      feet[copy]
    )

/** Splits digits into pairs: careful readers take long runs of digits for card numbers and mask them. */
const inPairs = (aid: string): string => {
  let pairs = aid.slice(0, 2)
  for (let at = 2; at < aid.length; at += 2) pairs += ` ${aid.slice(at, at + 2)}`
  return pairs
}

/** The whole ticket. Without the shop's lines if it would be too long with them. */
const lay = ({ columns, shop }: Letterhead, above: Lines, below: Lines, foot: Foot): string => {
  const text = (shopLines: Lines): string => {
    let laid = `${centre(SIMULATION, columns)}\n`
    for (const lines of [above, shopLines, below]) {
      for (const line of lines) laid += `${line.slice(0, columns).trimEnd()}\n`
    }
    return laid + foot[columns]
  }
  const whole = text(shop)
  return whole.length <= MAX_BYTES ? whole : text([]).slice(0, MAX_BYTES)
}

const SIMULATION = "*** SIMULATION ***"

const centre = (line: string, columns: Columns): string => " ".repeat(Math.max(0, (columns - line.length) >> 1)) + line

type Lines = ReadonlyArray<string>

/** The last lines of a ticket, for either width of the paper. */
type Foot = Readonly<Record<Columns, string>>

const footOf = (...lines: Lines): Foot => {
  const text = (columns: Columns) =>
    [...lines, "AUCUN PAIEMENT RÉEL", SIMULATION].map((line) => centre(line, columns)).join("\n")
  return { 24: text(24), 40: text(40) }
}

const feet = {
  customer: footOf("TICKET CLIENT", "À CONSERVER"),
  merchant: footOf("TICKET COMMERÇANT", "À CONSERVER"),
  thanks: footOf("TICKET CLIENT", "À CONSERVER", "MERCI AU REVOIR")
} as const

const amountLine = (letterhead: Letterhead, amount: number, currency: CurrencyCode): string =>
  toFrench(amount, currency).padStart(letterhead.columns)

/** Minor units as French tickets write them: `12,45 EUR`. Caches the last amount, which every stage asks for. */
export const toFrench = (amount: number, currency: CurrencyCode): string => {
  if (lastPrice.amount !== amount || lastPrice.currency !== currency) {
    const text = Money.textOf(amount, currency).replace(".", ",")
    lastPrice = { amount, currency, text }
  }
  return lastPrice.text
}

let lastPrice: { readonly amount: number; readonly currency?: CurrencyCode; readonly text: string } = {
  amount: Number.NaN,
  text: ""
}

/** The clock of a time zone. All its terminals share one, because a formatter takes much memory. */
const clockOf = (timeZone: string): ((at: number) => string) => {
  const known = clocks.get(timeZone) ?? makeClock(timeZone)
  clocks.set(timeZone, known)
  return known
}

const clocks = new Map<string, (at: number) => string>()

/** `LE 23/11/26 À 09:42:10` in a time zone. Caches the last second, because formatting costs more than the rest of the ticket. */
const makeClock = (timeZone: string): ((at: number) => string) => {
  const format = new Intl.DateTimeFormat("fr-FR", { timeZone, dateStyle: "short", timeStyle: "medium" })
  let second = Number.NaN
  let text = ""
  return (at) => {
    if (Math.floor(at / 1000) !== second) {
      second = Math.floor(at / 1000)
      const [date = "", time = ""] = format.format(at).split(/[ ,]+/)
      text = `LE ${date.slice(0, 6)}${date.slice(-2)} À ${time}`
    }
    return text
  }
}
