/**
 * Explains why bytes that should be a Concert message cannot be read, in the protocol's terms, and what to set.
 *
 * Names the field, its offset, and its announced and actual length, and recognizes what often arrives in place of Concert: the
 * serial dialogue, HTTP, TLS. For both sides: a terminal reading a register's request, and a register reading a terminal's
 * answer. Never shows a value or a card number.
 */

import { defined } from "@hipay-pos/core/Defined"
import type { ReadingStop } from "@hipay-pos/core/TerminalEvidence"
import { FieldReader } from "./internal/FieldReader.ts"
import { HEADER, isKnownHeader } from "./internal/header.ts"
import { pluralize } from "./internal/pluralize.ts"
import * as Tag from "./Tag.ts"
import * as Tlv from "./Tlv.ts"
import type { Warning } from "./Warning.ts"

/** Who sent the bytes. */
export type Sender = "register" | "terminal"

/** A reader's state when it can read no further. */
export interface Stopped {
  /** The first bytes, if they are not Concert; unmasked. */
  readonly lead: string
  /** The fields that were read completely. */
  readonly fields: ReadonlyArray<Tlv.Field>
  /** What was odd about those fields. */
  readonly warnings: ReadonlyArray<Warning>
  /** The bytes after them, unmasked. */
  readonly rest: string
  readonly error: Tlv.DecodeError
}

/** What is wrong with a text; `undefined` if it consists of whole fields. */
export const ofText = (text: string, sender: Sender): ReadingStop | undefined => {
  const reader = new FieldReader(0, "anything")
  const fields: Array<Tlv.Field> = []
  reader.feed(text)
  for (let field = reader.next(); field !== undefined; field = reader.next()) fields.push(field)
  reader.end()
  const { failure, rest, lead, warnings } = reader
  if (failure === undefined && rest === "") return lead === "" ? undefined : leadStop(lead, sender)
  const error = failure === undefined ? Tlv.incomplete(reader) : Tlv.malformed(failure)
  return make({ lead, fields, warnings, rest, error }, sender)
}

/** What is wrong, from a reader's state. */
export const make = ({ lead, fields, warnings, rest, error }: Stopped, sender: Sender): ReadingStop => {
  const last = fields.at(-1)
  const recognized = recognize(last === undefined && lead !== "" ? lead : rest, sender)
  if (recognized !== undefined) return { offset: error.offset, problem: recognized }
  const wrongLength =
    tooLong(fields, rest) ??
    emptyBefore(warnings, rest, error.offset) ??
    (last && wrongLengthOf(last, rest, error.offset))
  if (wrongLength !== undefined) return wrongLength
  const { offset, tag } = error
  const at = defined({ offset, tag })
  if (error._tag === "TlvMalformed" || error.announced === undefined) return { ...at, problem: error.message }
  const { announced, found = 0 } = error
  const swallowed = tag !== undefined && Tag.isConstructed(tag) ? undefined : nextHeader(rest.slice(5))
  const inside = swallowed === undefined ? "" : beginsInside(rest.slice(5 + swallowed), swallowed)
  return { ...at, announced, found, problem: `${error.message}${inside}` }
}

const beginsInside = (header: string, at: number): string =>
  `; a field ${header.slice(0, 2)} begins ${pluralize(at, "byte")} into it, so the length may be ${at}`

/** A field right before the stop with length 0, although bytes follow before the next field. */
const emptyBefore = (warnings: ReadonlyArray<Warning>, rest: string, at: number): ReadingStop | undefined => {
  const empty = warnings.find(({ code, offset }) => code === "empty-field" && offset === at - HEADER)
  const found = nextHeader(rest)
  if (empty?.tag === undefined || found === undefined || found === 0) return undefined
  const { tag, offset = at - HEADER } = empty
  const problem = `${tag} at byte ${offset} announces 0 bytes, ${found} came`
  return { offset, tag, announced: 0, found, problem }
}

/**
 * A field whose length is a few bytes too high, so that it swallowed some or all of the next header. The fields of unknown tags
 * read from there to the stop were never sent.
 */
const tooLong = (fields: ReadonlyArray<Tlv.Field>, rest: string): ReadingStop | undefined => {
  let behind = rest
  for (const field of fields.toReversed()) {
    if (isKnownHeader(behind, 0)) return undefined
    const { tag, offset, value } = field
    const from = Math.max(1, value.length - HEADER)
    const end = value.slice(from) + behind.slice(0, HEADER - 1)
    const next = nextHeader(end)
    if (next !== undefined && Tag.get(tag) !== undefined) {
      const [announced, found] = [value.length, from + next]
      const problem = `${tag} at byte ${offset} announces ${pluralize(announced, "byte")}${beginsInside(end.slice(next), found)}`
      return { offset, tag, announced, found, problem }
    }
    behind = Tlv.encode([field])
  }
  return undefined
}

const leadStop = (lead: string, sender: Sender): ReadingStop | undefined => {
  const problem = recognize(lead, sender)
  return problem === undefined ? undefined : { offset: 0, problem }
}

/**
 * The field before the stop, if no field begins where its length ends: the length counts characters instead of bytes, or is
 * simply wrong. Not if its value is right as it is and would not be with the bytes after it: then they are at fault.
 */
const wrongLengthOf = ({ tag, offset, value }: Tlv.Field, rest: string, at: number): ReadingStop | undefined => {
  if (couldBegin(rest)) return undefined
  const announced = value.length
  // White space after the field was skipped, but may be part of its value.
  const behind = " ".repeat(Math.max(0, at - offset - 5 - announced)) + rest
  const next = nextHeader(behind)
  const extra = next ?? behind.length
  const found = announced + extra
  const characters = charactersOf(value + behind.slice(0, extra))
  // If no field follows to show the end, only UTF-8 text proves that the length counts characters.
  if (extra === 0 || (next === undefined && characters !== announced)) return undefined
  const known = Tag.get(tag)
  const isRight = (text: string) => known !== undefined && Tag.violation(known, text) === undefined
  if (isRight(value) && !isRight(value + behind.slice(0, extra))) return undefined
  const before = `${tag} at byte ${offset} announces ${pluralize(announced, "byte")}, ${found} came`
  if (characters === undefined) return { offset, tag, announced, found, problem: before }
  const hint = characters === announced ? "lengths count bytes, not characters" : "lengths count bytes"
  const problem = `${before} (${pluralize(characters, "character")} of UTF-8): ${hint}`
  return { offset, tag, announced, found, characters, problem }
}

/** Whether a cut-off field begins here: two capital letters of a tag, and the digits of its length received so far. */
const couldBegin = (rest: string): boolean => /^[A-Z][A-Z0-9]?(?:(?<=..)\d{1,3})?$/.test(rest.slice(0, 5))

/** The number of bytes before the next header of a known tag. */
const nextHeader = (text: string): number | undefined => {
  for (let at = 0; at + 5 <= text.length; at++) if (isKnownHeader(text, at)) return at
  return undefined
}

/** The number of UTF-8 characters in bytes, if it differs from the number of bytes. */
const charactersOf = (bytes: string): number | undefined => {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)))
    const characters = [...text].length
    return characters === bytes.length ? undefined : characters
  } catch {
    return undefined
  }
}

/** Recognizes another protocol by its first bytes: what it is, then what to do. */
export const recognize = (bytes: string, sender: Sender): string | undefined => {
  if (isTls(bytes)) return messages.tls[sender]
  if (/^(?:HTTP\/|[A-Z]{3,7} [/*h])/.test(bytes)) return messages.http[sender]
  const control = controls[bytes.charCodeAt(0)]
  return control && `${control}: ${messages.serial[sender]}`
}

/** A TLS handshake or alert record of any version: its type, then 3, then 0 to 4. */
const isTls = (bytes: string): boolean => {
  const [type, major, minor = 5] = Array.from(bytes.slice(0, 3), (byte) => byte.charCodeAt(0))
  return (type === 0x16 || type === 0x15) && major === 3 && minor <= 4
}

/** Control characters of the serial dialogue. */
const controls: Readonly<Record<number, string>> = {
  2: "STX (0x02) begins a frame of the serial dialogue",
  3: "ETX (0x03) ends a frame of the serial dialogue",
  4: "EOT (0x04) ends the serial dialogue",
  5: "ENQ (0x05) opens the serial dialogue",
  6: "ACK (0x06) is an acknowledgement of the serial dialogue",
  21: "NAK (0x15) is a refusal of the serial dialogue"
}

const messages = {
  serial: {
    register: "over IP a request is sent alone, without STX, ETX and checksum; set the till to Concert V3 over IP",
    terminal: "set the terminal to Concert V3 over IP, which has neither handshake nor frames"
  },
  http: {
    register: "this is HTTP: the port is a Concert terminal's; set the till to the address of the API",
    terminal: "this is HTTP: the port is a web server's; Concert's is 8888"
  },
  tls: {
    register: "this is TLS: Concert over IP is not encrypted; switch TLS off for this terminal",
    terminal: "this is TLS: the port is an encrypted service's; Concert's is 8888, without TLS"
  }
} as const satisfies Record<string, Record<Sender, string>>
