/** Rows as aligned columns. */
import { paint } from "@hipay-pos/cli-kit"

/** A header and rows, each cell as wide as the widest of its column; the last column is not filled up. */
export const toColumns = (header: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): string => {
  const widths = header.map((_, column) => Math.max(...[header, ...rows].map((cells) => cells[column]?.length ?? 0)))
  const line = (cells: ReadonlyArray<string>) =>
    cells
      .map((cell, column) => cell.replace(/\p{Cc}/gu, ".").padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd()
  return [paint("quiet", line(header)), ...rows.map(line)].join("\n")
}
