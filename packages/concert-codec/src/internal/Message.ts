/**
 * What requests and responses share: the fields of both sides, and readers that turn fields into a message. `FieldWriter.ts`
 * turns a message into text.
 *
 * Reading is lenient: a value that does not fit is a warning, and its property stays absent.
 */
import * as Currency from "@hipay-pos/core/Currency"
import * as Money from "@hipay-pos/core/Money"
import { PaymentApplication } from "@hipay-pos/core/PaymentApplication"
import * as Schema from "effect/Schema"
import * as Mask from "../Mask.ts"
import * as Tag from "../Tag.ts"
import type * as Tlv from "../Tlv.ts"
import type { Warning } from "../Warning.ts"
import { hiddenIn, hiddenStatuses } from "./hiddenStatus.ts"

/** `CD`: what the terminal is asked to do. Unnamed codes stay one character, as received. */
export type Action = "debit" | "credit" | "cancel" | "duplicata" | "identification" | "print" | (string & {})

/** A text of exactly this many digits. */
export const digits = (length: number) => Schema.String.check(Schema.isPattern(new RegExp(`^\\d{${length}}$`)))

/** A text of printable ASCII, within these numbers of characters. */
export const ascii = (minimum: number, maximum: number) =>
  Schema.String.check(Schema.isPattern(new RegExp(`^[ -~]{${minimum},${maximum}}$`)))

/** A field without a property of its own: unknown, private, or not expected in its direction. */
export const Extra = Schema.Struct({ tag: Schema.String, value: Schema.String })

/** The properties of both directions. */
export const shared = {
  /** `CJ`: twelve digits. In an answer it may be the terminal's own. */
  protocolIdentifier: Schema.optionalKey(digits(12)),
  /** `CA`: two digits. */
  register: Schema.optionalKey(digits(2)),
  /** `CB`, minor units. */
  amount: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: Money.MAX_MINOR_UNITS }))),
  /** `CE`, alphabetic. */
  currency: Schema.optionalKey(Currency.CurrencyCode),
  /** `CC`: three characters; a request forces one with it. */
  paymentApplication: Schema.optionalKey(PaymentApplication),
  /** `CF`: 1 to 99 characters. Many terminals answer with their own. */
  privateData: Schema.optionalKey(ascii(1, 99)),
  /** `CH`: 1 to 99 characters. */
  reference: Schema.optionalKey(ascii(1, 99)),
  /** Everything else, in order. */
  extra: Schema.optionalKey(Schema.Array(Extra))
}

/** A message while it is being read. */
export type Draft<Message> = { -readonly [Key in keyof Message]?: Message[Key] }

/** Puts a value into the draft; false if the value has no meaning. */
export type Reader<Message> = (draft: Draft<Message>, value: string) => boolean

/** Actions by their code. */
export const actions: ReadonlyMap<string, Action> = new Map([
  ["0", "debit"],
  ["1", "credit"],
  ["2", "cancel"],
  ["3", "duplicata"],
  ["I", "identification"],
  ["P", "print"]
])

const actionNames: ReadonlySet<Action> = new Set(actions.values())

/** The name of a `CD` value; an unknown value is its own name, quoted if it equals a known name. */
export const actionFromCode = (code: string): Action =>
  actions.get(code) ?? (actionNames.has(code) ? `"${code}"` : code)

/** A reader that takes the value unchanged. */
export const verbatim =
  <Key extends string>(key: Key) =>
  (draft: { -readonly [K in Key]?: string }, value: string): boolean => {
    draft[key] = value
    return true
  }

/** A reader of a digit that selects one of two values. */
export const choice =
  <Key extends string, A>(key: Key, zero: A, one: A) =>
  (draft: { -readonly [K in Key]?: A }, value: string): boolean => {
    if (value !== "0" && value !== "1") return false
    draft[key] = value === "0" ? zero : one
    return true
  }

const amount = (draft: { amount?: number }, value: string): boolean => {
  if (value.length > 12 || !Tag.isDigits(value)) return false
  draft.amount = Number(value)
  return true
}

const currency = (draft: { currency?: Currency.CurrencyCode }, value: string): boolean => {
  const known = Currency.fromNumericCode(value)
  if (known === undefined) return false
  draft.currency = known.code
  return true
}

const action = (draft: { action?: Action }, value: string): boolean => {
  draft.action = actionFromCode(value)
  return true
}

/** Readers of the fields of both directions. */
export const sharedReaders = {
  CZ: verbatim("version"),
  CJ: verbatim("protocolIdentifier"),
  CA: verbatim("register"),
  CB: amount,
  CC: verbatim("paymentApplication"),
  CD: action,
  CE: currency,
  CF: verbatim("privateData"),
  CH: verbatim("reference")
}

/** Reads fields into a draft, by a table of readers. Of several fields with one tag, the first counts. */
export const read = <Message extends { readonly extra?: ReadonlyArray<Tlv.RawField> }>(
  fields: ReadonlyArray<Tlv.Field>,
  readers: Readonly<Record<string, Reader<Message>>>,
  draft: Draft<Message>,
  warnings: Array<Warning>
): void => {
  const seen: Array<string> = []
  const extra: Array<Tlv.RawField> = []
  for (const { tag, value, offset } of fields) {
    const known = Tag.get(tag)
    const problem = known === undefined ? unknownTag : boundsOf(known, value)
    if (problem !== undefined) {
      warnings.push({ ...problem, tag, offset })
      // A text that its tag allows may have the same characters.
      warnings.push(...hiddenIn(tag, offset, hiddenStatuses(value)))
    }
    const reader = readers[tag]
    if (reader === undefined) extra.push({ tag, value })
    if (seen.includes(tag) && !isTicket(tag)) {
      const message = reader === undefined ? "sent twice" : "sent twice; the first one counts"
      warnings.push({ code: "duplicate", tag, offset, message })
      continue
    }
    seen.push(tag)
    if (reader !== undefined && !reader(draft, value)) {
      warnings.push({ code: "not-understood", tag, offset, message: `${known?.name ?? tag}: no known value` })
    }
  }
  if (extra.length > 0) draft.extra = extra
}

const unknownTag: Warning = { code: "unknown-tag", message: "no public source knows this tag" }

const boundsOf = (tag: Tag.Tag, value: string): Warning | undefined => {
  const violation = Tag.violation(tag, tag.format === "digits" ? Mask.asDigits(value) : value)
  return violation === undefined ? undefined : { code: "bounds", message: `${tag.name}: ${violation}` }
}

/** Whether a field carries tickets: only those may come several times. */
export const isTicket = (tag: string): boolean => tag === "ZT" || tag === "AK" || tag === "CK"

/** The fields of the first message: a second `CZ` begins another one. A single field needs no version. */
export const first = (fields: ReadonlyArray<Tlv.Field>, warnings: Array<Warning>): ReadonlyArray<Tlv.Field> => {
  let version: Tlv.Field | undefined
  for (let index = 0; index < fields.length; index++) {
    const field = fields[index]
    if (field?.tag !== "CZ") continue
    const { tag, offset } = field
    if (version !== undefined) {
      warnings.push({ code: "another-message", tag, offset, message: "a second message begins here; it was not read" })
      return fields.slice(0, index)
    }
    version = field
    if (index > 0) warnings.push({ code: "order", tag, offset, message: "the version is not the first field" })
  }
  if (version === undefined && fields.length > 1) {
    warnings.push({ code: "no-version", tag: "CZ", message: "no version" })
  }
  return fields
}

/** A value that the wire cannot carry: its tag, and what the tag requires. Never repeats the value itself. */
export class EncodeError extends Schema.TaggedError<EncodeError>()("EncodeError", {
  tag: Schema.String,
  problem: Schema.String
}) {
  override get message() {
    return `${this.tag}: ${this.problem}`
  }
}
