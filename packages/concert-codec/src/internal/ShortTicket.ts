/**
 * A ticket that may continue after its end, because its length and that of its text (`AK`) do not count the text's line ends.
 *
 * At most as much base64 is missing as the text has bytes of line ends. It is taken only if it completes the text before the
 * next known field or the message's end; not if the text is complete without it and it reads as fields.
 */
import * as Mask from "../Mask.ts"
import { isWholeBase64, LONGEST, ticketLength } from "./CutTicket.ts"
import type { Field } from "./Field.ts"
import { couldBeHeader, HEADER, isFiller, isKnownHeader, lengthAt, NOT_A_HEADER, shownText } from "./header.ts"
import { InnerField } from "./LastField.ts"
import { type Continuation, NOTHING, NOTHING_YET, type OpenTicket } from "./OpenTicket.ts"

/** A ticket; changed if it continues. */
interface Ticket {
  readonly offset: number
  readonly tag: string
  value: string
  fields: ReadonlyArray<Field>
}

export class ShortTicket implements OpenTicket {
  private readonly ticket: Ticket
  private readonly text: Field
  /** As received, not masked. */
  private readonly base64: string
  /** The most characters of base64 that may be missing. */
  private readonly most: number

  private constructor(ticket: Ticket, text: Field, base64: string) {
    this.ticket = ticket
    this.text = text
    this.base64 = base64
    this.most = Math.min(base64.replace(/[^\r\n]/g, "").length, LONGEST - ticket.value.length)
  }

  /** The ticket, if the text at its end has line ends. */
  static of(ticket: Ticket, text: Field, base64: string): ShortTicket | undefined {
    const short = new ShortTicket(ticket, text, base64)
    return short.most > 0 ? short : undefined
  }

  continue(text: string, at: number): Continuation | undefined {
    if (isFiller(text.charCodeAt(at))) return NOTHING_YET
    const length = this.lengthBehind(text, at)
    if (length === undefined) return undefined
    return length === 0 ? NOTHING : this.take(text.slice(at, at + length))
  }

  /** Continues it with everything after its end, if that completes it. */
  end(behind: string): Continuation {
    return this.isEnd(behind) ? this.take(behind) : NOTHING
  }

  /** How many bytes from `at` on belong to the ticket; `undefined` if that needs more bytes. */
  private lengthBehind(text: string, at: number): number | undefined {
    let count = 0
    let end = at
    for (let next = at; next < text.length; next++) {
      const code = text.charCodeAt(next)
      if (isLineEnd(code)) continue
      if (isKnownHeader(text, next)) {
        const behind = text.slice(at, end)
        return this.isWholeWith(behind) && !this.isFields(behind) ? end - at : 0
      }
      if (count === this.most) return text.length - next < HEADER && couldBeHeader(text, next) ? undefined : 0
      if (!isBase64(code)) return 0
      count++
      end = next + 1
    }
    return undefined
  }

  /** Whether everything after the ticket completes it. */
  isEnd(behind: string): boolean {
    const { length } = behind.replace(/[\r\n]/g, "")
    return (
      length > 0 &&
      length <= this.most &&
      /^[A-Za-z0-9+/=\r\n]*$/.test(behind) &&
      !holdsKnownHeader(behind) &&
      this.isWholeWith(behind) &&
      !this.isFields(behind)
    )
  }

  /** Adds the rest of its text. */
  private take(behind: string): Continuation {
    const { ticket, base64 } = this
    const text = { ...this.text, value: Mask.field("AK", base64 + behind) }
    ticket.fields = [...ticket.fields.slice(0, -1), text]
    ticket.value = shownText(ticket.fields)
    const last = new InnerField(text, ticket)
    return { taken: behind.length, isOpen: false, warnings: [ticketLength(ticket.offset)], last }
  }

  /** Whether the text is already complete, and these bytes are whole fields of unknown tags. */
  private isFields(behind: string): boolean {
    return this.isWholeWith("") && isWholeFields(behind)
  }

  private isWholeWith(behind: string): boolean {
    return isWholeBase64(this.base64 + behind)
  }
}

const holdsKnownHeader = (text: string): boolean => {
  for (let at = 0; at + HEADER <= text.length; at++) if (isKnownHeader(text, at)) return true
  return false
}

const isWholeFields = (text: string): boolean => {
  let at = 0
  while (at + HEADER <= text.length) {
    const length = lengthAt(text, at)
    if (length === NOT_A_HEADER) return false
    at += HEADER + length
  }
  return at === text.length
}

const isLineEnd = (code: number): boolean => code === 10 || code === 13

const isBase64 = (code: number): boolean =>
  (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || (code >= 47 && code <= 57) || code === 43 || code === 61
