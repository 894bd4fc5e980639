/** The Release workflow's settings on GitHub; `pnpm pack:check` rehearses its commands. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { parse } from "yaml"
import { readSteps } from "../../scripts/rehearsal/workflow.ts"
import { root } from "../../scripts/release/members.ts"

const { permissions, env, jobs } = parse(readFileSync(join(root, ".github/workflows/release.yml"), "utf8"))
const values = { "github.server_url": "https://h", "github.repository": "o/n", "secrets.NPM_TOKEN": "secret" }

const commandsOf = (job: { readonly steps: ReadonlyArray<{ readonly run?: string }> }) =>
  job.steps.flatMap(({ run }) => run ?? [])

describe("the Release workflow", () => {
  it("may push tags and attest a package's origin, and nothing else", () => {
    assert.deepStrictEqual(permissions, { contents: "read" })
    assert.deepStrictEqual(jobs.release.permissions, { contents: "write", "id-token": "write" })
  })

  it("has npm's token for publishing, and for nothing else", () => {
    const knowing = jobs.release.steps.filter((step: object) => JSON.stringify(step).includes("secrets."))
    assert.deepStrictEqual(
      knowing.map(({ run }: { readonly run?: string }) => run),
      ["npx pnpm release --checked --provenance"]
    )
    assert.notInclude(JSON.stringify([env, jobs.release.env, jobs.checks]), "secrets.")
  })

  it("runs every check before it publishes, in a job without rights", () => {
    const { checks, release } = jobs
    assert.include(commandsOf(checks), "bash .ci/run")
    assert.strictEqual(release.needs, "checks")
    assert.notProperty(checks, "permissions")
    assert.notProperty(checks, "environment")
    const [checkout] = checks.steps
    assert.isFalse(checkout.with["persist-credentials"])
    // Publishing runs no test: it builds what was tested.
    assert.deepStrictEqual(
      commandsOf(release).filter((run) => run.startsWith("npx pnpm ")),
      ["npx pnpm build", "npx pnpm release --checked --provenance"]
    )
  })

  it("is rehearsed with the values that it takes from GitHub", () => {
    const steps = readSteps(values)
    assert.deepStrictEqual(steps.at(-1), {
      run: "npx pnpm release --checked --provenance",
      env: { RELEASE_REPOSITORY: "https://h/o/n", NODE_AUTH_TOKEN: "secret" }
    })
    assert.throws(() => readSteps({}), "the Release workflow asks for github.server_url")
  })
})
