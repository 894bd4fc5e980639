/**
 * How long the published client takes to import on Node, compared with stripe and with the effect module that its journals
 * use: each in a process of its own, in turns. Processor time, which other work on the machine disturbs least.
 */
import { execFileSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import type { Figure, LeftOut } from "../measure/Figure.ts"
import { ASKED_FOR } from "../measure/peers.ts"
import { median, rounded } from "../measure/statistics.ts"

const ROUNDS = 11

const root = fileURLToPath(new URL("../..", import.meta.url))

/** Milliseconds of processor time that a fresh process needs to import something, resolved from a folder. */
const importing = (what: string, cwd = import.meta.dirname): number => {
  const code = `const begin = process.cpuUsage()
await import(${JSON.stringify(what)})
const { user, system } = process.cpuUsage(begin)
console.log((user + system) / 1000)`
  const flags = ["--input-type=module", "--eval", code]
  return Number(execFileSync(process.execPath, flags, { cwd, encoding: "utf8" }))
}

/** Builds the packages before they are measured. */
export const figures = (peers: string | undefined): ReadonlyArray<Figure | LeftOut> => {
  const build = ["run", "build", "--filter", "@hipay-pos/client", "--output-logs=errors-only"]
  execFileSync(`${root}/node_modules/.bin/turbo`, build, { cwd: root, stdio: "ignore" })
  const rounds = Array.from({ length: ROUNDS }, () => ({
    client: importing("@hipay-pos/client"),
    stripe: importing("stripe"),
    effect: importing("effect/Effect"),
    adyen: peers === undefined ? Number.NaN : importing("@adyen/api-library", peers),
    openapiFetch: peers === undefined ? Number.NaN : importing("openapi-fetch", peers)
  }))
  type Round = (typeof rounds)[number]
  const milliseconds = (of: keyof Round) => Math.round(median(rounds.map((round) => round[of])))
  const besideStripe = (of: keyof Round) => rounded(median(rounds.map((round) => round[of] / round.stripe)))
  return [
    {
      name: "client.import",
      value: besideStripe("client"),
      beside: {
        milliseconds: milliseconds("client"),
        stripeMilliseconds: milliseconds("stripe"),
        effectMilliseconds: milliseconds("effect")
      }
    },
    ...(["adyen", "openapiFetch"] as const).map((of) => {
      const name = of === "adyen" ? "client.import-adyen" : "client.import-openapi-fetch"
      return peers === undefined
        ? { name, leftOut: ASKED_FOR }
        : { name, value: besideStripe(of), beside: { milliseconds: milliseconds(of) } }
    })
  ]
}
