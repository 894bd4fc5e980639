/**
 * Turns the changesets into versions and changelogs: `pnpm version-packages`. Adds a changeset for every member that the
 * release reaches without naming it, writes the versions into the sources that tell them, and updates the lock file.
 */
import { execFileSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { readMembers, root } from "./members.ts"
import { type Bump, reach } from "./reach.ts"

interface Status {
  readonly releases: ReadonlyArray<{ readonly name: string; readonly type: Bump | "none" }>
}

const run = (command: string, ...args: ReadonlyArray<string>) =>
  execFileSync(command, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] })

/** What the changesets ask for, and the dependants that changesets adds by itself. */
const readPlan = (): ReadonlyMap<string, Bump> => {
  const folder = mkdtempSync(join(root, ".changeset", "status-"))
  try {
    const file = join(folder, "status.json")
    run("changeset", "status", "--output", file.slice(root.length))
    const { releases }: Status = JSON.parse(readFileSync(file, "utf8"))
    return new Map(releases.flatMap(({ name, type }) => (type === "none" ? [] : [[name, type]])))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

for (const [name, { bump, from }] of reach(readPlan(), readMembers())) {
  const file = join(root, ".changeset", `contains-${name.replace("@hipay-pos/", "")}.md`)
  const words = `Contains the changes of ${from.map((each) => `\`${each}\``).join(", ")}.`
  writeFileSync(file, `---\n"${name}": ${bump}\n---\n\n${words}\n`)
}
run("changeset", "version")

const members = readMembers()
/** Writes a member's version after some text of another file than its manifest, up to the quotation mark. */
const write = (member: string, path: string, after: string) => {
  const version = members.find(({ name }) => name === member)?.manifest.version
  const file = join(root, path)
  const text = readFileSync(file, "utf8")
  const before = new RegExp(`(?<=${after}")[^"]*`)
  if (!before.test(text)) throw new Error(`${path} has no version after ${after}`)
  writeFileSync(file, text.replace(before, String(version)))
}
write("@hipay-pos/client", "packages/client/src/Server.ts", "export const VERSION = ")
write("@hipay-pos/gateway", "deploy/compose.yaml", "GATEWAY: ")
write("@hipay-pos/cli", "deploy/compose.yaml", "CLI: ")

run("pnpm", "install", "--lockfile-only")
