/**
 * Tickets laid out again for paper of a given width in characters, every character one column wide.
 *
 * What fits stays as it is. On narrower paper, centred lines stay centred and text at the right edge stays there; gaps are
 * narrowed first, and only then is a line broken, between words if possible. Characters that a printer would take for
 * commands are left out.
 */
import type { Align, HtmlLine } from "./HtmlLines.ts"

/** Lays out a text ticket. */
export const fromText = (text: string, columns: number): ReadonlyArray<string> => {
  const lines = printable(text)
  const source = lines.reduce((widest, line) => Math.max(widest, line.length), 0)
  return source <= columns ? lines : lines.flatMap((line) => refit(line, columns, source))
}

/** Lays out the lines of an HTML ticket. */
export const fromHtml = (lines: ReadonlyArray<HtmlLine>, columns: number): ReadonlyArray<string> =>
  lines.flatMap((line) => {
    if (line._tag === "Rule") return "-".repeat(columns)
    if (line._tag === "Preformatted") return fromText(line.text, columns)
    const cells = line.cells.map((cell) => printable(cell).join(" "))
    return row(cells, line.align, columns)
  })

/** Lines of visible characters only, with tabs as spaces and without trailing blanks. */
const printable = (text: string): ReadonlyArray<string> =>
  text.split(/\r\n|[\r\n\f\v]/).map((line) => expandTabs(visible(line)).trimEnd())

const visible = (line: string): string =>
  line
    .replace(/\u00a0/g, " ")
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters other than tabs are removed.
    .replace(/[\0-\x08\x0a-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g, "")
    .replace(/[\u{10000}-\u{10ffff}]|[\ud800-\udfff]/gu, "?")

const TAB = 8

const expandTabs = (line: string): string =>
  line.split("\t").reduce((before, part) => before + " ".repeat(TAB - (before.length % TAB)) + part)

/** One line of a ticket that is wider than the paper. */
const refit = (line: string, columns: number, source: number): ReadonlyArray<string> => {
  const text = line.trimStart()
  const indent = line.length - text.length
  const centred = indent > 0 && Math.abs(indent - (source - line.length)) <= 1
  if (centred && text.length <= columns) return [aligned(text, "center", columns)]
  if (line.length <= columns) return [line]
  if (/^(.)\1+$/.test(text)) return [text.slice(0, columns)]
  const squeezed = squeeze(line, columns)
  if (squeezed !== undefined) return [squeezed]
  const hanging = Math.min(indent, columns >> 2)
  return wrap(text, columns - hanging).map((part) => " ".repeat(hanging) + part)
}

/** A line wider than this many times the paper is prose, not columns. */
const COLUMNS_TIMES = 4

/** The line with its widest gaps narrowed until it fits, its end at the right edge; undefined if that is not enough. */
const squeeze = (line: string, columns: number): string | undefined => {
  if (line.length > COLUMNS_TIMES * columns) return undefined
  // Gaps have odd indices; the first may be the indent, which may vanish altogether.
  const parts = line.split(/( {2,})/)
  for (let over = line.length - columns; over > 0; over--) {
    let widest = 1
    for (let i = 1; i < parts.length; i += 2) {
      if ((parts[i]?.length ?? 0) > (parts[widest]?.length ?? 0)) widest = i
    }
    const gap = parts[widest] ?? ""
    if (gap.length <= (widest === 1 && parts[0] === "" ? 0 : 1)) return undefined
    parts[widest] = gap.slice(1)
  }
  return parts.join("")
}

/** A line of HTML: one cell as it is aligned, or the cells of a table's row with the last one at the right edge. */
const row = (cells: ReadonlyArray<string>, align: Align, columns: number): ReadonlyArray<string> => {
  const last = cells.at(-1) ?? ""
  if (cells.length < 2) return wrap(last, columns).map((part) => aligned(part, align, columns))
  const first = cells.slice(0, -1).join("  ").trimEnd()
  if (last.length > columns >> 1) {
    return [...wrap(first, columns), ...wrap(last, columns).map((part) => aligned(part, "right", columns))]
  }
  const left = wrap(first, columns - last.length - 1)
  const end = left.at(-1) ?? ""
  return [...left.slice(0, -1), (end + last.padStart(columns - end.length)).trimEnd()]
}

const aligned = (text: string, align: Align, columns: number): string => {
  const free = columns - text.length
  return align === "left" ? text : " ".repeat(align === "right" ? free : free >> 1) + text
}

/** The text in lines of at most `columns` characters, broken between words, and inside those that are longer than a line. */
const wrap = (text: string, columns: number): ReadonlyArray<string> => {
  const lines: Array<string> = []
  let line = ""
  for (const word of text.split(/ +/)) {
    if (line !== "" && line.length + 1 + word.length <= columns) {
      line += ` ${word}`
      continue
    }
    if (line !== "") lines.push(line)
    let at = 0
    for (; word.length - at > columns; at += columns) lines.push(word.slice(at, at + columns))
    line = word.slice(at)
  }
  return line === "" && lines.length > 0 ? lines : [...lines, line]
}
