/** The README's examples print what it says they print. */
import { execFile } from "node:child_process"
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { assert, describe, it } from "@effect/vitest"

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8")
const here = fileURLToPath(new URL("..", import.meta.url))

const block = (language: string, name: string) =>
  new RegExp(`\`\`\`${language} ${name}\\n([\\s\\S]*?)\`\`\``).exec(readme)?.[1] ?? ""

const run = async (code: string): Promise<string> => {
  const flags = ["--conditions=@hipay-pos/source", "--input-type=module-typescript", "--eval", code]
  return (await promisify(execFile)(process.execPath, flags, { cwd: here })).stdout
}

describe("the README", () => {
  it.each(["basket", "findings", "receipt"])(
    "prints what it shows under %s",
    async (name) => {
      const shown = block("text", name)
      assert.isNotEmpty(shown)
      assert.strictEqual(await run(block("ts", name)), shown)
    },
    30_000
  )

  it("names every module", async () => {
    const names = (await run('import * as core from "@hipay-pos/core"; console.log(Object.keys(core).join())')).trim()
    for (const name of names.split(",").filter((name) => !["Fraction", "TransactionType"].includes(name))) {
      assert.include(readme, `\`${name}\``)
    }
  }, 30_000)
})
