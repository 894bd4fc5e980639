/**
 * Puts a request together from chunks.
 *
 * A request has no end marker. It is whole when it ends on a field boundary and holds what its action needs; fields
 * that come later belong to the same request as long as nothing was answered. A request that ends on a boundary and
 * lacks something may still grow: the caller decides how long to wait. CR, LF, NUL and blanks between fields are
 * skipped. A second `CZ` begins another request, which has to wait. Values are kept as they came, not masked as the
 * codec's own parser does, because a terminal echoes them.
 */
import * as Request from "@hipay-pos/concert-codec/Request"
import * as Tlv from "@hipay-pos/concert-codec/Tlv"

/** How far a request has come. */
export type Progress =
  /** Nothing came yet. */
  | "empty"
  /** Inside a field. */
  | "partial"
  /** On a boundary, but a field that its action needs is missing. */
  | "lacking"
  | "whole"
  /** No Concert, or too long. */
  | "malformed"

/** The longest request: every tag of the documents at its longest stays below. */
const MAX_LENGTH = 8192

const fieldHead = /[A-Z][A-Z0-9]\d{3}/y

/** A request on its way in. */
export class RequestReader {
  private all = ""
  private found: Array<Tlv.Field> = []
  private offset = 0
  /** Nothing but whole fields so far. */
  private isPlain = true

  /** Takes a chunk. */
  push(chunk: string): Progress {
    if (this.all.length + chunk.length > MAX_LENGTH) return "malformed"
    this.all += chunk
    return this.scan()
  }

  /** What has come whole. */
  fields(): ReadonlyArray<Tlv.Field> {
    return this.found
  }

  /** The fields as text, without what stood between them. */
  text(): string {
    return this.isPlain ? this.all.slice(0, this.offset) : Tlv.encode(this.found)
  }

  /** Whether what came so far ends with CR LF. */
  endsLine(): boolean {
    return this.all.endsWith("\r\n")
  }

  /** Leaves this request for the one that has begun behind it, and says how far that has come. */
  next(): Progress {
    this.all = this.all.startsWith("CZ", this.offset) ? this.all.slice(this.offset) : ""
    this.found = []
    this.offset = 0
    this.isPlain = true
    return this.scan()
  }

  private scan(): Progress {
    const text = this.all
    for (;;) {
      const before = this.offset
      while (this.offset < text.length && "\r\n\0 ".includes(text.charAt(this.offset))) this.offset++
      const { offset } = this
      if (offset > before) this.isPlain = false
      if (offset === text.length) break
      const begin = offset + 5
      if (begin > text.length) return "partial"
      fieldHead.lastIndex = offset
      if (!fieldHead.test(text)) return "malformed"
      if (text.startsWith("CZ", offset) && Tlv.find(this.found, "CZ") !== undefined) break
      const end = begin + Number(text.slice(offset + 2, begin))
      if (end > text.length) return "partial"
      if (end === begin) this.isPlain = false
      else this.found.push({ tag: text.slice(offset, offset + 2), value: text.slice(begin, end), offset })
      this.offset = end
    }
    return this.found.length === 0 ? "empty" : lacks(this.found) ? "lacking" : "whole"
  }
}

const always = ["CZ", "CJ", "CA", "CD"]
const withMoney = [...always, "CB", "CE"]

const lacks = (fields: ReadonlyArray<Tlv.Field>): boolean => {
  const action = Tlv.find(fields, "CD")
  const needed = action === "0" || action === "1" || action === "2" ? withMoney : always
  return needed.some((tag) => Tlv.find(fields, tag) === undefined)
}

/** What whole fields ask for; nothing, where a value does not fit the tag of a mandatory field. */
export const decode = (reader: RequestReader): Request.Request | undefined => {
  const { message, warnings } = Request.fromFields(reader.fields())
  const { version, action } = message
  if (version === undefined || action === undefined) return undefined
  const misfits = warnings.some(({ code, tag = "" }) => code === "bounds" && withMoney.includes(tag))
  return misfits ? undefined : { ...message, version, action }
}
