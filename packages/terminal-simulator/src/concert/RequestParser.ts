/**
 * Assembles a request from chunks.
 *
 * A request has no end marker. It is complete when it ends on a field boundary and has the fields that its action needs; later
 * fields belong to the same request until a response is sent. A request that ends on a boundary and lacks a field may still
 * grow: the caller decides how long to wait. CR, LF, NUL and blanks between fields are skipped. A second
 * `CZ` begins another request, which is kept for later. Values stay as received, unlike in the codec's own parser,
 * because a terminal echoes them.
 */
import * as Request from "@hipay-pos/concert-codec/Request"
import * as Tlv from "@hipay-pos/concert-codec/Tlv"

/** How far a request has come. */
export type Progress =
  /** Nothing received yet. */
  | "empty"
  /** Inside a field. */
  | "partial"
  /** On a boundary, but without a field that its action needs. */
  | "incomplete"
  | "complete"
  /** Not Concert, or too long. */
  | "malformed"

/** Longest request: more than all documented tags at their greatest length. */
export const MAX_LENGTH = 8192

const fieldHead = /[A-Z][A-Z0-9]\d{3}/y
/** The beginning of one. */
const cutHead = /^[A-Z](?:[A-Z0-9]\d{0,2})?$/

/** Parses the requests of one connection. */
export class RequestParser {
  private all = ""
  /** The fields up to `offset`; undefined after {@link rest}. */
  private found: Array<Tlv.Field> | undefined = []
  private offset = 0
  /** Nothing but complete fields so far. */
  private isPlain = true

  /** Parses a chunk. */
  feed(chunk: string): Progress {
    const found = this.readSoFar()
    this.all += chunk
    if (this.all.length > MAX_LENGTH) {
      // Enough to say what is wrong; more would only use memory.
      this.all = this.all.slice(0, MAX_LENGTH + 1)
      return "malformed"
    }
    return this.scan(found)
  }

  /** The fields that are complete. */
  fields(): ReadonlyArray<Tlv.Field> {
    return this.readSoFar()
  }

  /** Keeps only the bytes while people pay, to save memory; fields that are needed later are parsed again. */
  rest(): void {
    this.found = undefined
  }

  /** The fields as text, without the separators between them. */
  text(): string {
    return this.isPlain ? this.all.slice(0, this.offset) : Tlv.encode(this.readSoFar())
  }

  /** All bytes of this request so far, unmasked. */
  received(): string {
    return this.all
  }

  /** The offset after the last complete field. */
  position(): number {
    return this.offset
  }

  /** Whether the bytes so far are complete fields and nothing else. */
  isOnBoundary(): boolean {
    return this.offset === this.all.length
  }

  /** Whether the text so far ends with CR LF. */
  endsLine(): boolean {
    return this.all.endsWith("\r\n")
  }

  /** Drops this request for the one that has begun after it; returns the progress of that one. */
  next(): Progress {
    this.all = this.all.startsWith("CZ", this.offset) ? this.all.slice(this.offset) : ""
    this.isPlain = true
    return this.scan(this.fromTheStart())
  }

  private readSoFar(): Array<Tlv.Field> {
    if (this.found !== undefined) return this.found
    const found = this.fromTheStart()
    this.scan(found)
    return found
  }

  private fromTheStart(): Array<Tlv.Field> {
    this.offset = 0
    this.found = []
    return this.found
  }

  private scan(found: Array<Tlv.Field>): Progress {
    const text = this.all
    for (;;) {
      const before = this.offset
      while (this.offset < text.length && "\r\n\0 ".includes(text.charAt(this.offset))) this.offset++
      const { offset } = this
      if (offset > before) this.isPlain = false
      if (offset === text.length) break
      const begin = offset + 5
      if (begin > text.length) return cutHead.test(text.slice(offset)) ? "partial" : "malformed"
      fieldHead.lastIndex = offset
      if (!fieldHead.test(text)) return "malformed"
      if (text.startsWith("CZ", offset) && Tlv.find(found, "CZ") !== undefined) break
      const end = begin + Number(text.slice(offset + 2, begin))
      if (end > text.length) return "partial"
      if (end === begin) this.isPlain = false
      else found.push({ tag: text.slice(offset, offset + 2), value: text.slice(begin, end), offset })
      this.offset = end
    }
    return found.length === 0 ? "empty" : missing(found).length > 0 ? "incomplete" : "complete"
  }
}

const always = ["CZ", "CJ", "CA", "CD"]
const withMoney = [...always, "CB", "CE"]

/** The missing tags that the action needs. */
export const missing = (fields: ReadonlyArray<Tlv.Field>): ReadonlyArray<string> => {
  const action = Tlv.find(fields, "CD")
  const needed = action === "0" || action === "1" || action === "2" ? withMoney : always
  return needed.filter((tag) => Tlv.find(fields, tag) === undefined)
}

/** A mandatory field repeated with a different value, and the earlier field; undefined if there is none. */
export const contradiction = (
  fields: ReadonlyArray<Tlv.Field>
): { readonly first: Tlv.Field; readonly again: Tlv.Field } | undefined => {
  const seen = new Map<string, Tlv.Field>()
  for (const field of fields) {
    const first = seen.get(field.tag)
    if (first === undefined) seen.set(field.tag, field)
    else if (first.value !== field.value && withMoney.includes(field.tag)) return { first, again: field }
  }
  return undefined
}

/** Decodes the fields; undefined if a mandatory field is out of bounds or contradicted. */
export const decode = (parser: RequestParser): Request.Request | undefined => {
  if (contradiction(parser.fields()) !== undefined) return undefined
  const { message, warnings } = Request.fromFields(parser.fields())
  const { version, action } = message
  if (version === undefined || action === undefined) return undefined
  const outOfBounds = warnings.some(({ code, tag = "" }) => code === "bounds" && withMoney.includes(tag))
  return outOfBounds ? undefined : { ...message, version, action }
}
