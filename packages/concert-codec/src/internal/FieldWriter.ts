/**
 * Writes a message's fields one after the other, together with the text that may be shown.
 *
 * Unlike reading, writing is strict: the first value that does not fit its tag is the error.
 */
import * as Currency from "@hipay-pos/core/Currency"
import * as Money from "@hipay-pos/core/Money"
import { PaymentApplication } from "@hipay-pos/core/PaymentApplication"
import * as Schema from "effect/Schema"
import * as Mask from "../Mask.ts"
import type { SendPolicy } from "../SendPolicy.ts"
import * as Tag from "../Tag.ts"
import * as Tlv from "../Tlv.ts"
import { isOrderTag } from "./FieldReader.ts"
import { fieldText } from "./header.ts"
import { type Action, actions, EncodeError } from "./Message.ts"

/**
 * Collects a message's text and, with `masks`, its frame. The first violation is its error; anything added after that is
 * ignored.
 */
export class FieldWriter {
  text = ""
  error: EncodeError | undefined
  private readonly policy: SendPolicy | undefined
  private readonly masks: boolean
  /** The masked text, if it differs from the text. */
  private masked: string | undefined

  constructor(policy?: SendPolicy, masks = false) {
    this.policy = policy
    this.masks = masks
  }

  /** The text as it may be shown: card numbers masked, the order's id in `CF` and `CH` unmasked. */
  get frame(): string {
    return this.masked ?? this.text
  }

  /** Adds a field, or nothing if the value is absent. Untyped programs may pass anything. */
  put(tag: Tag.Tag, value: string | undefined): void {
    if (value === undefined) return
    const violation = typeof value === "string" ? Tag.violation(tag, value) : "expected a text"
    if (violation !== undefined) this.refuse(tag.code, violation)
    else {
      const field = fieldText(tag.code, value)
      this.add(tag.code, field, this.masks ? maskedField(tag.code, value, field) : field)
    }
  }

  /** Adds a required field. */
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

  /** Adds one of two values as a digit; any other value is an error. */
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

  /** Adds `CK` in the register's form. */
  putTicketWish(wish: string | undefined): void {
    if (wish === undefined) return
    const known = ticketWishFields.get(wish)
    if (known === undefined) this.refuse("CK", "expected three digits such as 100")
    else this.add("CK", known)
  }

  /** Adds fields without a property. None may come twice, or stand in for one that has a property. */
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

/** A request's field as it may be shown. */
const maskedField = (code: string, value: string, field: string): string => {
  if (isOrderTag(code)) return field
  if (Tag.isConstructed(code)) return Tlv.redact(field)
  const masked = Mask.field(code, value)
  return masked === value ? field : fieldText(code, masked)
}

const CC = Tag.known("CC")
const CD = Tag.known("CD")

const isApplication = Schema.is(PaymentApplication)

/** Encoded fields by value, built once. */
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
