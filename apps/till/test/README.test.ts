import { execFile } from "node:child_process"
import { mkdtempSync, readFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { assert, it } from "@effect/vitest"

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8")
const example = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? ""

it("the README's example starts a till, says where it is, and ends", { timeout: 30_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "till-"))
  assert.include(example, '"till-data"')
  const code = example.replace('"till-data"', JSON.stringify(folder))
  const flags = ["--conditions=@hipay-pos/source", "--input-type=module-typescript", "--eval", code]
  const cwd = fileURLToPath(new URL("..", import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, flags, { cwd })
  assert.match(stdout, /^http:\/\/127\.0\.0\.1:\d+\n$/)
})
