/**
 * A ticket whose last field continues after the ticket's end, because one of their lengths is wrong.
 *
 * If the ticket's length is too low, the missing bytes follow directly. If the field's length is slightly too high, the field
 * is complete without them. The ticket's field and warning are updated with what is found.
 */
import * as Receipt from "@hipay-pos/core/Receipt"
import * as Mask from "../Mask.ts"
import * as Tag from "../Tag.ts"
import type { Warning } from "../Warning.ts"
import type { Field } from "./Field.ts"
import { couldBeHeader, EOT, ETX, fieldText, HEADER, isFiller, lengthAt, NOT_A_HEADER, tagAt } from "./header.ts"
import { hiddenIn, hiddenStatuses } from "./hiddenStatus.ts"
import { type Continuation, NOTHING, NOTHING_YET, type OpenTicket } from "./OpenTicket.ts"

/** The part of a ticket that was read. */
export interface CutTicketRead {
  readonly offset: number
  /** Its complete fields, and their text, masked. */
  readonly fields: ReadonlyArray<Field>
  readonly text: string
  /** The last field's offset, the part of it inside the ticket, and how many bytes are missing. */
  readonly last: number
  readonly rest: string
  readonly missing: number
}

export class CutTicket implements OpenTicket {
  private readonly read: CutTicketRead
  /** The missing bytes found so far. */
  private taken = ""
  readonly field: { readonly offset: number; readonly tag: string; value: string; fields: ReadonlyArray<Field> }
  /** What is wrong with it. */
  readonly warning: Warning

  constructor(read: CutTicketRead) {
    const { offset, fields, last } = read
    this.read = read
    this.field = { offset, tag: "ZT", value: "", fields }
    this.warning = { ...nestedFields("ZT", last) }
    this.complete("")
  }

  /** Whether all bytes after the ticket are exactly as many as it lacks, and not the tag of a known field. */
  isEnd(behind: string): boolean {
    const { length } = behind
    return length === this.read.missing && length < HEADER && (length < 2 || Tag.get(tagAt(behind, 0)) === undefined)
  }

  /** Once some missing bytes were found, no field begins before the last of them. */
  continue(text: string, at: number): Continuation {
    if (this.taken === "") {
      const code = text.charCodeAt(at)
      if (isFiller(code) || code === ETX || code === EOT) return NOTHING
      if (couldBeHeader(text, at)) {
        const behind = text.slice(at)
        this.complete(this.isEnd(behind) ? behind : "")
        return behind.length < HEADER ? NOTHING_YET : NOTHING
      }
    }
    return this.take(text, at)
  }

  private take(text: string, at: number): Continuation {
    const { offset, missing } = this.read
    const known = hiddenStatuses(this.taken)
    const more = text.slice(at, at + missing - this.taken.length)
    this.taken += more
    this.warn(ticketLength(offset))
    const isWhole = this.taken.length === missing
    if (isWhole) this.complete(this.taken)
    const hidden = hiddenStatuses(this.taken).filter((each) => !known.includes(each))
    return { taken: more.length, isOpen: !isWhole, warnings: hiddenIn("ZT", offset, hidden) }
  }

  /** Adds the last field, completed with what was found after the ticket; without that, only if it can be read. */
  complete(found: string): void {
    const { offset, fields, text, last, rest, missing } = this.read
    const tag = tagAt(rest, 0)
    const isWhole = found.length === missing && text.length + rest.length + missing <= LONGEST
    const value = rest.slice(HEADER) + (isWhole ? found : "")
    const isRead = isWhole || (tag === "AK" && missing <= slipOf(value) && isWholeTicket(value))
    const masked = isRead ? Mask.field(tag, value) : ""
    this.field.value = text + (isRead ? fieldText(tag, masked) : Mask.redact(rest))
    this.field.fields = isRead ? [...fields, { offset: last, tag, value: masked }] : fields
    this.warn(isRead ? ticketLength(offset) : nestedFields("ZT", last))
  }

  private warn(warning: Warning): void {
    Object.assign(this.warning, warning)
  }
}

/** The longest value: its length has three digits. */
export const LONGEST = 999

/** The most bytes by which a ticket text's length may be off by mistake: each of its line ends may be counted twice. */
const slipOf = (base64: string): number => Math.max(SLIP, lineEndsOf(base64))

const SLIP = 4

const lineEndsOf = (base64: string): number => base64.match(/\r\n|\r|\n/g)?.length ?? 0

/**
 * Whether base64 can be read to its end and is padded or does not end in digits, which may be the beginning of a card number:
 * that is masked by its length.
 */
const isWholeTicket = (base64: string): boolean => {
  const text = Receipt.decodeBase64(base64)
  return text !== undefined && (/=\s*$/.test(base64) || !/(?:\d\D{0,3}){4}$/.test(text))
}

/**
 * The fewest bytes from `at` on that may be whole fields including a ticket's text; if there are exactly that many, they are.
 * The last field may lack the bytes by which its length is off.
 */
export const wholeFieldsLength = (text: string, at: number): number => {
  let hasText = false
  let next = at
  while (next + HEADER <= text.length) {
    const length = lengthAt(text, next)
    if (length === NOT_A_HEADER) return Number.POSITIVE_INFINITY
    const isText = tagAt(text, next) === "AK"
    const end = next + HEADER + length
    if (isText && end > text.length) {
      const base64 = text.slice(next + HEADER)
      const excess = end - text.length - slipOf(base64)
      // Every further byte may be a line end, which in turn raises the tolerance by one.
      if (excess > 0) return text.length - at + Math.ceil(excess / 2)
      return text.length - at + (isWholeBase64(base64) ? 0 : 1)
    }
    hasText ||= isText && length > 0
    next = end
  }
  return next - at + (next > text.length || (hasText && next === text.length) ? 0 : HEADER)
}

/** Whether base64 ends on a group of four. */
export const isWholeBase64 = (base64: string): boolean =>
  base64.replace(/\s/g, "").length % 4 === 0 && isWholeTicket(base64)

/** The warning about nested fields of which one is incomplete. */
export const nestedFields = (tag: string, offset: number): Warning => ({
  code: "nested-fields",
  tag,
  offset,
  message: "what stands inside cannot be read to its end"
})

/** The warning about a ticket whose length is too high or too low. */
export const ticketLength = (offset: number): Warning => ({
  code: "ticket-length",
  tag: "ZT",
  offset,
  message: "the length of the ticket is wrong"
})
