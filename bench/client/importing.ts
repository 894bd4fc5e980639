/**
 * How long the packed client takes to import on Node beside effect's Schema, which every user of it has to load: each in
 * a process of its own, in turns.
 */
import { execFileSync } from "node:child_process"
import { fileURLToPath } from "node:url"

const ROUNDS = 11
const BUDGET = 1.4

const root = fileURLToPath(new URL("../..", import.meta.url))

/** Milliseconds that a fresh process takes to import something. */
const importing = (what: string): number => {
  const code = `const begin = performance.now(); await import(${JSON.stringify(what)}); console.log(performance.now() - begin)`
  const flags = ["--input-type=module", "--eval", code]
  return Number(execFileSync(process.execPath, flags, { cwd: import.meta.dirname, encoding: "utf8" }))
}

const median = (numbers: ReadonlyArray<number>): number => [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? 0

/** Builds what is measured first. */
export const rows = () => {
  for (const name of ["core", "files", "client"]) {
    execFileSync(`${root}/node_modules/.bin/tsc`, ["-p", `${root}/packages/${name}/tsconfig.build.json`])
  }
  const rounds = Array.from({ length: ROUNDS }, () => ({
    client: importing("@hipay-pos/client"),
    schema: importing("effect/Schema")
  }))
  return [
    {
      name: "import of @hipay-pos/client on Node beside import of effect/Schema",
      milliseconds: Math.round(median(rounds.map(({ client }) => client))),
      schemaMilliseconds: Math.round(median(rounds.map(({ schema }) => schema))),
      ratio: Number(median(rounds.map(({ client, schema }) => client / schema)).toFixed(2)),
      budget: BUDGET
    }
  ]
}
