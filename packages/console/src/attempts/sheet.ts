/** A table as CSV for spreadsheets in a language: with its separator and decimal mark, it opens on a double click. Pure. */
import type { Language } from "../text/format.ts"

/** A text, an amount with a decimal point, or an id, which stays a text even if it looks like a number. */
export type Cell = string | { readonly number: string } | { readonly id: string }

/** Lines end with CRLF, and the file begins with a byte order mark. */
export const toSheet = (lines: ReadonlyArray<ReadonlyArray<Cell>>, language: Language): string => {
  const separator = language === "fr" ? ";" : ","
  const text = (cell: Cell): string => {
    if (typeof cell === "object") {
      if ("number" in cell) return language === "fr" ? cell.number.replace(".", ",") : cell.number
      // A formula with a text as its result: nothing else preserves 00012 and 1E5.
      return /^[\d.,+()-]/.test(cell.id)
        ? quoted(`="${cell.id.replaceAll('"', '""')}"`, separator)
        : safe(cell.id, separator)
    }
    return safe(cell, separator)
  }
  return `\uFEFF${lines.map((cells) => `${cells.map(text).join(separator)}\r\n`).join("")}`
}

/** Makes a value that begins like a formula a text. */
const safe = (text: string, separator: string): string =>
  quoted(/^[=+@\t\r＝＋＠－-]/.test(text) ? `'${text}` : text, separator)

const quoted = (cell: string, separator: string): string => {
  const text = cell.replace(FORMULA_INSIDE, "$1'")
  return /["\r\n]/.test(text) || text.includes(separator) ? `"${text.replaceAll('"', '""')}"` : text
}

/** Where a spreadsheet with another separator would see the start of a cell with a formula. */
const FORMULA_INSIDE = /([;,\t\r\n]"*)(?=[=+@＝＋＠－-])/g
