/**
 * HTML for the layout of tickets and the search for card numbers: where tags and comments end, what they separate, and the
 * characters of numeric entities.
 */
import { CP1252 } from "./codePages.ts"

/** Finds the ends of tags and comments in one text. Ask at increasing positions: it makes one pass, however many never end. */
export class Markup {
  readonly #text: string
  /** The next ends, as far as they were looked for. */
  #tag = -1
  #comment = -1

  constructor(text: string) {
    this.#text = text
  }

  /** The end of the tag or comment that begins at a `<`: the length of the text if it never ends, `undefined` if none begins. */
  endAt(at: number): number | undefined {
    if (!begins.test(this.#text.slice(at, at + 2))) return undefined
    if (this.#text.startsWith("<!--", at)) {
      if (this.#comment < at + 7) this.#comment = this.#after("-->", at + 4)
      return this.#comment
    }
    if (this.#tag <= at) this.#tag = this.#after(">", at)
    return this.#tag
  }

  /** The next tag or comment from a position on. */
  next(from: number): { readonly at: number; readonly end: number } | undefined {
    for (let at = this.#text.indexOf("<", from); at >= 0; at = this.#text.indexOf("<", at + 1)) {
      const end = this.endAt(at)
      if (end !== undefined) return { at, end }
    }
    return undefined
  }

  #after(mark: string, from: number): number {
    const found = this.#text.indexOf(mark, from)
    return found < 0 ? this.#text.length : found + mark.length
  }
}

/** Any other `<` is a character of the text. */
const begins = /^<[a-z/!?]/i

/** The name of the tag that a text begins with, in lower case, with a slash in front if it closes an element. */
export const nameOf = (tag: string): string | undefined => /^<(\/?[a-z][a-z0-9]*)/i.exec(tag)?.[1]?.toLowerCase()

/** Elements that begin and end lines. */
export const blocks: ReadonlySet<string> = new Set(
  (
    "address article aside blockquote body center dd div dl dt footer form h1 h2 h3 h4 h5 h6 header html li main ol p pre " +
    "section table tbody tfoot thead tr ul"
  ).split(" ")
)

/** What a tag is for the text around it: the end of a line, a gap between the cells of a row, or nothing. */
export const separatorOf = (name: string): "\n" | " " | "" => {
  if (name === "td" || name === "th") return " "
  return name === "br" || name === "hr" || blocks.has(name.replace("/", "")) ? "\n" : ""
}

/** An entity such as `&#233;` or `&#xE9;`, wherever one begins. */
export const numericEntity = /^&#(?:0*\d{1,7}|x0*[\da-f]{1,6});/i

/** Its character, if there is one. Bytes of CP1252 count as well. */
export const characterOf = (entity: string): string | undefined => {
  const code = Number(entity.slice(2, -1).replace(/^x/i, "0x"))
  if (code >= 0x80 && code < 0xa0) return CP1252[code - 0x80]
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : undefined
}
