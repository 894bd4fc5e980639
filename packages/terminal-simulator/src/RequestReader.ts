/**
 * Puts a request together from chunks.
 *
 * A request has no end marker. It is whole when it ends on a field boundary and holds what its action needs; fields
 * that come later belong to the same request as long as nothing was answered. A request that ends on a boundary and
 * lacks something may still grow: the caller decides how long to wait. CR, LF, NUL and blanks between fields are
 * skipped. Values are kept as they came, not masked as the codec's own parser does, because a terminal echoes them.
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

/** A request on its way in. */
export interface RequestReader {
  readonly push: (chunk: string) => Progress
  readonly fields: () => ReadonlyArray<Tlv.Field>
  /** The fields as text, without what stood between them. */
  readonly text: () => string
  /** Whether the bytes so far end with CR LF. */
  readonly endsLine: () => boolean
  readonly clear: () => void
}

/** The longest request: every tag of the documents at its longest stays below. */
const MAX_LENGTH = 8192

const fieldHead = /[A-Z][A-Z0-9]\d{3}/y

/** A reader that has read nothing. */
export const make = (): RequestReader => {
  let text = ""
  let fields: Array<Tlv.Field> = []
  let offset = 0
  /** Nothing but whole fields so far. */
  let isPlain = true

  const scan = (): Progress => {
    for (;;) {
      const before = offset
      while (offset < text.length && "\r\n\0 ".includes(text.charAt(offset))) offset++
      if (offset > before) isPlain = false
      if (offset === text.length) break
      const begin = offset + 5
      if (begin > text.length) return "partial"
      fieldHead.lastIndex = offset
      if (!fieldHead.test(text)) return "malformed"
      const end = begin + Number(text.slice(offset + 2, begin))
      if (end > text.length) return "partial"
      if (end === begin) isPlain = false
      else fields.push({ tag: text.slice(offset, offset + 2), value: text.slice(begin, end), offset })
      offset = end
    }
    return fields.length === 0 ? "empty" : lacks(fields) ? "lacking" : "whole"
  }

  return {
    push: (chunk) => {
      if (text.length + chunk.length > MAX_LENGTH) return "malformed"
      text += chunk
      return scan()
    },
    fields: () => fields,
    text: () => (isPlain ? text.slice(0, offset) : Tlv.encode(fields)),
    endsLine: () => text.endsWith("\r\n"),
    clear: () => {
      text = ""
      fields = []
      offset = 0
      isPlain = true
    }
  }
}

const always = ["CZ", "CJ", "CA", "CD"]
const withMoney = [...always, "CB", "CE"]

const lacks = (fields: ReadonlyArray<Tlv.Field>): boolean => {
  const action = Tlv.find(fields, "CD")
  const needed = action === "0" || action === "1" || action === "2" ? withMoney : always
  return needed.some((tag) => Tlv.find(fields, tag) === undefined)
}

/** What whole fields ask for. Values that do not fit their tag are absent; without version and action it is nothing. */
export const decode = (reader: RequestReader): Request.Request | undefined => {
  const { message } = Request.fromFields(reader.fields())
  const { version, action } = message
  return version === undefined || action === undefined ? undefined : { ...message, version, action }
}
