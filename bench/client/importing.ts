/**
 * How long the published client takes to import on Node beside stripe, and beside effect's own module that its journals are
 * written in: each in a process of its own, in turns. Processor time, which other work on the machine disturbs least.
 */
import { execFileSync } from "node:child_process"
import { fileURLToPath } from "node:url"

const ROUNDS = 11
const BUDGET = 0.9

const root = fileURLToPath(new URL("../..", import.meta.url))

/** Milliseconds that a fresh process works to import something. */
const importing = (what: string): number => {
  const code = `const begin = process.cpuUsage()
await import(${JSON.stringify(what)})
const { user, system } = process.cpuUsage(begin)
console.log((user + system) / 1000)`
  const flags = ["--input-type=module", "--eval", code]
  return Number(execFileSync(process.execPath, flags, { cwd: import.meta.dirname, encoding: "utf8" }))
}

const median = (numbers: ReadonlyArray<number>): number => [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? 0

/** Builds what is measured first. */
export const rows = () => {
  const tsc = `${root}/node_modules/.bin/tsc`
  execFileSync(tsc, ["-p", `${root}/packages/core/tsconfig.build.json`])
  const cwd = `${root}/packages/client`
  execFileSync(tsc, ["-p", "tsconfig.build.json"], { cwd })
  const library = [`${root}/scripts/library.ts`, "@hipay-pos/core/plain", "@hipay-pos/core/Defined", "@hipay-pos/files"]
  execFileSync(process.execPath, library, { cwd, stdio: "ignore" })
  const rounds = Array.from({ length: ROUNDS }, () => ({
    client: importing("@hipay-pos/client"),
    stripe: importing("stripe"),
    effect: importing("effect/Effect")
  }))
  return [
    {
      name: "import of @hipay-pos/client on Node beside import of stripe",
      milliseconds: Math.round(median(rounds.map(({ client }) => client))),
      stripeMilliseconds: Math.round(median(rounds.map(({ stripe }) => stripe))),
      effectMilliseconds: Math.round(median(rounds.map(({ effect }) => effect))),
      ratio: Number(median(rounds.map(({ client, stripe }) => client / stripe)).toFixed(2)),
      budget: BUDGET
    }
  ]
}
