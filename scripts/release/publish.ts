/**
 * Tags the commit of every version that has no tag yet, pushes the tags, and publishes what the registry does not have:
 * `pnpm release`. Everything that CI checks is checked first; `--checked` says that it just was. Other arguments go to
 * `pnpm publish`, such as `--dry-run` or `--provenance`. A fix of an older minor version leaves npm's `latest` as it is.
 * The manifests and READMEs name the repository only in what is published; the checkout is restored afterwards. A release
 * that stopped halfway is finished by running it again.
 */
import { execFileSync } from "node:child_process"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { join, relative } from "node:path"
import { isBeforeFirst } from "./first.ts"
import { type Package, pendingChangesets, readMembers, root } from "./members.ts"
import { type DistTag, distTag, isChanged, type Released, readReleased, versionTag } from "./released.ts"
import { absoluteLinks, placeFields, readRepository } from "./stamp.ts"

const run = (command: string, ...args: ReadonlyArray<string>) =>
  execFileSync(command, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] })
const output = (command: string, ...args: ReadonlyArray<string>) =>
  execFileSync(command, args, { cwd: root, encoding: "utf8" })

const read = (file: string) => readFileSync(file, "utf8")

const members = readMembers()
const published = members.filter((member) => member.isPublished)

/** Refuses a checkout that must not be published. */
const checkCheckout = () => {
  const pending = pendingChangesets()
  if (pending.length > 0) {
    const more = pending.length > 3 ? ` and ${pending.length - 3} more` : ""
    throw new Error(
      `changesets without a version: ${pending.slice(0, 3).join(", ")}${more}; run npx pnpm version-packages, and commit what it writes`
    )
  }
  for (const { name, folder, manifest } of published) {
    const changelog = join(folder, "CHANGELOG.md")
    if (!existsSync(changelog) || !read(changelog).includes(`\n## ${manifest.version}\n`)) {
      throw new Error(`the changelog of ${name} does not have ${manifest.version}: run npx pnpm version-packages`)
    }
    for (const page of ["README.md", "AGENTS.md"]) {
      if (isBeforeFirst(read(join(folder, page)))) {
        throw new Error(`${relative(root, join(folder, page))} says what holds until the first release: take that out`)
      }
    }
  }
  if (output("git", "status", "--porcelain") !== "") throw new Error("the checkout has changes that are not committed")
}

/** Refuses a package that differs from the tag of its version. */
const checkUnchanged = (packages: Iterable<Package>, released: Released) => {
  for (const each of packages) {
    if (!isChanged(each, members, released)) continue
    throw new Error(
      `${each.name} has changed since ${versionTag(each)}: run npx pnpm version-packages, and commit what it writes`
    )
  }
}

/** Refuses packages that were not built: npm would accept them. */
const checkBuilt = () => {
  for (const { folder, manifest } of published) {
    const missing = manifest.files?.find((file) => !existsSync(join(folder, file)))
    if (missing !== undefined)
      throw new Error(`${relative(root, join(folder, missing))} is missing: run npx pnpm build`)
  }
}

/** The npm tag of each package; without packages that are released from another branch. */
const readDistTags = (released: Released): ReadonlyMap<Package, DistTag> => {
  const named = new Map<Package, DistTag>()
  for (const each of published) {
    const known = distTag(each, released)
    if (known !== undefined) named.set(each, known)
    if (known === "previous")
      console.log(`${each.name} ${each.manifest.version} does not become npm's latest: tag previous`)
    if (known === undefined)
      console.log(`${each.name} is not released: its minor version is released from another branch`)
  }
  if (named.size === 0) throw new Error("nothing to release: every package is released from another branch")
  return named
}

const publish = (repository: string, distTags: ReadonlyMap<Package, DistTag>, args: ReadonlyArray<string>) => {
  const kept = new Map(
    published
      .flatMap(({ folder }) => [join(folder, "package.json"), join(folder, "README.md")])
      .map((file) => [file, read(file)])
  )
  try {
    for (const { folder, manifest } of published) {
      const place = { repository, directory: relative(root, folder) }
      const file = join(folder, "package.json")
      writeFileSync(file, `${JSON.stringify({ ...manifest, ...placeFields(place) }, null, 2)}\n`)
      const readme = join(folder, "README.md")
      const packed = [...(manifest.files ?? []), "README.md", "LICENSE", "package.json"]
      const isPacked = (path: string) => packed.some((each) => path === each || path.startsWith(`${each}/`))
      writeFileSync(readme, absoluteLinks(read(readme), place, isPacked))
    }
    // The stamped files are changes that git would complain about.
    for (const tag of new Set(distTags.values())) {
      const filters = [...distTags].flatMap(([{ name }, its]) => (its === tag ? ["--filter", name] : []))
      const options = ["--recursive", ...filters, "--access", "public", "--no-git-checks", "--tag", tag]
      // A person may be asked for npm's one-time password.
      execFileSync("pnpm", ["publish", ...options, ...args], { cwd: root, stdio: "inherit" })
    }
  } finally {
    for (const [file, text] of kept) writeFileSync(file, text)
  }
}

/**
 * Tags this commit with the versions that have no tag yet. The tags are pushed first, all or none: if origin has one of them at
 * another commit, nothing is tagged or published. They have no message, because that would need an author.
 */
const tag = (packages: Iterable<Package>, { tags }: Released) => {
  const versions = [...packages].map(versionTag)
  const refs = versions.map((version) => `${tags.has(version) ? "" : "HEAD:"}refs/tags/${version}`)
  run("git", "push", "--quiet", "--atomic", "origin", ...refs)
  for (const version of versions) if (!tags.has(version)) run("git", "tag", version)
}

try {
  const [, , ...args] = process.argv
  const isDryRun = args.includes("--dry-run")
  const setting = process.env.RELEASE_REPOSITORY || JSON.parse(read(join(root, "release.json"))).repository
  const repository = readRepository(setting)
  checkCheckout()
  const released = readReleased(published)
  const distTags = readDistTags(released)
  checkUnchanged(distTags.keys(), released)
  if (!args.includes("--checked")) run("bash", ".ci/run")
  if (!isDryRun) {
    checkBuilt()
    tag(distTags.keys(), released)
  }
  publish(
    repository,
    distTags,
    args.filter((arg) => arg !== "--checked")
  )
} catch (error) {
  console.error(`release: ${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
}
