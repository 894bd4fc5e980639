/**
 * A message annotated for people: every field with its offset, tag, name, value and meaning, and what is odd about it.
 *
 * As data, as text, and as the JSON that `hipay-pos decode --json` prints. Also takes single fields and incomplete or broken
 * texts. Never shows a whole card number.
 */
import * as Currency from "@hipay-pos/core/Currency"
import * as CurrencyName from "@hipay-pos/core/CurrencyName"
import { defined } from "@hipay-pos/core/Defined"
import * as PaymentApplication from "@hipay-pos/core/PaymentApplication"
import * as Result from "effect/Result"
import * as ActionStatus from "./ActionStatus.ts"
import { amountText } from "./internal/amountText.ts"
import * as Message from "./internal/Message.ts"
import { pluralize } from "./internal/pluralize.ts"
import { printable } from "./internal/printable.ts"
import * as ReadingMode from "./ReadingMode.ts"
import * as Request from "./Request.ts"
import * as Response from "./Response.ts"
import * as Tag from "./Tag.ts"
import * as Tlv from "./Tlv.ts"
import type { Warning } from "./Warning.ts"

/** One field, annotated. */
export interface ExplainedField {
  /** In bytes from the start. */
  readonly offset: number
  readonly tag: string
  /** The tag's name; `unknown` if no public source has it. */
  readonly name: string
  readonly value: string
  /** What the value means, if its code does not say so itself. */
  readonly meaning?: string
  /** The vendor of a private tag. */
  readonly vendor?: string
  readonly warnings: ReadonlyArray<Warning>
  /** The fields inside. */
  readonly fields?: ReadonlyArray<ExplainedField>
}

/** The message in the properties of `Request` or `Response`, and why it must not be believed. */
export type ExplainedMessage = Partial<Omit<Request.Request, "extra" | "tickets">> &
  Partial<Omit<Response.Response, "extra" | "tickets">> & { readonly contradiction?: string }

/** A message, annotated. */
export interface Explanation {
  readonly direction: "request" | "response"
  readonly fields: ReadonlyArray<ExplainedField>
  readonly message: ExplainedMessage
  readonly warnings: ReadonlyArray<Warning>
}

/** Annotates a complete text. */
export const explain = (text: string, options?: Tlv.DecodeOptions): Result.Result<Explanation, Tlv.DecodeError> => {
  const { error, ...explanation } = explainPrefix(text, options)
  return error === undefined ? Result.succeed(explanation) : Result.fail(error)
}

/** Annotates a text as far as it can be read, with the reason why it stops there. */
export const explainPrefix = (
  text: string,
  options?: Tlv.DecodeOptions
): Explanation & { readonly error?: Tlv.DecodeError } => {
  const { fields, warnings: before, error } = Tlv.decodePrefix(text, options)
  const direction = Tlv.directionOf(fields)
  const { message, warnings } = direction === "request" ? asRequest(fields, before) : asResponse(fields, before)
  const byOffset = Map.groupBy(warnings, ({ offset }) => offset)
  return defined({
    direction,
    fields: messagesOf(fields).flatMap((one) => {
      const currency = Currency.fromNumericCode(Tlv.find(one, "CE") ?? "")?.code
      return one.map((field) => annotate(field, currency, direction, byOffset))
    }),
    message,
    warnings,
    error
  })
}

/** The JSON that `hipay-pos decode --json` prints. */
export const toJson = ({ direction, fields, message, warnings }: Explanation) => ({
  direction,
  fields: fields.map(plain),
  message,
  warnings
})

interface PlainField {
  readonly offset: number
  readonly tag: string
  readonly name: string
  readonly value: string
  readonly fields?: ReadonlyArray<PlainField>
}

const plain = ({ offset, tag, name, value, fields }: ExplainedField): PlainField =>
  defined({ offset, tag, name, value, fields: fields?.map(plain) })

/** The annotated message as lines: one per field, its warnings below it, the receipt at the end. */
export const toText = ({ direction, fields, message, warnings }: Explanation): string => {
  const lines = [direction === "request" ? "request, register to terminal" : "response, terminal to register"]
  const shown = new Set<Warning>()
  const write = (field: ExplainedField, indent: string) => {
    const value = field.fields === undefined ? shorten(field.value) : pluralize(field.fields.length, "field")
    const notes = [field.meaning, field.vendor && `private tag of ${field.vendor}`].filter((note) => note !== undefined)
    const note = notes.length === 0 ? "" : `  (${notes.join("; ")})`
    lines.push(`${indent}${String(field.offset).padStart(5)}  ${field.tag}  ${field.name.padEnd(29)} ${value}${note}`)
    for (const warning of field.warnings) {
      shown.add(warning)
      lines.push(`${indent}       !  ${warning.message}`)
    }
    for (const inner of field.fields ?? []) write(inner, `${indent}  `)
  }
  for (const field of fields) write(field, "")
  for (const warning of warnings) if (!shown.has(warning)) lines.push(`!  ${warning.message}`)
  if (message.contradiction !== undefined) lines.push(`!! contradiction: ${message.contradiction}`)
  if (message.receipt !== undefined) {
    lines.push("receipt:", ...message.receipt.split(/\r\n|\r|\n/).map((line) => `  | ${printable(line)}`))
  }
  return lines.join("\n")
}

const shorten = (value: string): string => {
  const shown = printable(value)
  return shown.length > 60 ? `${shown.slice(0, 60)}… (${value.length} bytes)` : shown
}

const asRequest = (fields: ReadonlyArray<Tlv.Field>, before: ReadonlyArray<Warning>) => {
  const { message, warnings } = Request.fromFields(fields, before)
  const { extra: _, tickets, ...rest } = message
  const [first] = tickets ?? []
  return { message: first === undefined ? rest : { ...rest, receipt: first.text }, warnings }
}

const asResponse = (fields: ReadonlyArray<Tlv.Field>, before: ReadonlyArray<Warning>) => {
  const { response, warnings, contradictions } = Response.fromFields(fields, before)
  const { extra: _, tickets: __, ...rest } = response
  const contradiction = contradictions.map(({ message }) => message).join("; ")
  return { message: contradiction === "" ? rest : { ...rest, contradiction }, warnings }
}

/** The messages, each of which begins with its version. */
const messagesOf = (fields: ReadonlyArray<Tlv.Field>): ReadonlyArray<ReadonlyArray<Tlv.Field>> => {
  const messages: Array<Array<Tlv.Field>> = [[]]
  for (const field of fields) {
    if (field.tag === "CZ" && Tlv.find(messages.at(-1) ?? [], "CZ") !== undefined) messages.push([])
    messages.at(-1)?.push(field)
  }
  return messages
}

const annotate = (
  { offset, tag, value, fields }: Tlv.Field,
  currency: Currency.CurrencyCode | undefined,
  direction: Explanation["direction"],
  warnings: ReadonlyMap<number | undefined, ReadonlyArray<Warning>>
): ExplainedField => {
  const known = Tag.get(tag)
  const meaning = meaningOf(tag, value, currency, direction)
  return defined({
    offset,
    tag,
    name: known?.name ?? "unknown",
    value,
    meaning,
    vendor: known?.vendor,
    warnings: (warnings.get(offset) ?? []).filter((warning) => warning.tag === tag || warning.tag === undefined),
    fields: fields?.map((inner) => annotate(inner, currency, direction, warnings))
  })
}

const meaningOf = (
  tag: string,
  value: string,
  currency: Currency.CurrencyCode | undefined,
  direction: Explanation["direction"]
): string | undefined => {
  switch (tag) {
    case "CZ":
      return /^\d{4}$/.test(value) ? `Concert V${Number(value.slice(0, 2))}.${value.slice(2)}` : undefined
    case "CB":
      return amountMeaning(value, currency)
    case "CC":
      return PaymentApplication.nameOf(value)
    case "CD":
      return named(Message.actionFromCode(value), value) ?? actionNames[value]
    case "CE": {
      const known = Currency.fromNumericCode(value)
      return known === undefined ? undefined : `${known.code}, ${CurrencyName.nameOf(known.code)}`
    }
    case "CI":
      return named(ReadingMode.fromCode(value), value)
    case "CK":
      return ticketMeaning(value)
    case "AB":
      return /^\d\d(0[1-9]|1[0-2])$/.test(value) ? `20${value.slice(0, 2)}-${value.slice(2)}` : undefined
    case "AE":
      return named(ActionStatus.fromCode(value), value)
    case "AF":
      return complementMeaning(value)
    case "AL":
      return value === "1" ? "partial" : undefined
    case "BA":
      return value === "0" ? "at the end of the transaction" : value === "1" ? "at once" : undefined
    case "BB":
      return value === "0" ? "automatic" : value === "1" ? "forced" : undefined
    case "BF":
      return value === "0" ? "not accepted" : value === "1" ? "accepted" : undefined
    case "AA":
      return direction === "response" && /[#*]|X{2}/i.test(value) ? "masked" : undefined
    default:
      return undefined
  }
}

const named = (name: string, code: string): string | undefined => (name === code ? undefined : name)

/** Actions for which this package has no name, as sources describe them. */
const actionNames: Readonly<Record<string, string>> = {
  "4": "pre-authorisation",
  "7": "deferred debit or transfer",
  B: "remote collection",
  T: "transaction status",
  R: "reboot, private",
  C: "maintenance server status, private"
}

const amountMeaning = (value: string, currency: Currency.CurrencyCode | undefined): string | undefined =>
  /^\d{1,12}$/.test(value) ? amountText(Number(value), currency) : undefined

const ticketMeaning = (value: string): string | undefined => {
  if (!/^[01][012][01]$/.test(value)) return undefined
  if (value.startsWith("0")) return "no ticket"
  const copies = ["the customer's copy", "the merchant's copy", "both copies"][Number(value[1])]
  return `${copies} as ${value[2] === "0" ? "text" : "HTML"}`
}

const complementMeaning = (value: string): string => {
  const label = ActionStatus.label(value)
  const extended = ActionStatus.extended(value)
  if (extended === undefined) return label
  const parts = [
    extended.field39 && `response code ${extended.field39}`,
    extended.text && `"${extended.text}"`,
    extended.field55 && `DF70 ${extended.field55}`,
    extended.field58 && `FF50 ${extended.field58}`
  ].filter((part) => part !== undefined)
  return [label, ...parts].join(", ")
}
