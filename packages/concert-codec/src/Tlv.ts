/**
 * Fields: a tag of two characters, a length of three digits, and that many bytes of value, one after the other.
 *
 * Text stands for bytes: one character each, U+0000 to U+00FF (Latin-1). There is no header, separator or end mark. The values
 * of tags that begin with Z are nested fields. Nothing here knows what a value means, except that card numbers are masked when
 * they are read. `encode` writes what it is given; `Request` and `Response` check the bounds.
 */

import { defined } from "@hipay-pos/core/Defined"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { Field, RawField } from "./internal/Field.ts"
import { FieldReader, isOrderTag } from "./internal/FieldReader.ts"
import { HEADER, isDigitTag, lengthText, shownText } from "./internal/header.ts"
import { pluralize } from "./internal/pluralize.ts"
import * as Mask from "./Mask.ts"
import * as Tag from "./Tag.ts"
import type { Warning } from "./Warning.ts"

export type { Field, RawField }

/** Fields, and what was odd about them. */
export interface Fields {
  readonly fields: ReadonlyArray<Field>
  readonly warnings: ReadonlyArray<Warning>
}

/** The text of fields. A value over 999 characters has no valid length: that is the caller's defect, and throws. */
export const encode = (fields: ReadonlyArray<RawField>): string => {
  // Joining makes one flat string, which takes less memory than a chain of concatenations.
  const parts: Array<string> = []
  for (const { tag, value } of fields) parts.push(tag, lengthText(value.length), value)
  return parts.join("")
}

/** Context of a text. */
export interface DecodeOptions {
  /** The request's `CF` and `CH`: where a response repeats them exactly, they are not masked, even if they are long numbers. */
  readonly sent?: ReadonlyArray<string>
}

/**
 * The fields of a complete text in order, including unknown ones. A request's `CF` and `CH`, which hold the order's id, are not
 * masked; neither is their exact echo in a response.
 */
export const decode = (text: string, options: DecodeOptions = {}): Result.Result<Fields, DecodeError> => {
  const { fields, reader, error } = readShown(text, options.sent)
  return error === undefined ? Result.succeed({ fields, warnings: reader.warnings }) : Result.fail(error)
}

/** The fields of a text, up to its end or to where it cannot be read any further. */
export const decodePrefix = (text: string, options: DecodeOptions = {}): Fields & { readonly error?: DecodeError } => {
  const { fields, reader, error } = readShown(text, options.sent)
  return defined({ fields, warnings: reader.warnings, error })
}

/** The first value of a tag, or `undefined`. */
export const find = (fields: ReadonlyArray<RawField>, tag: string): string | undefined => {
  for (const field of fields) if (field.tag === tag) return field.value
  return undefined
}

/** The values of all fields with a tag. */
export const findAll = (fields: ReadonlyArray<RawField>, tag: string): ReadonlyArray<string> =>
  fields.filter((field) => field.tag === tag).map(({ value }) => value)

/**
 * A text as it may be shown and stored: card numbers masked, and still decodable as far as it was. The bytes after the last
 * whole field are redacted except for a short preview.
 */
export const redact = (text: string): string => {
  const { fields, reader } = readShown(text)
  return leadOf(reader) + shown(fields) + restOf(reader)
}

/**
 * Fields as they may be shown. No source has a tag of two digits: such a header may be the middle of a card number, and is
 * redacted with its value.
 */
export const shown = (fields: ReadonlyArray<RawField>): string => shownText(fields)

/** Reads a text as it may be shown. Only in a complete request are `CF` and `CH` known to hold the order's id. */
const readShown = (text: string, sent: ReadonlyArray<string> = []) => {
  const reader = new FieldReader(0, "anything")
  const read = readAll(reader, text)
  const error = errorOf(reader, read)
  const isShown = !reader.hasSpared || (error === undefined && directionOf(read) === "request")
  return { fields: isShown ? read : read.map((field) => unlessSent(field, sent)), reader, error }
}

const unlessSent = (field: Field, sent: ReadonlyArray<string>): Field =>
  isOrderTag(field.tag) && !sent.includes(field.value) ? { ...field, value: Mask.field(field.tag, field.value) } : field

/** Tags that only terminals send make it a response. Requests have none of them, but may carry a ticket to print. */
export const directionOf = (fields: ReadonlyArray<RawField>): "request" | "response" => {
  if (fields.some(({ tag }) => Tag.get(tag)?.direction === "response")) return "response"
  const ticket = fields.some(({ tag }) => tag === "ZT" || tag === "AK")
  return ticket && find(fields, "CD") !== "P" ? "response" : "request"
}

/** The bytes before the first message as they may be shown: too few for a card number, even in base64. */
export const leadOf = ({ lead, skipped }: FieldReader): string => Mask.preview(lead, skipped)

/** The bytes after the last whole field as they may be shown: the tag and length of a cut field, never its value. */
export const restOf = (reader: FieldReader): string => {
  const { rest } = reader
  if (rest === "") return ""
  return reader.failure === undefined &&
    rest > "A" &&
    (rest.length >= HEADER || Tag.get(rest.slice(0, 2)) !== undefined)
    ? `${rest.slice(0, HEADER)}…`
    : Mask.preview(rest.replace(/[A-Za-z]/g, "#"))
}

const readAll = (reader: FieldReader, text: string): ReadonlyArray<Field> => {
  const fields: Array<Field> = []
  reader.feed(text)
  takeAll(reader, fields)
  reader.end()
  if (reader.pending > 0) takeAll(reader, fields)
  return fields
}

const takeAll = (reader: FieldReader, fields: Array<Field>): void => {
  for (let field = reader.next(); field !== undefined; field = reader.next()) fields.push(field)
}

const errorOf = (reader: FieldReader, fields: ReadonlyArray<Field>): DecodeError | undefined => {
  const { failure } = reader
  if (failure !== undefined) return malformed(failure)
  if (reader.rest !== "") return incomplete(reader)
  return fields.length === 0 ? new Malformed({ offset: 0, problem: "no field at all" }) : undefined
}

/** The error of a failed reader. */
export const malformed = (failure: NonNullable<FieldReader["failure"]>): Malformed => {
  const { offset, tag, problem } = failure
  return new Malformed(defined({ offset, tag: tag !== undefined && isDigitTag(tag) ? undefined : tag, problem }))
}

/** The error of a reader that stopped inside a field. Omits a tag and length that may be digits of a card number. */
export const incomplete = (reader: FieldReader): Incomplete => {
  const { rest, offset, announced } = reader
  const tag = rest.length < 2 ? undefined : rest.slice(0, 2)
  if (tag !== undefined && isDigitTag(tag)) return new Incomplete({ offset })
  const found = announced === undefined ? undefined : rest.length - HEADER
  return new Incomplete(defined({ offset, tag, announced, found }))
}

/** The text is not Concert from `offset` on. */
export class Malformed extends Schema.TaggedError<Malformed>()("TlvMalformed", {
  offset: Schema.Int,
  tag: Schema.optionalKey(Schema.String),
  problem: Schema.String
}) {
  override get message() {
    return `${this.problem} (${this.tag === undefined ? "" : `${this.tag} `}at byte ${this.offset})`
  }
}

/** The text stops inside the field that begins at `offset`; more may arrive. */
export class Incomplete extends Schema.TaggedError<Incomplete>()("TlvIncomplete", {
  offset: Schema.Int,
  tag: Schema.optionalKey(Schema.String),
  /** The field's announced length in bytes, and how many of them were received; absent while the header is incomplete. */
  announced: Schema.optionalKey(Schema.Int),
  found: Schema.optionalKey(Schema.Int)
}) {
  override get message() {
    const { tag, offset, announced, found } = this
    const lengths = announced === undefined ? "" : `: ${pluralize(announced, "byte")} announced, ${found} came`
    return `the text stops inside the field ${tag === undefined ? "" : `${tag} `}at byte ${offset}${lengths}`
  }
}

/** Why a text could not be decoded. */
export type DecodeError = Malformed | Incomplete
