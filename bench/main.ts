/**
 * `pnpm bench NAME… [--json] [--page]`: measures, and checks the figures against budgets.ts. `all` runs every benchmark, one
 * after the other; `compare REV NAME…` compares the packages of another commit with these, by default in all that
 * have a budget. `--page` writes the figures into docs/performance.md. Without a name, lists them.
 *
 * Ends with 1 if a budget is missed, with 2 if a name is not known.
 */
import { spawnSync } from "node:child_process"
import { readdirSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { budgets, isMissed } from "./budgets.ts"
import { bound } from "./measure/bound.ts"
import { compare } from "./measure/compare.ts"
import type { Figure, LeftOut, Measure } from "./measure/Figure.ts"
import { writePage } from "./measure/page.ts"

const {
  values: { json, page },
  positionals
} = parseArgs({
  options: { json: { type: "boolean", default: false }, page: { type: "boolean", default: false } },
  allowPositionals: true
})

const benchmarks = readdirSync(new URL(".", import.meta.url))
  .filter((file) => file.endsWith(".ts") && file !== "main.ts" && file !== "budgets.ts")
  .map((file) => file.slice(0, -".ts".length))

const asText = (figure: Figure | LeftOut): string => {
  const what = budgets[figure.name]?.what ?? ""
  const name = figure.name.padEnd(24)
  if ("leftOut" in figure) return `${name} not measured: ${figure.leftOut}`
  const value = `${figure.value} ${budgets[figure.name]?.unit ?? ""}`.padEnd(10)
  const missed = isMissed(figure.name, figure.value) ? "MISSED: " : ""
  const beside = figure.beside === undefined ? "" : `\n${" ".repeat(25)}${JSON.stringify(figure.beside)}`
  return `${name} ${value} ${(missed + bound(figure.name)).padEnd(26)} ${what}${beside}`
}

const asJson = (figure: Figure | LeftOut): string =>
  JSON.stringify({
    ...figure,
    ...budgets[figure.name],
    ...("value" in figure && isMissed(figure.name, figure.value) ? { missed: true } : {})
  })

const run = async (name: string): Promise<void> => {
  const { measure } = (await import(`./${name}.ts`)) as { readonly measure: Measure }
  const figures = await measure()
  for (const figure of figures) {
    if (budgets[figure.name] === undefined) throw new Error(`${figure.name} is not in budgets.ts`)
    console.log(json ? asJson(figure) : asText(figure))
  }
  if (figures.some((figure) => "value" in figure && isMissed(figure.name, figure.value))) process.exitCode = 1
  if (page) writePage(figures)
}

/** Runs each in a process of its own, so that none benefits from code that another has compiled. */
const runApart = (names: ReadonlyArray<string>): void => {
  const flags = [...(json ? ["--json"] : []), ...(page ? ["--page"] : [])]
  for (const name of names) {
    const args = [...process.execArgv, fileURLToPath(import.meta.url), name, ...flags]
    const { status } = spawnSync(process.execPath, args, { stdio: "inherit" })
    if (status !== 0) process.exitCode = 1
  }
}

const hasBudget = (benchmark: string): boolean =>
  Object.keys(budgets).some((figure) => figure.startsWith(`${benchmark}.`) && bound(figure) !== "")

const [first = "", rev, ...compared] = positionals

/** What to measure: nothing without a name, or without a commit to compare with. */
const chosen = (): ReadonlyArray<string> => {
  if (first === "all") return benchmarks
  if (first !== "compare") return positionals
  if (rev === undefined) return []
  return compared.length > 0 ? compared : benchmarks.filter(hasBudget)
}

const names = chosen()

if (names.length === 0 || names.some((name) => !benchmarks.includes(name))) {
  console.error(`pnpm bench ${benchmarks.join("|")}|all [--json] [--page]\npnpm bench compare REV [NAME…] [--json]`)
  process.exitCode = 2
} else if (first === "compare" && rev !== undefined) {
  compare(rev, names, json)
} else if (names.length > 1) {
  runApart(names)
} else {
  await run(first)
  // Connections and workers of the measured code may still be open.
  process.exit()
}
