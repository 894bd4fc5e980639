/**
 * Publishes every package whose version the registry does not have yet, and tags its commit: `pnpm release`. Everything
 * that CI checks is checked first; `--checked` says that it just was. Other arguments go to `pnpm publish`, such as
 * `--dry-run` or `--provenance`. The manifests and READMEs name the repository only in what is published: the checkout is
 * afterwards as it was. A release that stopped halfway is finished by running it again.
 */
import { execFileSync } from "node:child_process"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { join, relative } from "node:path"
import { isBeforeFirst } from "./first.ts"
import { isPublished, pendingChangesets, readMembers, root } from "./members.ts"
import { absoluteLinks, placeFields, readRepository } from "./stamp.ts"

const run = (command: string, ...args: ReadonlyArray<string>) =>
  execFileSync(command, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] })
const output = (command: string, ...args: ReadonlyArray<string>) =>
  execFileSync(command, args, { cwd: root, encoding: "utf8" })

const read = (file: string) => readFileSync(file, "utf8")

const published = readMembers().filter(isPublished)

/** Refuses a checkout that is not what people should get. */
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

/** Refuses packages that were not built: npm would take them. */
const checkBuilt = () => {
  for (const { folder, manifest } of published) {
    const missing = manifest.files?.find((file) => !existsSync(join(folder, file)))
    if (missing !== undefined)
      throw new Error(`${relative(root, join(folder, missing))} is missing: run npx pnpm build`)
  }
}

const publish = (repository: string, args: ReadonlyArray<string>) => {
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
    run("pnpm", "publish", "--recursive", "--access", "public", "--no-git-checks", ...args)
  } finally {
    for (const [file, text] of kept) writeFileSync(file, text)
  }
}

/** Tags what has none yet. Without a message, because that needs an author. */
const tag = () => {
  const tagged = new Set(output("git", "tag").split("\n"))
  for (const { name, manifest } of published) {
    const version = `${name}@${manifest.version}`
    if (!tagged.has(version)) run("git", "tag", version)
  }
}

try {
  const [, , ...args] = process.argv
  const isDryRun = args.includes("--dry-run")
  const setting = process.env.RELEASE_REPOSITORY || JSON.parse(read(join(root, "release.json"))).repository
  const repository = readRepository(setting)
  checkCheckout()
  if (!args.includes("--checked")) run("bash", ".ci/run")
  if (!isDryRun) checkBuilt()
  publish(
    repository,
    args.filter((arg) => arg !== "--checked")
  )
  if (!isDryRun) tag()
} catch (error) {
  console.error(`release: ${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
}
