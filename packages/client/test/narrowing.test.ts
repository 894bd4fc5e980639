/** What a program without `strict` can make of a result. */
import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, assert, it } from "vitest"

const here = fileURLToPath(new URL(".", import.meta.url))
const folder = mkdtempSync(join(here, "narrowing-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it("a result narrows by its tag without strict checks", () => {
  const file = join(folder, "till.ts")
  writeFileSync(
    file,
    `import type { PayResult } from "@hipay-pos/client"
export const words = (result: PayResult): string =>
  result._tag === "Error" ? result.error.advice : result.outcome._tag
export const others = (result: PayResult): string => {
  if (result._tag !== "Error") return result.outcome._tag
  return result.error.advice
}
export const byOk = (result: PayResult): string => (result.ok ? result.outcome._tag : result.error.advice)
`
  )
  const tsc = fileURLToPath(new URL("../../../node_modules/.bin/tsc", import.meta.url))
  const flags =
    "--noEmit --strict false --skipLibCheck --target esnext --module nodenext --customConditions @hipay-pos/source"
  const others = "--allowImportingTsExtensions --types node --ignoreConfig --singleThreaded"
  const { stdout } = spawnSync(tsc, [...flags.split(" "), ...others.split(" "), file], { cwd: here, encoding: "utf8" })
  // The sources themselves are strict.
  const told = stdout.split("\n").filter((line) => line.includes("till.ts"))
  assert.lengthOf(told, 1)
  assert.match(told[0] ?? "", /till\.ts\(8,.*'error' does not exist/)
}, 180_000)
