/** The scenarios of an examination: listed, and chosen by their names. */
import { type CommandFailed, refuse } from "@hipay-pos/cli-kit"
import * as Effect from "effect/Effect"
import type { Language } from "../Language.ts"
import { severityIn } from "../till/report/words.ts"
import { needsOf } from "../till/runScenario.ts"
import type { Scenario } from "../till/Scenario.ts"
import { scenarios } from "../till/scenarios/index.ts"

/** The scenarios, as JSON. */
export const listed = (language: Language) =>
  scenarios.map((each) => ({
    name: each.name,
    title: each.title[language],
    severity: each.severity,
    reason: each.reason[language],
    right: each.right[language],
    needs: needsOf(each)
  }))

/** The same as text. */
export const listLines = (language: Language): string =>
  listed(language)
    .map(
      ({ name, title, severity, reason }) =>
        `${name.padEnd(22)}${title} (${severityIn(language, severity)})\n${"".padEnd(22)}${reason}`
    )
    .join("\n")

/** The scenarios of `--only`, from that of `--from` on; all by default. */
export const choose = (
  verb: string,
  { only, from }: { readonly only: string; readonly from: string }
): Effect.Effect<ReadonlyArray<Scenario>, CommandFailed> => {
  const names = only
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "")
  const known = scenarios.map(({ name }) => name)
  const odd = [...names, ...(from === "" ? [] : [from])].find((name) => !known.includes(name))
  if (odd !== undefined) {
    return Effect.fail(refuse(`${verb}: unknown scenario ${JSON.stringify(odd)}; expected one of ${known.join(", ")}`))
  }
  if (only !== "" && names.length === 0) return Effect.fail(refuse(`${verb}: --only: expected names of scenarios`))
  const chosen = scenarios.filter(({ name }) => names.length === 0 || names.includes(name))
  const first = from === "" ? 0 : chosen.findIndex(({ name }) => name === from)
  return first === -1
    ? Effect.fail(refuse(`${verb}: --from: ${from} is not among the scenarios of --only`))
    : Effect.succeed(chosen.slice(first))
}
