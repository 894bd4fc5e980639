/**
 * What is known of a payment whose outcome is unknown: everything that the terminal sent, and what speaks against it.
 *
 * Made by the code that speaks the terminal's protocol, for the person who decides what became of the payment; stored and
 * shown with the attempt. Card numbers are masked by its maker; nothing here masks. Amounts are minor units, texts stand
 * for bytes (Latin-1), offsets count bytes from the start of what was received.
 */
import * as Schema from "effect/Schema"
import { Card } from "./Card.ts"
import { Money } from "./Money.ts"
import { Receipt } from "./Receipt.ts"

/** A field that was read whole. */
export const EvidenceField = Schema.Struct({ offset: Schema.Int, tag: Schema.String, value: Schema.String })
export type EvidenceField = typeof EvidenceField.Type

/** Where the reading stopped, before the end of a message. */
export const ReadingStop = Schema.Struct({
  offset: Schema.Int,
  /** Of the field that could not be read, where its tag could. */
  tag: Schema.optionalKey(Schema.String),
  /** The length that the field announces, in bytes. */
  announced: Schema.optionalKey(Schema.Int),
  /** The length that was found, in bytes. */
  found: Schema.optionalKey(Schema.Int),
  /** The same in characters, where the bytes are UTF-8 and that makes a difference. */
  characters: Schema.optionalKey(Schema.Int),
  /** What is wrong, then what to do, for people. */
  problem: Schema.String
})
export type ReadingStop = typeof ReadingStop.Type

/** What contradicts what. A reader that meets a kind it does not know shows the message. */
export const ContradictionKind = Schema.Literals([
  /** Another amount than was asked for, or one that cannot be read. */
  "amount",
  "amount-missing",
  /** Another currency, or one that cannot be read. */
  "currency",
  "action",
  /** The terminal's reason does not go with its status. */
  "complement",
  /** The answer is for another cash register. */
  "register",
  /** The answer carries another id than was sent: another order's, or one that could not be looked up. */
  "order-id",
  /** A field came twice, with different values. */
  "repeated-field",
  /** Two answers came that say different things. */
  "second-answer",
  /** Not done, beside what only a sale has: an authorization number, a ticket. */
  "signs-of-a-sale",
  /** A ticket was announced and came in part. */
  "cut-ticket"
])
export type ContradictionKind = typeof ContradictionKind.Type

/** One contradiction, in words and, where two values stand against each other, as both of them. */
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
  /** As far as it could be read. */
  fields: Schema.Array(EvidenceField),
  stopped: Schema.optionalKey(ReadingStop),
  contradictions: Schema.Array(Contradiction),
  /** What the terminal said of the payment, where it said it. */
  status: Schema.optionalKey(Schema.Literals(["done", "not-done"])),
  /** The amount that the terminal said; in its currency, or in the order's where it named none. */
  amount: Schema.optionalKey(Money),
  /** Authorization number, masked card number and whatever else was said of the card. */
  card: Card,
  receipt: Schema.optionalKey(Receipt)
}).annotate({ identifier: "TerminalEvidence" })
export type TerminalEvidence = typeof TerminalEvidence.Type

/** Evidence of which only the masked bytes are known. */
export const ofBytes = (received: string): TerminalEvidence => ({ received, fields: [], contradictions: [], card: {} })
