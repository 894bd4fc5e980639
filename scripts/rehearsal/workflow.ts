/** The commands of the Release workflow, for a rehearsal of them. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { parse } from "yaml"
import { root } from "../release/members.ts"

export interface Step {
  readonly run: string
  readonly env: Readonly<Record<string, string>>
}

interface Job {
  readonly steps: ReadonlyArray<Partial<Step>>
}

interface Workflow {
  readonly env: Step["env"]
  readonly jobs: { readonly checks: Job; readonly release: Job }
}

/** Steps that precede a rehearsal: the installation, the build and the checks, one of which is the rehearsal. */
const DONE = [/^npx -y pnpm@\S+ install /, /^npx pnpm build$/, /^bash \.ci\/run$/]

/** The release commands, with values for the variables that the workflow takes from GitHub. */
export const readSteps = (values: Readonly<Record<string, string>>): ReadonlyArray<Step> => {
  const text = readFileSync(join(root, ".github/workflows/release.yml"), "utf8").replaceAll(
    /\$\{\{ (\S+) \}\}/g,
    (_, name: string) => {
      const value = values[name]
      if (value === undefined) throw new Error(`the Release workflow asks for ${name}`)
      return value
    }
  )
  const { env, jobs } = parse(text) as Workflow
  return [...jobs.checks.steps, ...jobs.release.steps]
    .flatMap((step) => (step.run === undefined ? [] : [{ run: step.run, env: { ...env, ...step.env } }]))
    .filter(({ run }) => !DONE.some((done) => done.test(run)))
}
