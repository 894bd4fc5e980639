/**
 * Reads fields from text that may arrive in any pieces: the only place where tags and lengths are read.
 *
 * `feed` adds text; `next` returns one field at a time, already masked, until it needs more. The cost is linear in the text,
 * however it is cut. Tolerates oddities of real terminals with a warning: bytes before the first `CZ`; CR, LF, NUL and spaces
 * between fields; fields of length 000; tickets with a wrong length. Bytes that are not a header end the reading for good:
 * `failure` says where.
 */
import * as Mask from "../Mask.ts"
import * as Tag from "../Tag.ts"
import type { Warning } from "../Warning.ts"
import { CutTicket, nestedFields, ticketLength, wholeFieldsLength } from "./CutTicket.ts"
import type { Field } from "./Field.ts"
import {
  couldBeHeader,
  EOT,
  ETX,
  type Failure,
  HEADER,
  headerFailure,
  isDigit,
  isDigitTag,
  isFiller,
  isKnownHeader,
  lengthAt,
  NOT_A_HEADER,
  shownText,
  tagAt
} from "./header.ts"
import { hiddenIn, hiddenStatuses } from "./hiddenStatus.ts"
import { InnerField, LastField } from "./LastField.ts"
import { LeadingBytes } from "./LeadingBytes.ts"
import type { Continuation, OpenTicket } from "./OpenTicket.ts"
import { pluralize } from "./pluralize.ts"
import { ShortTicket } from "./ShortTicket.ts"

export class FieldReader {
  warnings: Array<Warning> = []
  failure: Failure | undefined
  /** Whether something that looks like a card number was left unmasked, because the request had it. */
  hasSpared = false
  private text = ""
  private at = 0
  /** Bytes of the stream before `text`. */
  private base: number
  /** The last bytes of a ticket, if they might be the start of the next field. */
  private tail = ""
  /** How many bytes the next field needs from `at` before another try makes sense. */
  private need = HEADER
  private begun = false
  /** Where the last white space ended. */
  private fillerEnd = -1
  /** Bytes to skip before the next field. */
  private skip = 0
  /** What came before the first message, if anything did. */
  private leading: LeadingBytes | undefined
  /** The offset of a ticket that announces more bytes than there are. */
  private ticketAt = -1
  /** How many bytes that ticket needs before it makes sense to check again whether it is complete. */
  private ticketNeed = 0
  /** Whether the input has ended. */
  private hasEnded = false
  /** The field that was read last, unless it is an echo of the request. */
  private readonly last = new LastField()
  /** The ticket that was read last, if it may go on after its end. */
  private open: OpenTicket | undefined

  /** The request's `CF` and `CH` (the order's id), whose echo is left unmasked. */
  private readonly sent: ReadonlyArray<string> | "anything"

  constructor(base = 0, sent: ReadonlyArray<string> | "anything" = []) {
    this.base = base
    this.sent = sent
  }

  feed(more: string): void {
    this.text = this.at === this.text.length ? more : this.at === 0 ? this.text + more : this.text.slice(this.at) + more
    this.base += this.at
    this.at = 0
  }

  /** The next complete field, or `undefined` if more text is needed or reading has failed. */
  next(): Field | undefined {
    while (this.failure === undefined) {
      if (this.skip > 0) this.skipOver()
      if (this.open !== undefined && !this.continueTicket(this.open)) return undefined
      if (this.tail !== "" && !this.joinTail()) return undefined
      if (this.leading?.isSeeking && !this.seek(this.leading)) return undefined
      const { text, at } = this
      const available = text.length - at
      if (available < this.need) {
        if (this.need !== HEADER || available === 0 || !this.stepOver()) return undefined
        continue
      }
      const length = lengthAt(text, at)
      if (length === NOT_A_HEADER) {
        if (!this.stepOver()) this.recover()
        continue
      }
      const tag = tagAt(text, at)
      const offset = this.base + at
      this.last.beforeHeader(tag)
      if (available < HEADER + length) {
        this.need = HEADER + length
        if (tag === "ZT" && this.ticketAt !== offset) {
          this.ticketAt = offset
          this.ticketNeed = HEADER
        }
        if (!(this.hasEnded && this.isWholeTicket)) return undefined
      }
      this.need = HEADER
      this.begun = true
      this.at = Math.min(at + HEADER + length, text.length)
      if (length > 0) {
        const field = this.field(tag, offset, text.slice(at + HEADER, this.at), length)
        if (field === undefined) continue
        return field
      }
      this.warnings.push({ code: "empty-field", tag, offset, message: "an empty field counts as absent" })
    }
    return undefined
  }

  /** Whether the current field needs more text than there is. */
  get isShort(): boolean {
    return this.need > HEADER && this.pending < this.need && this.failure === undefined && !this.isWholeTicket
  }

  /** How many bytes follow the last complete field. */
  get pending(): number {
    return this.text.length - this.at
  }

  /** Whether no field has begun. The last bytes of a ticket may look like the beginning of one. */
  get isOnBoundary(): boolean {
    return this.pending === 0 || this.open?.isEnd(this.rest) === true || this.isWholeTicket
  }

  /** Whether the bytes end in a ticket that announces more but is complete according to the lengths of its fields. */
  private get isWholeTicket(): boolean {
    if (this.ticketAt !== this.offset || this.pending < this.ticketNeed) return false
    this.ticketNeed = HEADER + wholeFieldsLength(this.text, this.at + HEADER)
    return this.ticketNeed === this.pending
  }

  /** Whether no message has begun, and one is still sought after the bytes so far. */
  get isSeeking(): boolean {
    return this.leading?.isSeeking === true
  }

  /** How many bytes before the message were skipped. */
  get skipped(): number {
    return this.leading?.count ?? 0
  }

  /** The first of them, unmasked. Never shown as they are. */
  get lead(): string {
    return this.leading?.start ?? ""
  }

  /** The announced length of an incomplete field; absent while its header is incomplete. */
  get announced(): number | undefined {
    if (this.failure !== undefined || this.isSeeking || this.pending < HEADER) return undefined
    const length = lengthAt(this.text, this.at)
    return length === NOT_A_HEADER ? undefined : length
  }

  /** The bytes after the last complete field. */
  get rest(): string {
    return this.text.slice(this.at)
  }

  /** Where the next field begins, in bytes from the start. */
  get offset(): number {
    return this.base + this.at
  }

  /**
   * Ends the input: bytes that seemed to precede a message had no message after them, and no field follows a ticket. `next`
   * returns what can be read without more text.
   */
  end(): void {
    if (this.isSeeking) this.failure ??= this.leading?.failure
    this.hasEnded = true
    if (this.open instanceof ShortTicket) this.take(this.open.end(this.rest))
    this.maskUnfinished()
    if (this.isWholeTicket) this.need = HEADER
    else if (this.isOnBoundary) this.at = this.text.length
  }

  fail(problem: string): void {
    this.failure ??= { offset: this.offset, tag: undefined, problem }
  }

  private field(tag: string, offset: number, value: string, announced: number): Field | undefined {
    this.open = undefined
    this.tail = ""
    if (Tag.isConstructed(tag)) {
      this.last.set(undefined)
      return this.constructed(tag, offset, value, announced)
    }
    // Its value is not shown, so that nothing can be found there later.
    if (isDigitTag(tag)) this.warnings.push(...hiddenIn(tag, offset, hiddenStatuses(value)))
    const masked = Mask.field(tag, value)
    const isSent = this.isSent(tag, value)
    const field = { offset, tag, value: isSent ? value : masked }
    if (isSent && masked !== value) this.hasSpared = true
    this.last.set(isSent && this.sent !== "anything" ? undefined : field)
    return field
  }

  /**
   * Call this before showing fields while more may come: what looks like the start of a header after the last field may be the
   * rest of a value whose length was too low.
   */
  maskUnfinished(): void {
    const { text, at, pending } = this
    const mayBeMore = isDigit(text.charCodeAt(at)) || (pending < HEADER && couldBeHeader(text, at))
    if (pending > 0 && (mayBeMore || this.open instanceof ShortTicket)) this.last.mask()
  }

  private isSent(tag: string, value: string): boolean {
    return isOrderTag(tag) && (this.sent === "anything" || this.sent.includes(value))
  }

  private constructed(tag: string, offset: number, value: string, announced: number): Field | undefined {
    const inner = new FieldReader(offset + HEADER)
    inner.begun = true
    inner.feed(value)
    const fields: Array<Field> = []
    for (let field = inner.next(); field !== undefined; field = inner.next()) {
      if (tag === "ZT" && isForeign(field.tag)) {
        return this.giveBack(tag, offset, fields, value.length - (field.offset - offset - HEADER))
      }
      fields.push(field)
    }
    const text = shownText(fields)
    const { rest } = inner
    if (tag === "ZT" && isKnownHeader(rest, 0) && isForeign(tagAt(rest, 0))) {
      return this.giveBack(tag, offset, fields, rest.length)
    }
    if (tag === "ZT" && rest.length < HEADER && couldBeHeader(rest, 0)) this.tail = rest
    for (const warning of inner.warnings) this.warnings.push(warning)
    if (rest === "") {
      const fits = text.length === announced
      if (!fits) this.warnings.push(ticketLength(offset))
      const field = { offset, tag, value: text.padEnd(value.length), fields }
      const last = fields.at(-1)
      if (last !== undefined) this.last.set(new InnerField(last, field))
      if (tag === "ZT" && last?.tag === "AK" && text.length === value.length) {
        this.open = ShortTicket.of(field, last, value.slice(last.offset - offset))
      }
      return field
    }
    if (tag === "ZT" && inner.failure === undefined && rest.length >= HEADER) {
      const missing = inner.need - rest.length
      const cut = new CutTicket({ offset, fields, text, last: inner.offset, rest, missing })
      this.open = cut
      this.warnings.push(cut.warning)
      return cut.field
    }
    this.warnings.push(nestedFields(tag, inner.offset))
    this.warnings.push(...hiddenIn(tag, offset, hiddenStatuses(rest)))
    return { offset, tag, value: text + Mask.redact(value.slice(text.length)), fields }
  }

  /** Completes a ticket from the bytes after its end, unless a field begins there; false if that needs more text. */
  private continueTicket(ticket: OpenTicket): boolean {
    if (this.pending === 0) return true
    const continued = ticket.continue(this.text, this.at)
    if (continued !== undefined) this.take(continued)
    return continued !== undefined
  }

  private take({ taken, isOpen, warnings, last }: Continuation): void {
    this.at += taken
    if (!isOpen) this.open = undefined
    if (last !== undefined) this.last.set(last)
    this.warnings.push(...warnings)
  }

  /**
   * A ticket whose length was too high swallowed what follows it: those bytes are read again as fields of the message. Drops a
   * ticket without other content.
   */
  private giveBack(tag: string, offset: number, fields: Array<Field>, count: number): Field | undefined {
    this.at -= count
    this.warnings.push(ticketLength(offset))
    return fields.length === 0 ? undefined : { offset, tag, value: shownText(fields), fields }
  }

  /**
   * Decides whether the last bytes of a ticket were the start of the next field; false if that needs more text.
   */
  private joinTail(): boolean {
    const { tail } = this
    const missing = HEADER - tail.length
    if (this.pending < missing) return false
    this.tail = ""
    const header = tail + this.text.slice(this.at, this.at + missing)
    if (lengthAt(header, 0) !== NOT_A_HEADER && Tag.get(tagAt(header, 0)) !== undefined) {
      this.base += this.at - tail.length
      this.text = tail + this.text.slice(this.at)
      this.at = 0
      this.warnings.push(ticketLength(this.base))
    }
    return true
  }

  private skipOver(): void {
    const count = Math.min(this.skip, this.pending)
    this.skip -= count
    this.at += count
  }

  /**
   * Skips what may come where a field should begin: white space, and the end mark of the serial variant. Returns false if there
   * is neither. A few last bytes that cannot start a field are an error.
   */
  private stepOver(): boolean {
    const { text, at } = this
    const offset = this.base + at
    if (isFiller(text.charCodeAt(at))) {
      while (this.at < text.length && isFiller(text.charCodeAt(this.at))) this.at++
      if (this.begun) this.warnOfFiller(offset)
      return true
    }
    const code = text.charCodeAt(at)
    if (this.begun && (code === ETX || code === EOT)) {
      this.at++
      // The checksum after an ETX may be any byte.
      if (code === ETX) this.skip = 1
      this.warnings.push({
        code: "serial-framing",
        offset,
        message: `${code === ETX ? "ETX" : "EOT"} of the serial variant was skipped`
      })
      return true
    }
    if (text.length - at < HEADER && !couldBeHeader(text, at)) {
      this.recover()
      return true
    }
    return false
  }

  /** One warning for each run of white space, however it is cut. */
  private warnOfFiller(from: number): void {
    const last = from === this.fillerEnd ? this.warnings.pop() : undefined
    const offset = last?.offset ?? from
    this.fillerEnd = this.offset
    const message = `${pluralize(this.fillerEnd - offset, "byte")} of white space outside the fields`
    this.warnings.push({ code: "filler", offset, message })
  }

  /** Handles bytes that are not a header. */
  private recover(): void {
    const failure = headerFailure(this.text, this.at, this.base + this.at)
    if (this.begun) {
      this.failure = failure
      this.last.mask()
      return
    }
    this.leading = new LeadingBytes(failure, this.text.charAt(this.at))
    this.at++
  }

  /** Looks for the first message after bytes that are not Concert. False if it needs more text. */
  private seek(leading: LeadingBytes): boolean {
    this.at = leading.skip(this.text, this.at)
    if (leading.isSeeking) return false
    this.warnings.push(...leading.warnings(this.offset))
    return true
  }
}

/** Whether a tag holds the order's id as the register wrote it. */
export const isOrderTag = (tag: string): boolean => tag === "CF" || tag === "CH"

/** A known tag that does not belong inside a ticket. */
const isForeign = (tag: string): boolean => tag !== "CK" && tag !== "AK" && Tag.get(tag) !== undefined
