/**
 * The stored history of a sale: a sale is the sequence of its events.
 *
 * Events are facts and are never refused: `Command` decides beforehand whether something may happen.
 */
import { CurrencyCode } from "@hipay-pos/core/Currency"
import { defined } from "@hipay-pos/core/Defined"
import * as Schema from "effect/Schema"
import * as SchemaTransformation from "effect/SchemaTransformation"
import {
  AmountOrZero,
  CardEnding,
  CardTender,
  CashTender,
  Discount,
  Doubt,
  Line,
  type Sale,
  TenderResolution
} from "./Sale.ts"

/** An event without fields, also read under the tag that earlier files used. */
const renamed = <const Tag extends string>(tag: Tag, before: string) => {
  const now = SchemaTransformation.transform<Tag, string>({ decode: () => tag, encode: () => tag })
  return Schema.Struct({ _tag: Schema.Literals([tag, before]).pipe(Schema.decodeTo(Schema.Literal(tag), now)) })
}

/** One fact. */
export const Fact = Schema.Union([
  Schema.TaggedStruct("Opened", {
    kind: Schema.Literals(["sale", "refund"]),
    refundOf: Schema.optionalKey(Schema.String),
    currency: CurrencyCode,
    lines: Schema.Array(Line),
    /** Missing in files from before tickets had numbers: those sales are numbered in the order in which they were opened. */
    ticket: Schema.optionalKey(Schema.Int)
  }),
  Schema.TaggedStruct("LineAdded", { line: Line }),
  /** Zero takes the line out. */
  Schema.TaggedStruct("QuantityChanged", { line: Schema.Int, quantity: Schema.Int }),
  /** The line that was taken out last is back in its place. */
  Schema.TaggedStruct("LineRestored", {}),
  Schema.TaggedStruct("LineDiscounted", { line: Schema.Int, discount: Schema.optionalKey(Discount) }),
  Schema.TaggedStruct("OrderDiscounted", { discount: Schema.optionalKey(Discount) }),
  Schema.TaggedStruct("CashTaken", { tender: CashTender }),
  Schema.TaggedStruct("CardStarted", { tender: CardTender }),
  Schema.TaggedStruct("CardEnded", { tender: Schema.Int, ending: CardEnding }),
  Schema.TaggedStruct("CardDoubted", { tender: Schema.Int, doubt: Doubt }),
  Schema.TaggedStruct("CardResolved", { tender: Schema.Int, resolution: TenderResolution }),
  /** The server was asked later about a person's resolution. `paid` is the amount charged, if it differs. */
  Schema.TaggedStruct("CardCompared", { tender: Schema.Int, paid: Schema.optionalKey(AmountOrZero) }),
  /** A person has dealt with that difference. */
  Schema.TaggedStruct("ContradictionAcknowledged", { tender: Schema.Int }),
  renamed("Parked", "SetAside"),
  renamed("Recalled", "TakenUp"),
  Schema.TaggedStruct("Completed", {}),
  Schema.TaggedStruct("Abandoned", {}),
  Schema.TaggedStruct("Reopened", {})
])
export type Fact = typeof Fact.Type

/** An event, its sale, and when it happened. */
export const SaleEvent = Schema.Struct({ sale: Schema.NonEmptyString, at: Schema.Int, fact: Fact })
export type SaleEvent = typeof SaleEvent.Type

/** The sale after one more event. Its first event is `Opened`; before that, there is no sale. */
export const evolve = (sale: Sale | undefined, { sale: id, at, fact }: SaleEvent): Sale | undefined => {
  if (fact._tag === "Opened") {
    const { kind, refundOf, currency, lines, ticket = 0 } = fact
    return defined({ id, ticket, kind, refundOf, currency, lines, tenders: [], openedAt: at, revision: 1 })
  }
  return sale && { ...sale, ...changes(sale, fact, at), revision: sale.revision + 1 }
}

const changes = (sale: Sale, fact: Exclude<Fact, { _tag: "Opened" }>, at: number): Partial<Sale> => {
  switch (fact._tag) {
    case "LineAdded":
      return { lines: [...sale.lines, fact.line] }
    case "QuantityChanged":
      return fact.quantity === 0
        ? withoutLine(sale, fact.line)
        : { lines: onLine(sale, fact.line, (line) => ({ ...line, quantity: fact.quantity })) }
    case "LineRestored":
      return { lines: restored(sale), removed: undefined }
    case "LineDiscounted":
      return { lines: onLine(sale, fact.line, (line) => discounted(line, fact.discount)) }
    case "OrderDiscounted":
      return { discount: fact.discount }
    case "CashTaken":
    case "CardStarted":
      return { tenders: [...sale.tenders, fact.tender] }
    case "CardEnded":
      return onCard(sale, fact.tender, (tender) => ({ ...tender, ...fact.ending, endedAt: at }))
    case "CardDoubted":
      return onCard(sale, fact.tender, (tender) => ({ ...tender, doubt: fact.doubt }))
    case "CardResolved":
      return onCard(sale, fact.tender, (tender) => resolved(tender, fact.resolution))
    case "CardCompared":
      return onCard(sale, fact.tender, (tender) => compared(tender, fact.paid))
    case "ContradictionAcknowledged":
      return onCard(sale, fact.tender, acknowledged)
    case "Parked":
      return { parked: true }
    case "Recalled":
      return { parked: false }
    case "Completed":
      return { end: { outcome: "completed", at } }
    case "Abandoned":
      return { end: { outcome: "abandoned", at } }
    case "Reopened":
      return { end: undefined, parked: false }
  }
}

const withoutLine = (sale: Sale, number: number): Partial<Sale> => {
  const place = sale.lines.findIndex((line) => line.number === number)
  const line = sale.lines[place]
  return line === undefined ? {} : { lines: sale.lines.toSpliced(place, 1), removed: { line, place } }
}

const restored = ({ lines, removed }: Sale): ReadonlyArray<Line> =>
  removed === undefined ? lines : lines.toSpliced(removed.place, 0, removed.line)

const onLine = (sale: Sale, number: number, change: (line: Line) => Line) =>
  sale.lines.map((line) => (line.number === number ? change(line) : line))

const onCard = (sale: Sale, number: number, change: (tender: CardTender) => CardTender) => ({
  tenders: sale.tenders.map((tender) => (tender.means === "card" && tender.number === number ? change(tender) : tender))
})

const discounted = ({ discount: _before, ...line }: Line, discount: Discount | undefined): Line =>
  discount === undefined ? line : { ...line, discount }

const resolved = (tender: CardTender, resolution: TenderResolution): CardTender => {
  const { outcome, paid, extra, tip } = resolution
  const approved = paid < tender.amount ? "approved-in-part" : "approved"
  return {
    ...tender,
    state: outcome === "approved" ? approved : "declined",
    paid,
    ...defined({ extra, tip }),
    resolution
  }
}

const compared = (tender: CardTender, paid: number | undefined): CardTender => {
  if (tender.resolution === undefined) return tender
  const { serverNotAsked: _, ...resolution } = tender.resolution
  return { ...tender, resolution: { ...resolution, ...defined({ serverPaid: paid }) } }
}

const acknowledged = ({ resolution, ...tender }: CardTender): CardTender =>
  resolution === undefined ? tender : { ...tender, resolution: { ...resolution, acknowledged: true } }
