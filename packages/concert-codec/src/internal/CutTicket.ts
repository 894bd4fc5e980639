/**
 * A ticket whose last field goes on behind its end, because one of their lengths is wrong.
 *
 * Where the ticket announces too little, the missing bytes stand right behind it. Where the field announces a little too
 * much, it is whole without them. Field and warning of the ticket change with what is found.
 */
import * as Receipt from "@hipay-pos/core/Receipt"
import * as Mask from "../Mask.ts"
import * as Tag from "../Tag.ts"
import type { Warning } from "../Warning.ts"
import type { Field } from "./Field.ts"
import { fieldText, HEADER, lengthAt, NOT_A_HEADER, tagAt } from "./header.ts"

/** What was read of a ticket. */
export interface CutTicketRead {
  readonly offset: number
  /** Its whole fields, and their text, masked. */
  readonly fields: ReadonlyArray<Field>
  readonly text: string
  /** Where its last field begins, what of that stands inside the ticket, and how many bytes are missing. */
  readonly last: number
  readonly rest: string
  readonly missing: number
}

export class CutTicket {
  private readonly read: CutTicketRead
  /** What was taken of the missing bytes. */
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

  /** Whether some of the missing bytes were taken: no field begins there any more. */
  get isContinued(): boolean {
    return this.taken !== ""
  }

  /** Whether all missing bytes were taken. */
  get isWhole(): boolean {
    return this.taken.length === this.read.missing
  }

  /** Whether all that stands behind the ticket is as long as what it is short of, and not the tag of a known field. */
  isEnd(behind: string): boolean {
    const { length } = behind
    return length === this.read.missing && length < HEADER && (length < 2 || Tag.get(tagAt(behind, 0)) === undefined)
  }

  /** Takes what is missing from the bytes behind the ticket, and says how many it took. */
  take(behind: string): number {
    const more = behind.slice(0, this.read.missing - this.taken.length)
    this.taken += more
    this.warn(ticketLength(this.read.offset))
    if (this.isWhole) this.complete(this.taken)
    return more.length
  }

  /** Gives the ticket its last field, with what was found behind its end; without that, only where it can be read. */
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

/** The most bytes of a value: its length has three digits. */
export const LONGEST = 999

/** The most bytes by which the length of a ticket's text is taken for a slip: each of its line ends may be counted twice. */
const slipOf = (base64: string): number => Math.max(SLIP, lineEndsOf(base64))

const SLIP = 4

const lineEndsOf = (base64: string): number => base64.match(/\r\n|\r|\n/g)?.length ?? 0

/**
 * Whether base64 can be read to its end, and is padded or does not end in digits: these may be the beginning of a card number,
 * which is masked by its length.
 */
const isWholeTicket = (base64: string): boolean => {
  const text = Receipt.decodeBase64(base64)
  return text !== undefined && (/=\s*$/.test(base64) || !/(?:\d\D{0,3}){4}$/.test(text))
}

/**
 * The fewest bytes from `at` on that may be whole fields, a ticket's text among them: they are if there are just so many. The
 * last one may be short of what its length slipped by.
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
      // Every byte that comes may be a line end, which allows for one more.
      if (excess > 0) return text.length - at + Math.ceil(excess / 2)
      return text.length - at + (isWholeBase64(base64) ? 0 : 1)
    }
    hasText ||= isText && length > 0
    next = end
  }
  return next - at + (next > text.length || (hasText && next === text.length) ? 0 : HEADER)
}

/** Whether base64 ends in a group of four. */
export const isWholeBase64 = (base64: string): boolean =>
  base64.replace(/\s/g, "").length % 4 === 0 && isWholeTicket(base64)

/** The warning about a field of fields, one of which is not whole. */
export const nestedFields = (tag: string, offset: number): Warning => ({
  code: "nested-fields",
  tag,
  offset,
  message: "what stands inside cannot be read to its end"
})

/** The warning about a ticket that announces too much or too little. */
export const ticketLength = (offset: number): Warning => ({
  code: "ticket-length",
  tag: "ZT",
  offset,
  message: "the length of the ticket is wrong"
})
