/** What a terminal reports about the card. This toolkit has no type for a full card number. */
import * as Schema from "effect/Schema"
import { PaymentApplication } from "./PaymentApplication.ts"

export { authorizationNumberOf } from "./plain/Card.ts"

/** A card number with at most its first six and last four digits; every other digit is masked (`#` or `*`). */
export const TruncatedPan = Schema.String.check(
  Schema.makeFilter((text) => {
    const digits = text.replace(/\D/g, "")
    return digits.length <= 10 && !/\d{7}/.test(text) ? undefined : "at most the first six and last four digits"
  })
).pipe(Schema.brand("TruncatedPan"))
export type TruncatedPan = typeof TruncatedPan.Type

/** Expiry as the terminal writes it, `YYMM`. */
export const ExpiryDate = Schema.String.check(Schema.isPattern(/^\d{4}$/)).pipe(Schema.brand("ExpiryDate"))
export type ExpiryDate = typeof ExpiryDate.Type

/** Application identifier of the chip, hexadecimal text, at most 32 characters. */
export const Aid = Schema.String.check(Schema.isPattern(/^[0-9A-Fa-f]{1,32}$/)).pipe(Schema.brand("Aid"))
export type Aid = typeof Aid.Type

/** How the card was read. */
export const EntryMode = Schema.Literals(["contact", "contactless", "stripe", "manual"])
export type EntryMode = typeof EntryMode.Type

/** What the terminal reported about the card and the acquirer; fields it left out are absent. */
export const Card = Schema.Struct({
  /** The issuer's approval code, 1 to 10 characters; absent when the terminal approved offline. */
  authorizationNumber: Schema.optionalKey(Schema.String),
  paymentApplication: Schema.optionalKey(PaymentApplication),
  /** The merchant contract that was used, usually 7 digits, up to 10 in the field. */
  merchantContract: Schema.optionalKey(Schema.String),
  pan: Schema.optionalKey(TruncatedPan),
  expiry: Schema.optionalKey(ExpiryDate),
  aid: Schema.optionalKey(Aid),
  entryMode: Schema.optionalKey(EntryMode)
}).annotate({ identifier: "Card" })
export type Card = typeof Card.Type
