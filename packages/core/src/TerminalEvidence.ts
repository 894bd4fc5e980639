/**
 * What is known about a payment whose outcome is unknown: everything that the terminal sent, and what speaks against it.
 *
 * The code that speaks the terminal's protocol makes it, for the person who resolves the payment; it is stored and shown with
 * the attempt. Its maker masks card numbers; nothing here does. Amounts are minor units, texts stand for bytes (Latin-1),
 * offsets count bytes from the start of what was received.
 */
import * as Schema from "effect/Schema"
import { Card } from "./Card.ts"
import { Money } from "./Money.ts"
import { Receipt } from "./Receipt.ts"

export { type SignOfSale, signOfSale } from "./plain/TerminalEvidence.ts"

/** A complete field. */
export const EvidenceField = Schema.Struct({ offset: Schema.Int, tag: Schema.String, value: Schema.String })
export type EvidenceField = typeof EvidenceField.Type

/** Where the reading stopped, before the end of a message. */
export const ReadingStop = Schema.Struct({
  offset: Schema.Int,
  /** Tag of the field that could not be read, if the tag could. */
  tag: Schema.optionalKey(Schema.String),
  /** The length that the field announces, in bytes. */
  announced: Schema.optionalKey(Schema.Int),
  /** The length that was found, in bytes. */
  found: Schema.optionalKey(Schema.Int),
  /** The same in characters, if the bytes are UTF-8 and the two counts differ. */
  characters: Schema.optionalKey(Schema.Int),
  /** What is wrong, then what to do, for people. */
  problem: Schema.String
})
export type ReadingStop = typeof ReadingStop.Type

/** What contradicts what. A reader that meets a kind it does not know shows the message. */
export const ContradictionKind = Schema.Literals([
  /** Not the amount that was asked for, or one that cannot be read. */
  "amount",
  "amount-missing",
  /** Not the currency that was asked for, or one that cannot be read. */
  "currency",
  "action",
  /** The terminal's reason does not go with its status. */
  "complement",
  /** The answer is for another cash register. */
  "register",
  /** The answer has an id that was not sent: another order's, or one that could not be looked up. */
  "order-id",
  /** A field came twice, with different values. */
  "repeated-field",
  /** Two answers came that say different things. */
  "second-answer",
  /** Not reported as done, although fields came that only a sale has: an authorization number, a ticket. */
  "signs-of-a-sale",
  /** A ticket was announced and came incomplete. */
  "cut-ticket"
])
export type ContradictionKind = typeof ContradictionKind.Type

/** One contradiction: a message and, if two values differ, both of them. */
export const Contradiction = Schema.Struct({
  kind: ContradictionKind,
  asked: Schema.optionalKey(Schema.String),
  told: Schema.optionalKey(Schema.String),
  /** For people: `the terminal said 12.00 EUR, asked for 10.00 EUR`. */
  message: Schema.String
})
export type Contradiction = typeof Contradiction.Type

export const TerminalEvidence = Schema.Struct({
  /** Everything received, masked; bytes that cannot be read are shown in part. Never empty. */
  received: Schema.String,
  /** The fields that could be read. */
  fields: Schema.Array(EvidenceField),
  stopped: Schema.optionalKey(ReadingStop),
  contradictions: Schema.Array(Contradiction),
  /** What the terminal said about the payment, if it did. */
  status: Schema.optionalKey(Schema.Literals(["done", "not-done"])),
  /** The amount that the terminal gave, in the terminal's currency, or in the order's if it gave none. */
  amount: Schema.optionalKey(Money),
  /** Authorization number, masked card number and whatever else the terminal said about the card. */
  card: Card,
  receipt: Schema.optionalKey(Receipt)
}).annotate({ identifier: "TerminalEvidence" })
export type TerminalEvidence = typeof TerminalEvidence.Type

/** Evidence that consists of the masked bytes alone. */
export const ofBytes = (received: string): TerminalEvidence => ({ received, fields: [], contradictions: [], card: {} })
