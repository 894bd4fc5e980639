/**
 * `pnpm matrix [GROUP…]`: packs the packages, installs them into empty projects, and pays on each runtime, runner and
 * bundler. Writes what was run into docs/runtimes.md. Run it after `pnpm build`; it needs a registry.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { packInto, root } from "../packages.ts"
import { type Check, type Group, groups } from "./groups.ts"
import { type Row, rowsOf, withGroup } from "./page.ts"

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

const page = join(root, "docs/runtimes.md")
const today = new Date().toISOString().slice(0, 10)
let failures = 0

const say = (what: string, error: unknown) => {
  failures++
  console.error(`${what}: ${error instanceof Error ? error.message : String(error)}`)
}

const versionOf = ({ version }: Check): string => {
  try {
    return version()
  } catch {
    return "unknown"
  }
}

const check = async (group: string, each: Check): Promise<Row> => {
  const { what, tried, run } = each
  const row = { group, what, version: versionOf(each), tried, on: today }
  const since = performance.now()
  try {
    await run()
    console.log(`${what} ${row.version}: ${tried} (${((performance.now() - since) / 1000).toFixed(1)} s)`)
    return { ...row, held: true }
  } catch (error) {
    say(what, error)
    return { ...row, held: false }
  }
}

/** The rows of a group; if it could not be set up, the rows of the last run, marked as failed. */
const rowsOfGroup = async (name: string, group: Group): Promise<ReadonlyArray<Row>> => {
  try {
    const rows: Array<Row> = []
    for (const each of group(join(place, name), packed)) rows.push(await check(name, each))
    return rows
  } catch (error) {
    say(`the group ${name} could not be set up`, error)
    const before = rowsOf(readFileSync(page, "utf8")).filter((row) => row.group === name)
    return before.map((row) => ({ ...row, held: false, on: today }))
  }
}

for (const [name, group] of Object.entries(groups)) {
  if (asked.length > 0 && !asked.includes(name)) continue
  const rows = await rowsOfGroup(name, group)
  writeFileSync(page, withGroup(readFileSync(page, "utf8"), name, rows, Object.keys(groups)))
}

if (failures > 0) process.exit(1)
