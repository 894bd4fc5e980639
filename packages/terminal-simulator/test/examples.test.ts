/** The examples of docstrings run, and print what they say. */
import { execFile } from "node:child_process"
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { assert, describe, it } from "@effect/vitest"

const here = fileURLToPath(new URL("..", import.meta.url))

/** The code of the first example in a file. */
const exampleOf = (file: string): string => {
  const [, block = ""] = /@example\n \* ```ts\n([\s\S]*?) \* ```/.exec(readFileSync(`${here}/${file}`, "utf8")) ?? []
  return block.replace(/^ \* ?/gm, "")
}

const run = async (code: string): Promise<string> => {
  const flags = ["--conditions=@hipay-pos/source", "--input-type=module-typescript", "--eval", code]
  return (await promisify(execFile)(process.execPath, flags, { cwd: here })).stdout
}

describe("the example", () => {
  it("of TerminalSimulator.layer prints the amount that was charged", async () => {
    const code = exampleOf("src/TerminalSimulator.ts")
    const [, printed] = /console\.log\(.*\) \/\/ (.*)/.exec(code) ?? []
    assert.strictEqual(printed, "1245")
    assert.strictEqual(await run(code), `${printed}\n`)
  }, 30_000)
})
