/**
 * What requests and responses have in common: the fields both sides send, readers that turn fields into a message, a
 * writer that turns a message into text.
 *
 * Reading is lenient: what does not fit is a warning, and its property stays absent. Writing is strict: the first value
 * that does not fit its tag is the error.
 */
import * as Currency from "@hipay-pos/core/Currency"
import * as Money from "@hipay-pos/core/Money"
import { PaymentApplication } from "@hipay-pos/core/PaymentApplication"
import * as Schema from "effect/Schema"
import * as Mask from "../Mask.ts"
import type { SendPolicy } from "../SendPolicy.ts"
import * as Tag from "../Tag.ts"
import * as Tlv from "../Tlv.ts"
import type { Warning } from "../Warning.ts"
import { isOrderTag } from "./FieldReader.ts"
import { fieldText } from "./header.ts"

/** `CD`: what the terminal is asked to do. Codes without a name here stay one character, as they came. */
export type Action = "debit" | "credit" | "cancel" | "duplicata" | "identification" | "print" | (string & {})

/** A text of exactly so many digits. */
export const digits = (length: number) => Schema.String.check(Schema.isPattern(new RegExp(`^\\d{${length}}$`)))

/** A text of printable ASCII, so many characters. */
export const ascii = (minimum: number, maximum: number) =>
  Schema.String.check(Schema.isPattern(new RegExp(`^[ -~]{${minimum},${maximum}}$`)))

/** A field without a property of its own: unknown, private, or not expected in its direction. */
export const Extra = Schema.Struct({ tag: Schema.String, value: Schema.String })

/** The properties that both directions know. */
export const shared = {
  /** `CJ`: twelve digits. In an answer it may be the terminal's own. */
  protocolIdentifier: Schema.optionalKey(digits(12)),
  /** `CA`: two digits. */
  register: Schema.optionalKey(digits(2)),
  /** `CB`, minor units. */
  amount: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: Money.MAX_MINOR_UNITS }))),
  /** `CE`, alphabetic. */
  currency: Schema.optionalKey(Currency.CurrencyCode),
  /** `CC`: three characters; in a request it forces one. */
  paymentApplication: Schema.optionalKey(PaymentApplication),
  /** `CF`: 1 to 99 characters. Many terminals answer with their own. */
  privateData: Schema.optionalKey(ascii(1, 99)),
  /** `CH`: 1 to 99 characters. */
  reference: Schema.optionalKey(ascii(1, 99)),
  /** Everything else, in its order. */
  extra: Schema.optionalKey(Schema.Array(Extra))
}

/** A message while it is read. */
export type Draft<Message> = { -readonly [Key in keyof Message]?: Message[Key] }

/** Puts a value into the draft; false when it cannot be understood. */
export type Reader<Message> = (draft: Draft<Message>, value: string) => boolean

const actions: ReadonlyMap<string, Action> = new Map([
  ["0", "debit"],
  ["1", "credit"],
  ["2", "cancel"],
  ["3", "duplicata"],
  ["I", "identification"],
  ["P", "print"]
])

/** The name of a `CD` value; an unknown one is its own name, in quotes where it reads like a known one. */
export const actionFromCode = (code: string): Action =>
  actions.get(code) ?? (actionFields.has(code) ? `"${code}"` : code)

/** A reader that takes the value as it is. */
export const verbatim =
  <Key extends string>(key: Key) =>
  (draft: { -readonly [K in Key]?: string }, value: string): boolean => {
    draft[key] = value
    return true
  }

/** A reader of one digit that stands for one of two values. */
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

/** Readers of the fields that both directions know. */
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

/** Fields into a draft, by a table of readers. The first of several fields with one tag counts. */
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
    if (known === undefined) {
      warnings.push({ code: "unknown-tag", tag, offset, message: "no public source knows this tag" })
    } else {
      const violation = Tag.violation(known, known.format === "digits" ? Mask.asDigits(value) : value)
      if (violation !== undefined)
        warnings.push({ code: "bounds", tag, offset, message: `${known.name}: ${violation}` })
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

/** The fields that carry tickets; they alone may come several times. */
export const isTicket = (tag: string): boolean => tag === "ZT" || tag === "AK" || tag === "CK"

/** The fields of the first message: a second `CZ` begins another one. A lone field needs no version. */
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

/**
 * Collects the text of a message, and with `masks` its frame too; the first violation is its error, and what is added
 * after it does not count.
 */
export class Writer {
  text = ""
  error: EncodeError | undefined
  private readonly policy: SendPolicy | undefined
  private readonly masks: boolean
  /** The masked text, once it differs from the text. */
  private masked: string | undefined

  constructor(policy?: SendPolicy, masks = false) {
    this.policy = policy
    this.masks = masks
  }

  /** The text as it may be shown: card numbers masked, the order's id in `CF` and `CH` as it is. */
  get frame(): string {
    return this.masked ?? this.text
  }

  /** Adds a field; an absent value adds nothing. Programs without types may give anything. */
  put(tag: Tag.Tag, value: string | undefined): void {
    if (value === undefined) return
    const violation = typeof value === "string" ? Tag.violation(tag, value) : "expected a text"
    if (violation !== undefined) this.refuse(tag.code, violation)
    else {
      const field = fieldText(tag.code, value)
      this.add(tag.code, field, this.masks ? maskedField(tag.code, value, field) : field)
    }
  }

  /** Adds a field that must be there. */
  require(tag: Tag.Tag, value: string | undefined): void {
    if (value === undefined) this.refuse(tag.code, "missing")
    else this.put(tag, value)
  }

  /** Adds `CB`: at least two digits, never a sign or point. */
  putAmount(amount: number | undefined): void {
    if (amount === undefined) return
    if (!Number.isInteger(amount) || amount < 0 || amount > Money.MAX_MINOR_UNITS) {
      this.refuse("CB", `expected whole minor units, 0 to ${Money.MAX_MINOR_UNITS}`)
    } else if (amount < 10) {
      this.add("CB", `CB0020${amount}`)
    } else {
      const digits = String(amount)
      this.add("CB", fieldText("CB", digits))
    }
  }

  /** Adds a digit for one of the values that have one. */
  putChoice<Value>(tag: Tag.Tag, value: Value | undefined, zero: Value, one: Value): void {
    if (value === undefined) return
    if (value === zero || value === one) this.put(tag, value === zero ? "0" : "1")
    else this.refuse(tag.code, `expected ${zero} or ${one}`)
  }

  /** Adds `CD`. */
  putAction(action: Action | undefined): void {
    if (action === undefined) return
    const known = actionFields.get(action)
    if (known === undefined) this.put(CD, action)
    else this.add("CD", known)
  }

  /** Adds `CC`. */
  putPaymentApplication(application: string | undefined): void {
    if (application === undefined || isApplication(application)) this.put(CC, application)
    else this.refuse("CC", "expected three of 0 to 9, A to Z")
  }

  /** Adds `CE`. */
  putCurrency(code: Currency.CurrencyCode | undefined): void {
    if (code === undefined) return
    const known = currencyFields.get(code)
    if (known === undefined) this.refuse("CE", "expected a currency of the API")
    else this.add("CE", known)
  }

  /** Adds `CK`, as a register sends it. */
  putTicketWish(wish: string | undefined): void {
    if (wish === undefined) return
    const known = ticketWishFields.get(wish)
    if (known === undefined) this.refuse("CK", "expected three digits such as 100")
    else this.add("CK", known)
  }

  /** Adds fields without a property; none may come twice, or take the place of one that has a property. */
  putExtra(extra: ReadonlyArray<Tlv.RawField>, readers: Readonly<Record<string, unknown>>): void {
    const seen = new Set<string>()
    for (const { tag, value } of extra) {
      if (!/^[A-Z0-9]{2}$/.test(tag)) this.refuse(String(tag), "no tag: expected two of A to Z, 0 to 9")
      else if (Object.hasOwn(readers, tag)) this.refuse(tag, "has a property of its own")
      else if (seen.has(tag)) this.refuse(tag, "sent twice")
      else this.put(Tag.get(tag) ?? { ...unknownTag, code: tag }, value)
      seen.add(tag)
    }
  }

  refuse(tag: string, problem: string): void {
    this.error ??= new EncodeError({ tag, problem })
  }

  private add(code: string, field: string, shown = field): void {
    if (this.policy !== undefined && !this.policy.tags.has(code)) {
      this.refuse(code, `not sent under ${this.policy.version}`)
    }
    if (shown !== field) this.masked ??= this.text
    this.text += field
    if (this.masked !== undefined) this.masked += shown
  }
}

/** A field of a request as it may be shown. */
const maskedField = (code: string, value: string, field: string): string => {
  if (isOrderTag(code)) return field
  if (Tag.isConstructed(code)) return Tlv.redact(field)
  const masked = Mask.field(code, value)
  return masked === value ? field : fieldText(code, masked)
}

const CC = Tag.known("CC")
const CD = Tag.known("CD")

const isApplication = Schema.is(PaymentApplication)

/** Encoded fields by value, made once. */
const actionFields: ReadonlyMap<Action, string> = new Map(
  [...actions].map(([code, action]) => [action, `CD001${code}`])
)
const ticketWishFields: ReadonlyMap<string, string> = new Map(
  ["000", "001", "010", "011", "020", "021", "100", "101", "110", "111", "120", "121"].map((wish) => [
    wish,
    `CK003${wish}`
  ])
)
const currencyFields: ReadonlyMap<Currency.CurrencyCode, string> = new Map(
  Currency.all.map(({ code, numericCode }) => [code, `CE003${numericCode}`])
)

const unknownTag = {
  name: "unknown",
  direction: "both",
  format: "text",
  min: 1,
  max: Tag.MAX_VALUE_LENGTH,
  since: "0300",
  confidence: "low",
  sources: []
} as const

/** The wire cannot carry a value: its tag, and what the tag asks for. The value itself is not repeated. */
export class EncodeError extends Schema.TaggedError<EncodeError>()("EncodeError", {
  tag: Schema.String,
  problem: Schema.String
}) {
  override get message() {
    return `${this.tag}: ${this.problem}`
  }
}
