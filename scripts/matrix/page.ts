/** The table of docs/runtimes.md: the rows of a group stay as they are until it is run again. */

/** A check, and whether it passed. */
export interface Row {
  readonly group: string
  readonly what: string
  readonly version: string
  readonly tried: string
  readonly held: boolean
  /** A day as `2026-11-29`. */
  readonly on: string
}

const START = "<!-- written by pnpm matrix -->\n"
const END = "<!-- end -->"
const HEAD = ["group", "where", "version", "what was tried", "held", "on"]

const partsOf = (text: string): readonly [before: string, table: string, after: string] => {
  const from = text.indexOf(START) + START.length
  const to = text.indexOf(END)
  return [text.slice(0, from), text.slice(from, to), text.slice(to)]
}

/** The rows of a page. */
export const rowsOf = (text: string): ReadonlyArray<Row> =>
  partsOf(text)[1]
    .trim()
    .split("\n")
    .slice(2)
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim())
    )
    .map(([group = "", what = "", version = "", tried = "", held, on = ""]) => ({
      group,
      what,
      version,
      tried,
      held: held === "yes",
      on
    }))

/** The page with these rows instead of the group's old ones, including failures. Groups stay in the given order. */
export const withGroup = (
  text: string,
  group: string,
  rows: ReadonlyArray<Row>,
  order: ReadonlyArray<string>
): string => {
  const [before, , after] = partsOf(text)
  const all = [...rowsOf(text).filter((row) => row.group !== group), ...rows]
  const sorted = all.toSorted((a, b) => order.indexOf(a.group) - order.indexOf(b.group))
  const cells = sorted.map((row) => [row.group, row.what, row.version, row.tried, row.held ? "yes" : "**no**", row.on])
  const table = [HEAD, HEAD.map(() => "---"), ...cells].map((line) => `| ${line.join(" | ")} |\n`)
  return `${before}${table.join("")}${after}`
}
