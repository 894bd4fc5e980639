/**
 * The text of an HTML ticket, line by line, with what a line printer can keep of its layout: alignment, table rows,
 * rules and preformatted text. Nothing is rendered, loaded or run; scripts, styles and comments are left out.
 *
 * Reading takes one pass and never fails: what it cannot make sense of becomes text or is dropped.
 */

import { maskWritten } from "../CardNumber.ts"
import { blocks, characterOf, Markup, nameOf } from "./Markup.ts"

export type Align = "left" | "center" | "right"

/** A line before it is laid out: a table's row has several cells, any other line has one. */
export type HtmlLine =
  | { readonly _tag: "Cells"; readonly cells: ReadonlyArray<string>; readonly align: Align }
  | { readonly _tag: "Preformatted"; readonly text: string }
  | { readonly _tag: "Rule" }

/** Reads a page or a part of one. */
export const read = (html: string): ReadonlyArray<HtmlLine> => {
  const reader = new Reader()
  const markup = new Markup(html)
  let at = 0
  for (let tag = markup.next(0); tag !== undefined; tag = markup.next(at)) {
    reader.text(decodeEntities(html.slice(at, tag.at)))
    at = tag.end
    // A tag longer than this has nothing in it that layout needs.
    const text = html.slice(tag.at, Math.min(at, tag.at + 500))
    const name = nameOf(text)
    if (name === undefined) continue
    if (silent.has(name)) at = after(html, ">", closing(html, name, at))
    else reader.tag(name, alignOf(name, text))
  }
  reader.text(decodeEntities(html.slice(at)))
  return withoutCardNumbers(reader.end())
}

/** The page may have been masked without seeing a number that its markup splits. */
const withoutCardNumbers = (lines: ReadonlyArray<HtmlLine>): ReadonlyArray<HtmlLine> => {
  const text = lines.map((line) => cellsOf(line).join(" ")).join("\n")
  const masked = maskWritten(text)
  if (masked === text) return lines
  let at = 0
  const take = (cell: string): string => {
    const from = at
    at += cell.length + 1
    return masked.slice(from, from + cell.length)
  }
  return lines.map((line) => {
    const cells = cellsOf(line).map(take)
    if (line._tag === "Cells") return { ...line, cells }
    return line._tag === "Preformatted" ? { ...line, text: cells[0] ?? "" } : line
  })
}

/** The cells of a line. */
const cellsOf = (line: HtmlLine): ReadonlyArray<string> =>
  line._tag === "Cells" ? line.cells : [line._tag === "Preformatted" ? line.text : ""]

/** The position after `mark`, or the end if there is none. */
const after = (html: string, mark: string, from: number): number => {
  const found = html.indexOf(mark, from)
  return found < 0 ? html.length : found + mark.length
}

const silent = new Set(["head", "script", "style", "title", "template", "noscript"])

const closing = (html: string, name: string, from: number): number => {
  const match = new RegExp(`</${name}\\b`, "gi")
  match.lastIndex = from
  return match.exec(html)?.index ?? html.length
}

const alignOf = (name: string, tag: string): Align | undefined =>
  name === "center"
    ? "center"
    : (/align\s{0,9}[=:]\s{0,9}["']?\s{0,9}(left|center|right)/i.exec(tag)?.[1]?.toLowerCase() as Align | undefined)

/** Elements nested deeper than this no longer change the layout. */
const DEPTH = 100

class Reader {
  readonly #lines: Array<HtmlLine> = []
  readonly #open: Array<{ readonly name: string; readonly align: Align }> = []
  #cells = [""]
  // Updated with each text: examining the whole cell each time would make many short texts quadratic.
  /** Whether the line has anything but blanks. */
  #holdsText = false
  /** Whether the last cell is empty or ends with a space. */
  #isSpaced = true
  /** Alignment of the last cell; used if the row has only one. */
  #cellAlign: Align | undefined
  #preformatted = 0

  text(text: string): void {
    if (this.#preformatted > 0) {
      const [first = "", ...rest] = text.split(/\r\n|\r|\n/)
      this.#append(first)
      for (const line of rest) {
        this.#push()
        this.#append(line)
      }
      return
    }
    const collapsed = text.replace(/[ \t\r\n\f]+/g, " ")
    this.#append(this.#isSpaced ? collapsed.replace(/^ /, "") : collapsed)
  }

  tag(name: string, align: Align | undefined): void {
    if (name === "br") this.#push()
    else if (name === "hr") {
      this.#finish()
      this.#lines.push({ _tag: "Rule" })
    } else if (name === "td" || name === "th") {
      if (this.#holdsText) {
        this.#cells.push("")
        this.#isSpaced = true
      }
      this.#cellAlign = align
    } else if (blocks.has(name)) {
      this.#finish()
      this.#enter(name, align ?? this.#align)
    } else if (name.startsWith("/") && blocks.has(name.slice(1))) {
      this.#finish()
      this.#leave(name.slice(1))
    }
  }

  end(): ReadonlyArray<HtmlLine> {
    this.#finish()
    return this.#lines
  }

  get #align(): Align {
    return this.#open.at(-1)?.align ?? "left"
  }

  #append(text: string): void {
    if (text === "") return
    this.#cells.push((this.#cells.pop() ?? "") + text)
    this.#holdsText ||= text.trim() !== ""
    this.#isSpaced = text.endsWith(" ")
  }

  #enter(name: string, align: Align): void {
    if (this.#open.length >= DEPTH) return
    this.#open.push({ name, align })
    if (name === "pre") this.#preformatted++
  }

  #leave(name: string): void {
    const at = this.#open.findLastIndex((element) => element.name === name)
    if (at < 0) return
    for (const { name: left } of this.#open.splice(at)) if (left === "pre") this.#preformatted--
  }

  /** Ends a line that holds something. */
  #finish(): void {
    if (this.#holdsText) this.#push()
    else this.#begin()
  }

  #begin(): void {
    this.#cells = [""]
    this.#holdsText = false
    this.#isSpaced = true
    this.#cellAlign = undefined
  }

  #push(): void {
    const [cells, align] = [this.#cells, this.#cellAlign ?? this.#align]
    this.#begin()
    if (this.#preformatted > 0) this.#lines.push({ _tag: "Preformatted", text: cells.join(" ") })
    else this.#lines.push({ _tag: "Cells", cells: cells.map((cell) => cell.trim()), align })
  }
}

/** HTML's names of U+00A0 to U+00FF, in their order. */
const latin1 = (
  "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para " +
  "middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave " +
  "Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc " +
  "Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc " +
  "iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml"
).split(" ")

/** Others that tickets have: what CP1252 has beyond Latin-1, and signs. */
const others = {
  ...{ amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", euro: "€" },
  ...{ OElig: "Œ", oelig: "œ", Scaron: "Š", scaron: "š", Yuml: "Ÿ", Zcaron: "Ž", zcaron: "ž", fnof: "ƒ", circ: "ˆ" },
  ...{ tilde: "˜", ndash: "–", mdash: "—", lsquo: "‘", rsquo: "’", sbquo: "‚", ldquo: "“", rdquo: "”", bdquo: "„" },
  ...{ dagger: "†", Dagger: "‡", bull: "•", hellip: "…", permil: "‰", lsaquo: "‹", rsaquo: "›", trade: "™" },
  ...{ ensp: "\u2002", emsp: "\u2003", thinsp: "\u2009", zwnj: "\u200c", zwj: "\u200d", lrm: "\u200e", rlm: "\u200f" },
  ...{ larr: "←", uarr: "↑", rarr: "→", darr: "↓", minus: "−", le: "≤", ge: "≥", ne: "≠", asymp: "≈" }
}

const entities = new Map([
  ...latin1.map((name, i) => [name, String.fromCharCode(0xa0 + i)] as const),
  ...Object.entries(others)
])

const decodeEntities = (text: string): string =>
  text.replace(/&(?:#(?:0*\d{1,7}|x0*[0-9a-f]{1,6})|([a-z]{2,8}\d{0,2}));/gi, (entity, name) =>
    name === undefined ? (characterOf(entity) ?? "?") : (entities.get(name) ?? entity)
  )
