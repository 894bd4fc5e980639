/**
 * The test cards: what each is, how it can be read, and how its issuer answers.
 *
 * Numbers are invented, and only their truncated form is stored here; the one card that reveals its whole number, as old
 * applications do, derives it from that form. Every PIN is 1234. Expiry dates are `YYMM`; the card itself says whether it is
 * expired, not the clock, so that it behaves the same on any day. Application identifiers are the schemes' own, where public.
 */
import type { EntryMode } from "@hipay-pos/core/Card"
import * as CardNumber from "@hipay-pos/core/CardNumber"
import type { PaymentApplication } from "@hipay-pos/core/PaymentApplication"

/** The PIN of every test card that has one. */
export const PIN = "1234"

/** What the issuer answers. `Refuses` has the two-character complement (AF) and the text of the ticket. */
export type Issuer =
  | { readonly _tag: "Approves" }
  | { readonly _tag: "ApprovesInPart"; readonly percent: number }
  | { readonly _tag: "Refuses"; readonly complement: string; readonly text: string }

/** One way to read the card: the payment application (CC) that the terminal then picks, and its identifier (AI). */
export interface Reading {
  readonly mode: EntryMode
  readonly application: PaymentApplication
  readonly aid?: string
}

/** The ways to read a card; the first is the default. */
export type Readings = readonly [Reading, ...ReadonlyArray<Reading>]

/** A card, a cheque or another means of payment. */
export interface TestCard {
  readonly name: string
  /** What the ticket prints. */
  readonly label: string
  /** First six and last four digits. */
  readonly pan: string
  readonly expiry: string
  readonly readings: Readings
  /** Whether the chip asks for a PIN; never asked for contactless. */
  readonly pin: boolean
  readonly issuer: Issuer
  /** The terminal refuses it as expired. */
  readonly expired?: true
  /** Any tap asks for the chip, whatever the amount. */
  readonly contactlessSpent?: true
  /** Its application returns the whole number, as old ones do. */
  readonly leaksPan?: true
  /** What it demonstrates. */
  readonly shows: string
}

const approves: Issuer = { _tag: "Approves" }
const refuses = (complement: string, text: string): Issuer => ({ _tag: "Refuses", complement, text })

const AID_CB = "A0000000421010"
const AID_VISA = "A0000000031010"
const AID_MASTERCARD = "A0000000041010"
const AID_AMEX = "A00000002501"
const AID_UNIONPAY = "A000000333010101"
const AID_JCB = "A0000000651010"
const AID_DINERS = "A0000001523010"

/** Chip and contactless of a card that runs under the CB, Visa and Mastercard applications. */
const chip = (aid: string): Readings => [contactReading(aid), contactlessReading(aid)]
const contactless = (aid: string): Readings => [contactlessReading(aid), contactReading(aid)]
const contactReading = (aid: string): Reading => ({ mode: "contact", application: "001", aid })
const contactlessReading = (aid: string): Reading => ({ mode: "contactless", application: "00B", aid })

/** The last month that EMV reads as one of this century: years have two digits. */
const LATEST = "4912"

const card = (
  name: string,
  label: string,
  pan: string,
  readings: Readings,
  shows: string,
  more: Partial<Pick<TestCard, "expiry" | "pin" | "issuer" | "expired" | "leaksPan" | "contactlessSpent">> = {}
): TestCard => ({ name, label, pan, expiry: LATEST, readings, pin: false, issuer: approves, shows, ...more })

/** The card that `auto` presents, and a script's `approved`. */
export const standard = card("cb", "CB", "497010######0014", chip(AID_CB), "approved, chip, no PIN: the default")

/** Every card, in the order the documentation lists them. */
export const all: ReadonlyArray<TestCard> = [
  standard,
  card("cb-pin", "CB", "497010######0022", chip(AID_CB), "approved once the PIN is right", { pin: true }),
  card("cb-contactless", "CB SANS CONTACT", "497010######0030", contactless(AID_CB), "approved without contact", {
    pin: true
  }),
  card("visa", "VISA", "476173######0119", chip(AID_VISA), "Visa, chip"),
  card("visa-contactless", "VISA SANS CONTACT", "476173######0127", contactless(AID_VISA), "Visa, contactless", {
    pin: true
  }),
  card("mastercard", "MASTERCARD", "541333######0010", chip(AID_MASTERCARD), "Mastercard, chip"),
  card(
    "mastercard-contactless",
    "MASTERCARD SANS CONTACT",
    "541333######0028",
    contactless(AID_MASTERCARD),
    "Mastercard, contactless",
    { pin: true }
  ),
  card(
    "amex",
    "AMERICAN EXPRESS",
    "374245#####1009",
    [{ mode: "contact", application: "002", aid: AID_AMEX }],
    "American Express, chip, 15 digits"
  ),
  card(
    "amex-contactless",
    "AMEX SANS CONTACT",
    "374245#####1017",
    [
      { mode: "contactless", application: "00D", aid: AID_AMEX },
      { mode: "contact", application: "002", aid: AID_AMEX }
    ],
    "American Express, contactless"
  ),
  card(
    "conecs",
    "CONECS",
    "609312######0041",
    [
      { mode: "contact", application: "00E" },
      { mode: "contactless", application: "10E" }
    ],
    "meal voucher card"
  ),
  card(
    "conecs-partial",
    "CONECS",
    "609312######0058",
    [{ mode: "contact", application: "00E" }],
    "half the amount is approved, the rest is still to be paid",
    { issuer: { _tag: "ApprovesInPart", percent: 50 } }
  ),
  card("cheque", "CHEQUE", "", [{ mode: "manual", application: "00C" }], "a cheque; has no number and no expiry", {
    expiry: ""
  }),
  card(
    "unionpay",
    "UNIONPAY",
    "622848######0066",
    [{ mode: "contact", application: "00U", aid: AID_UNIONPAY }],
    "UnionPay"
  ),
  card("jcb", "JCB", "356600######0079", [{ mode: "contact", application: "009", aid: AID_JCB }], "JCB"),
  card(
    "diners",
    "DINERS CLUB",
    "361489####0087",
    [{ mode: "contact", application: "006", aid: AID_DINERS }],
    "14 digits"
  ),
  card("stripe", "CB", "497010######0097", [{ mode: "stripe", application: "001" }], "magnetic stripe only"),
  card("entered", "CB VAD", "497010######0105", [{ mode: "manual", application: "101" }], "number keyed in"),
  card("partial", "CB", "497010######0113", chip(AID_CB), "half the amount is approved", {
    issuer: { _tag: "ApprovesInPart", percent: 50 }
  }),
  card("refused", "CB", "497010######0204", chip(AID_CB), "the issuer refuses (04)", {
    issuer: refuses("04", "PAIEMENT REFUSE")
  }),
  card("call", "CB", "497010######0212", chip(AID_CB), "the issuer wants a call (02)", {
    issuer: refuses("02", "APPEL EMETTEUR")
  }),
  card("stolen", "CB", "497010######0220", chip(AID_CB), "reported stolen, barred (05)", {
    issuer: refuses("05", "CARTE INTERDITE")
  }),
  card("expired", "CB", "497010######0238", chip(AID_CB), "expired in January 2020 (04)", {
    expiry: "2001",
    expired: true
  }),
  card(
    "over-limit",
    "CB SANS CONTACT",
    "497010######0246",
    [
      { mode: "contactless", application: "00B", aid: AID_CB },
      { mode: "contact", application: "001", aid: AID_CB }
    ],
    "has spent its contactless allowance: any tap asks for the chip and the PIN",
    { pin: true, contactlessSpent: true }
  ),
  card(
    "foreign",
    "VISA DCC",
    "431940######0253",
    [{ mode: "contact", application: "00F", aid: AID_VISA }],
    "a card of another currency: approved by conversion (00F)"
  ),
  card(
    "unknown-application",
    "PRIVATIVE",
    "999999######0261",
    [{ mode: "contact", application: "9ZZ" }],
    "no contract fits it (10)"
  ),
  card("leaky", "CB", "497010######0279", chip(AID_CB), "approved, and the whole number stands in AA", {
    leaksPan: true
  })
]

const byName = new Map(all.map((each) => [each.name, each]))

/** The card with a name, or `undefined`. */
export const get = (name: string): TestCard | undefined => byName.get(name)

/** The reading of a card in one mode, or `undefined` if it cannot be read that way. */
export const readingIn = (testCard: TestCard, mode: EntryMode): Reading | undefined =>
  testCard.readings.find((reading) => reading.mode === mode)

/** A whole number that matches a truncated one and passes the Luhn check: fives, and one digit that corrects the sum. */
export const wholeNumber = (truncated: string): string => {
  const lastMask = truncated.lastIndexOf("#")
  for (let digit = 0; digit <= 9; digit++) {
    const candidate = `${truncated.slice(0, lastMask).replaceAll("#", "5")}${digit}${truncated.slice(lastMask + 1)}`
    if (CardNumber.passesLuhn(candidate)) return candidate
  }
  return truncated
}
