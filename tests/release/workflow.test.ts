/** The Release workflow's settings on GitHub; `pnpm pack:check` rehearses its commands. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { parse } from "yaml"
import { readSteps } from "../../scripts/rehearsal/workflow.ts"
import { root } from "../../scripts/release/members.ts"

const { permissions, jobs } = parse(readFileSync(join(root, ".github/workflows/release.yml"), "utf8"))
const values = { "github.server_url": "https://h", "github.repository": "o/n", "secrets.NPM_TOKEN": "secret" }

describe("the Release workflow", () => {
  it("may push tags and attest a package's origin, and nothing else", () => {
    assert.deepStrictEqual(permissions, { contents: "read" })
    assert.deepStrictEqual(jobs.release.permissions, { contents: "write", "id-token": "write" })
  })

  it("has npm's token for publishing, but not for the tests", () => {
    const knowing = jobs.release.steps.filter((step: object) => JSON.stringify(step).includes("secrets."))
    assert.deepStrictEqual(
      knowing.map(({ run }: { readonly run?: string }) => run),
      ["npx pnpm release --checked --provenance"]
    )
    assert.notInclude(JSON.stringify(jobs.release.env), "secrets.")
  })

  it("runs every check before it publishes", () => {
    const commands: ReadonlyArray<string | undefined> = jobs.release.steps.map(
      ({ run }: { readonly run?: string }) => run
    )
    const checks = commands.indexOf("bash .ci/run")
    assert.isAbove(checks, 0)
    assert.isAbove(
      commands.findIndex((run) => run?.includes("--provenance")),
      checks
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
