/** The README's examples for test runners. Those for Jest and Playwright Test are run by `pnpm matrix`. */
import { execFile } from "node:child_process"
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { assert, describe, it } from "vitest"

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8")
const block = (name: string): string => new RegExp(`\`\`\`${name}\\n([\\s\\S]*?)\`\`\``).exec(readme)?.[1] ?? ""

/** Runs in the folder of tests, which has every library. */
const run = async (code: string): Promise<string> => {
  const flags = ["--conditions=@hipay-pos/source", "--input-type=module-typescript", "--eval", code]
  const cwd = fileURLToPath(new URL("../../../tests", import.meta.url))
  // What this process got of a runner of its own is not for a child.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  return (await promisify(execFile)(process.execPath, flags, { cwd, env })).stdout
}

describe("the README's example", () => {
  it("for Vitest is the one of the tests", () => {
    assert.strictEqual(
      block("ts vitest"),
      readFileSync(new URL("../../../tests/test-kit.test.ts", import.meta.url), "utf8")
    )
  })

  it("for node:test passes", async () => {
    assert.match(await run(block("ts node-test")), /pass 1\n.*fail 0\n/)
  })

  it("for msw prints what it says", async () => {
    assert.strictEqual(await run(block("ts msw")), "up\n")
  })
})
