/**
 * Turns the changesets into versions and changelogs: `pnpm version-packages`. Adds a changeset for every unnamed member that
 * has changed since its release or that the release reaches, writes the versions into the sources that show them, and updates
 * the lock file. The first release is described by its READMEs: see `first.ts`.
 */
import { execFileSync, spawnSync } from "node:child_process"
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { contains, handsOn } from "./changelog.ts"
import { firstChangelog, withoutBeforeFirst } from "./first.ts"
import { type Manifest, pendingChangesets, readMembers, root } from "./members.ts"
import { type Bump, reach } from "./reach.ts"
import { isChanged, type Released, readReleased } from "./released.ts"

interface Release {
  readonly name: string
  readonly type: Bump
  /** The changesets that name it; none for a dependant that changesets adds automatically. */
  readonly changesets: ReadonlyArray<string>
}

interface Status {
  readonly releases: ReadonlyArray<Omit<Release, "type"> & { readonly type: Bump | "none" }>
}

const shown = { cwd: root, stdio: ["ignore", "inherit", "inherit"] } as const

const run = (command: string, ...args: ReadonlyArray<string>) => execFileSync(command, args, shown)

/**
 * The releases that the changesets request, and the dependants that changesets adds automatically. Undefined if it says that
 * they cannot be read, or that none is there and packages have changed.
 */
const readPlan = (): ReadonlyArray<Release> | undefined => {
  const folder = mkdtempSync(join(root, ".changeset", "status-"))
  try {
    const file = join(folder, "status.json")
    const { status, error } = spawnSync("changeset", ["status", "--output", file.slice(root.length)], shown)
    if (error !== undefined) throw error
    if (status !== 0) return undefined
    const { releases }: Status = JSON.parse(readFileSync(file, "utf8"))
    return releases.filter((release): release is Release => release.type !== "none")
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const first = () => {
  for (const { name, folder, manifest } of readMembers().filter((member) => member.isPublished)) {
    writeFileSync(join(folder, "CHANGELOG.md"), firstChangelog(name, manifest.version))
  }
  for (const file of pendingChangesets()) rmSync(join(root, file))
  const pages = execFileSync("git", ["ls-files", "*.md"], { cwd: root, encoding: "utf8" }).trim().split("\n")
  for (const file of pages.map((page) => join(root, page)).filter(existsSync)) {
    const text = readFileSync(file, "utf8")
    const after = withoutBeforeFirst(text)
    if (after !== text) writeFileSync(file, after)
  }
}

const next = (plan: ReadonlyArray<Release>, released: Released) => {
  const members = readMembers()
  const published = members.filter((member) => member.isPublished)
  const differing = published.filter((member) => isChanged(member, members, released)).map(({ name }) => name)
  const named = plan.filter(({ changesets }) => changesets.length > 0).map(({ name }) => name)
  const changed = new Set([...named, ...differing])
  const planned = new Map(plan.map(({ name, type }) => [name, type]))
  for (const [name, { bump, built, handedOn }] of reach(planned, members, changed)) {
    const changes = built.filter((each) => changed.has(each))
    // Users cannot look up the changes of a private package.
    const known = changes.filter((each) => published.some((member) => member.name === each))
    const file = join(root, ".changeset", `contains-${name.replace("@hipay-pos/", "")}.md`)
    // A patch of a dependency is already in the line about dependencies.
    const handed = bump === "patch" ? [] : handedOn.filter((each) => changed.has(each))
    const sentences = [contains(known.length > 0 ? known : changes), handsOn(handed)].filter(Boolean).join(" ")
    const summary = sentences === "" && changed.has(name) ? "Internal changes." : sentences
    writeFileSync(file, `---\n"${name}": ${bump}\n---\n\n${summary}\n`)
  }
  run("changeset", "version")
  // A private package is not installed by users, and its changelog not read.
  for (const changelog of globSync("{*,*/*}/CHANGELOG.md", { cwd: root, exclude: ["node_modules"] })) {
    const manifest: Manifest = JSON.parse(readFileSync(join(root, dirname(changelog), "package.json"), "utf8"))
    if (manifest.private === true) rmSync(join(root, changelog))
  }
}

// Read for the first release as well: a changeset that cannot be read is an error.
const plan = readPlan()
if (plan === undefined) {
  const problem =
    pendingChangesets().length > 0
      ? "the changesets cannot be read; the reason is above"
      : "packages have changed, and there is no changeset. If this ran before, its versions and changelogs are written: commit them. Otherwise add a changeset: npx changeset"
  console.error(`version-packages: ${problem}`)
  process.exit(1)
}
// Decided by the releases: unreleased versions may have changelogs.
const released = readReleased(readMembers().filter((member) => member.isPublished))
if (released.tags.size === 0) first()
else next(plan, released)

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
