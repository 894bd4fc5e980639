/** Rows as aligned columns. */
import { paint, printable } from "@hipay-pos/cli-kit"

/**
 * A header and rows, each cell as wide as the widest of its column; the last column is not padded. `numbers`: the
 * right-aligned columns.
 */
export const toColumns = (
  header: ReadonlyArray<string>,
  rows: ReadonlyArray<ReadonlyArray<string>>,
  numbers: ReadonlySet<number> = new Set()
): string => {
  const widths = header.map((_, column) => Math.max(...[header, ...rows].map((cells) => cells[column]?.length ?? 0)))
  const line = (cells: ReadonlyArray<string>) =>
    cells
      .map((cell, column) => {
        const text = printable(cell)
        const width = widths[column] ?? 0
        return numbers.has(column) ? text.padStart(width) : text.padEnd(width)
      })
      .join("  ")
      .trimEnd()
  return [paint("quiet", line(header)), ...rows.map(line)].join("\n")
}
