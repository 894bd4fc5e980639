/**
 * `pnpm matrix [GROUP…]`: packs the packages, installs them into empty projects, and pays on each runtime, runner and
 * bundler. Writes what was run into docs/runtimes.md. Run it after `pnpm build`; it needs a registry.
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { packInto } from "../packages.ts"
import { type Check, groups } from "./groups.ts"
import { writeRow } from "./page.ts"

const asked = process.argv.slice(2)
for (const name of asked) {
  if (groups[name] !== undefined) continue
  console.error(`pnpm matrix: there is no group ${name}; there are ${Object.keys(groups).join(", ")}`)
  process.exit(2)
}

const place = mkdtempSync(join(tmpdir(), "matrix-"))
process.once("exit", () => rmSync(place, { recursive: true, force: true }))
const tarballs = join(place, "tarballs")
mkdirSync(tarballs)
const packed = packInto(tarballs)

let failures = 0

const fail = (what: string, error: unknown) => {
  failures++
  console.error(`${what}: ${error instanceof Error ? error.message : String(error)}`)
}

const check = (group: string, { what, version, tried, run }: Check) => {
  const since = performance.now()
  try {
    run()
    writeRow({ group, what, version: version(), tried })
    console.log(`${what} ${version()}: ${tried} (${((performance.now() - since) / 1000).toFixed(1)} s)`)
  } catch (error) {
    fail(what, error)
  }
}

for (const [name, group] of Object.entries(groups)) {
  if (asked.length > 0 && !asked.includes(name)) continue
  try {
    for (const each of group(join(place, name), packed)) check(name, each)
  } catch (error) {
    fail(`the group ${name} could not be set up`, error)
  }
}

if (failures > 0) process.exit(1)
