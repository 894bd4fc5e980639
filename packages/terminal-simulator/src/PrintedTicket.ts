/**
 * The tickets that the terminal prints: text in the manner of French terminals, for the customer and the merchant.
 *
 * Lines are at most 24 or 40 columns. Every ticket says SIMULATION at top and bottom, holds the card number truncated
 * only, and is Latin-1. A ticket that would not fit the 900 base64 characters of the wire loses lines of the shop first.
 */
import type { CurrencyCode } from "@hipay-pos/core/Currency"
import * as Money from "@hipay-pos/core/Money"
import * as Result from "effect/Result"
import type { LedgerEntry } from "./Ledger.ts"

/** How wide the paper is, in characters. */
export type Columns = 24 | 40

/** What stands on every ticket of one terminal. */
export interface Letterhead {
  readonly columns: Columns
  /** The shop, a few lines: name, town. */
  readonly shop: ReadonlyArray<string>
  /** A moment as the ticket writes it. */
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

/** Text bytes that fit the base64 of one ticket field: 900 characters. */
export const MAX_BYTES = 675

const titles = { debit: "DÉBIT", credit: "CRÉDIT", cancel: "ANNULATION" } as const

/** The ticket of an approved operation. */
export const approved =
  (letterhead: Letterhead, entry: LedgerEntry, options: { readonly duplicata?: boolean } = {}): Ticket =>
  (copy) =>
    lay(
      letterhead,
      [
        ...(options.duplicata ? [centre("DUPLICATA", letterhead.columns)] : []),
        "CARTE BANCAIRE",
        ...(entry.aid === undefined ? [] : [inPairs(entry.aid)]),
        entry.label,
        letterhead.dated(entry.at),
        SHOP,
        ...(entry.merchantContract === undefined ? [] : [entry.merchantContract]),
        ...(entry.pan === "" ? [] : [entry.pan]),
        `${entry.rank ?? "001"} ${entry.register ?? "01"} ${String(entry.sequence).padStart(6, "0")}`,
        titles[entry.operation],
        ...(entry.authorizationNumber === undefined ? [] : [`N° AUTO : ${entry.authorizationNumber}`]),
        "MONTANT RÉEL :",
        amountLine(letterhead, entry.amount, entry.currency)
      ],
      copy === "customer" ? [...feet.customer, "MERCI AU REVOIR"] : feet.merchant
    )

/** The ticket of an operation that was not done. */
export const refused =
  (
    letterhead: Letterhead,
    refusal: { readonly at: number; readonly title: string; readonly amount: number; readonly currency: CurrencyCode }
  ): Ticket =>
  (copy) =>
    lay(
      letterhead,
      [
        "CARTE BANCAIRE",
        letterhead.dated(refusal.at),
        SHOP,
        "MONTANT :",
        amountLine(letterhead, refusal.amount, refusal.currency),
        refusal.title
      ],
      feet[copy]
    )

const feet = {
  customer: ["TICKET CLIENT", "À CONSERVER"],
  merchant: ["TICKET COMMERÇANT", "À CONSERVER"]
} as const

/** Long runs of digits on a ticket are taken for card numbers and masked by careful readers. */
const inPairs = (aid: string): string => aid.replace(/..(?=.)/g, "$& ")

/** Where the shop's own lines go; the first to leave when a ticket grows too long. */
const SHOP = "\0"

const lay = (letterhead: Letterhead, body: ReadonlyArray<string>, foot: ReadonlyArray<string>): string => {
  const { columns, shop } = letterhead
  const text = (shopLines: ReadonlyArray<string>) =>
    [
      centre("*** SIMULATION ***", columns),
      ...body.flatMap((line) => (line === SHOP ? shopLines : [line])),
      ...foot.map((line) => centre(line, columns)),
      centre("AUCUN PAIEMENT RÉEL", columns),
      centre("*** SIMULATION ***", columns)
    ]
      .map((line) => line.slice(0, columns).trimEnd())
      .join("\n")
  const whole = text(shop)
  return whole.length <= MAX_BYTES ? whole : text([]).slice(0, MAX_BYTES)
}

const centre = (line: string, columns: Columns): string => " ".repeat(Math.max(0, (columns - line.length) >> 1)) + line

const amountLine = (letterhead: Letterhead, amount: number, currency: CurrencyCode): string =>
  toFrench(amount, currency).padStart(letterhead.columns)

/** Minor units as French tickets write them: `12,45 EUR`. */
export const toFrench = (amount: number, currency: CurrencyCode): string =>
  Result.match(Money.make(amount, currency), {
    onSuccess: (money) => Money.toText(money).replace(".", ","),
    onFailure: () => `${amount} ${currency}`
  })

/** The clock of a time zone; all terminals in it look at the same one, because a formatter takes much memory. */
const clockOf = (timeZone: string): ((at: number) => string) => {
  const known = clocks.get(timeZone) ?? makeClock(timeZone)
  clocks.set(timeZone, known)
  return known
}

const clocks = new Map<string, (at: number) => string>()

/** `LE 23/11/26 À 09:42:10` in a time zone. Remembers the last second, since formatting costs more than the ticket. */
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
