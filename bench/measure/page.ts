/** docs/performance.md: the last figure of each name. Names that were not measured this time keep their rows. */
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { cpus, totalmem } from "node:os"
import { fileURLToPath } from "node:url"
import { budgets, isMissed } from "../budgets.ts"
import { bound } from "./bound.ts"
import type { Figure, LeftOut } from "./Figure.ts"

const path = fileURLToPath(new URL("../../docs/performance.md", import.meta.url))

const HEAD = `# Performance

\`npx pnpm bench all --page\` measures these figures and writes this page; \`npx pnpm bench NAME\` prints one benchmark, and
\`npx pnpm bench compare REV NAME\` compares the packages of another commit with these. [bench/budgets.ts](../bench/budgets.ts) describes
each figure and its budget; the file with the first part of its name says how it is measured.

A ratio (×) compares two tasks of the same run, measured in turns, so that it can be compared between machines; a time or a size is this
machine's. Names that end with \`floor\`, and \`start.node\`, are floors: the cost of the same work without us. Peers are installed for the run
(\`PEERS=1\`).
`

/** The further values of a figure, as text. */
const seen = (beside: Figure["beside"]): string =>
  beside === undefined
    ? ""
    : Object.entries(beside)
        .map(([name, value]) => `${name} ${typeof value === "object" ? JSON.stringify(value) : value}`)
        .join(", ")

const machine = (): string =>
  `${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 1e9)} GB, Node ${process.versions.node}`

/** Rows by the name of their figure. */
const readRows = (): Map<string, string> =>
  new Map(
    (existsSync(path) ? readFileSync(path, "utf8") : "").split("\n").flatMap((line) => {
      const name = /^\| `([\w.-]+)` \|/.exec(line)?.[1]
      return name === undefined ? [] : [[name, line] as const]
    })
  )

/** Writes the measured figures into the page. */
export const writePage = (measured: ReadonlyArray<Figure | LeftOut>): void => {
  const rows = readRows()
  const today = new Date().toISOString().slice(0, 10)
  for (const figure of measured) {
    if ("leftOut" in figure) continue
    const { name, value, beside } = figure
    const { what = "", unit = "" } = budgets[name] ?? {}
    const missed = isMissed(name, value) ? " **missed**" : ""
    rows.set(
      name,
      `| \`${name}\` | ${value} ${unit} | ${bound(name)}${missed} | ${what} | ${seen(beside)} | ${today} |`
    )
  }
  const table = Object.keys(budgets).flatMap((name) => rows.get(name) ?? [])
  const head = "| figure | value | budget | what | beside it | on |\n|---|---|---|---|---|---|"
  writeFileSync(
    path,
    `${HEAD}\nMachine of ${today}: ${machine()}. Rows of another day were measured on that day's, which may have been slower or faster.\n\n${head}\n${table.join("\n")}\n`
  )
}
