/** A table as CSV that the spreadsheets of a language open by a double click: its separator and decimal sign. Pure. */
import type { Language } from "../text/format.ts"

/** A text, an amount with a decimal point, or an id that is a text even where it looks like a number. */
export type Cell = string | { readonly number: string } | { readonly id: string }

/** Lines end with CRLF, and the file begins with a mark that says UTF-8. */
export const toSheet = (lines: ReadonlyArray<ReadonlyArray<Cell>>, language: Language): string => {
  const separator = language === "fr" ? ";" : ","
  const text = (cell: Cell): string => {
    if (typeof cell === "object") {
      if ("number" in cell) return language === "fr" ? cell.number.replace(".", ",") : cell.number
      // A formula that gives a text: nothing else keeps the zeros of 00012 and the letters of 1E5.
      return /^[\d.,+()-]/.test(cell.id)
        ? quoted(`="${cell.id.replaceAll('"', '""')}"`, separator)
        : safe(cell.id, separator)
    }
    return safe(cell, separator)
  }
  return `\uFEFF${lines.map((cells) => `${cells.map(text).join(separator)}\r\n`).join("")}`
}

/** What begins like a formula is a text. */
const safe = (text: string, separator: string): string =>
  quoted(/^[=+@\t\r-]/.test(text) ? `'${text}` : text, separator)

const quoted = (cell: string, separator: string): string => {
  const text = cell.replace(FORMULA_INSIDE, "$1'")
  return /["\r\n]/.test(text) || text.includes(separator) ? `"${text.replaceAll('"', '""')}"` : text
}

/** What a spreadsheet that is set to another separator takes for the beginning of a cell, and for a formula in it. */
const FORMULA_INSIDE = /([;,\t\r\n]"*)(?=[=+@-])/g
