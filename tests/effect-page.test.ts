/** The examples of docs/effect.md run, and print what the page says. */
import { execFile } from "node:child_process"
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { assert, describe, it } from "vitest"

const page = readFileSync(new URL("../docs/effect.md", import.meta.url), "utf8")
const block = (name: string): string => new RegExp(`\`\`\`${name}\\n([\\s\\S]*?)\`\`\``).exec(page)?.[1] ?? ""

/** Runs in this folder, which has every library. */
const run = async (code: string): Promise<string> => {
  const flags = ["--conditions=@hipay-pos/source", "--input-type=module-typescript", "--eval", code]
  const cwd = fileURLToPath(new URL(".", import.meta.url))
  return (await promisify(execFile)(process.execPath, flags, { cwd })).stdout
}

describe("the example of the page for Effect users", () => {
  it("pays, and prints what the page says", async () => {
    assert.strictEqual(await run(block("ts pay")), block("text"))
  }, 180_000)

  it("pays at the mock that a layer started", async () => {
    assert.strictEqual(await run(block("ts mock")), "Declined Approved\n1\n")
  }, 180_000)

  it("reads a notification, and writes it by its schema", async () => {
    assert.strictEqual(await run(block("ts notification")), "ORDER_1: 118\n")
  }, 180_000)

  it("keeps its journal in a file, which has no attempts yet", async () => {
    assert.strictEqual(await run(block("ts layers")), "0\n")
  }, 180_000)
})
