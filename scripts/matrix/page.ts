/** The table of docs/runtimes.md: a row stays as it is until what it is about is run again. */
import { readFileSync, writeFileSync } from "node:fs"
import { groups } from "./groups.ts"

/** What held, of which version. */
export interface Row {
  readonly group: string
  readonly what: string
  readonly version: string
  readonly tried: string
}

const page = new URL("../../docs/runtimes.md", import.meta.url)
const START = "<!-- written by pnpm matrix -->\n"
const END = "<!-- end -->"

const cellsOf = (line: string): ReadonlyArray<string> =>
  line
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim())

/** Puts a row in place of the one about the same. */
export const writeRow = ({ group, what, version, tried }: Row): void => {
  const text = readFileSync(page, "utf8")
  const from = text.indexOf(START) + START.length
  const to = text.indexOf(END)
  const order = Object.keys(groups)
  const today = new Date().toISOString().slice(0, 10)
  const kept = text
    .slice(from, to)
    .split("\n")
    .slice(2)
    .map(cellsOf)
    .filter((cells) => cells.length === 5)
  const all = new Map(kept.map((cells) => [cells[1], cells]))
  all.set(what, [group, what, version, tried, today])
  const sorted = [...all.values()].sort(([a = ""], [b = ""]) => order.indexOf(a) - order.indexOf(b))
  const table = [["group", "where", "version", "what was tried", "on"], Array(5).fill("---"), ...sorted]
  const lines = table.map((cells) => `| ${cells.join(" | ")} |`)
  writeFileSync(page, `${text.slice(0, from)}${lines.join("\n")}\n${text.slice(to)}`)
}
