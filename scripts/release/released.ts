/**
 * The earlier releases, and their commits. A release pushes the tag `NAME@VERSION` of its commit before it publishes that
 * version, so that git knows every version that npm has, even if a release stopped halfway. A clone that lacks such a tag is
 * refused.
 */
import { execFileSync, spawnSync } from "node:child_process"
import { join, relative } from "node:path"
import { type Manifest, type Package, root } from "./members.ts"
import { partsOf } from "./reach.ts"

export interface Released {
  /** The tags of all releases, from whichever branch. */
  readonly tags: ReadonlySet<string>
  /** The version that npm installs by default, by package name; without packages that npm does not have, or has as {@link RESERVED}. */
  readonly latest: ReadonlyMap<string, string>
}

const git = (...args: ReadonlyArray<string>) => execFileSync("git", args, { cwd: root, encoding: "utf8" }).trim()

export const versionTag = ({ name, manifest }: Package): string => `${name}@${manifest.version}`

/** Whether the commit of a tag is in the history of this checkout. */
const isContained = (tag: string): boolean =>
  spawnSync("git", ["merge-base", "--is-ancestor", tag, "HEAD"], { cwd: root }).status === 0

/** The version of a package that only reserves its name on npm; no package is released with it. */
const RESERVED = "0.0.0"

const readLatest = (name: string): string | undefined => {
  const { status, stdout, stderr } = spawnSync("pnpm", ["view", name, "dist-tags.latest", "--json"], {
    cwd: root,
    encoding: "utf8"
  })
  if (status === 0) return JSON.parse(stdout)
  if (stdout.includes("ERR_PNPM_FETCH_404")) return undefined
  throw new Error(`npm does not say what the latest ${name} is: ${stdout}${stderr}`)
}

/** Asks git and npm which versions of the published packages were released. */
export const readReleased = (published: ReadonlyArray<Package>): Released => {
  if (git("rev-parse", "--is-shallow-repository") === "true") {
    throw new Error("a shallow clone does not know what was released: run git fetch --unshallow --tags")
  }
  const tags = new Set(git("tag", "--list", "*@*").split("\n").filter(Boolean))
  const latest = new Map<string, string>()
  for (const { name } of published) {
    const version = readLatest(name)
    if (version === undefined || version === RESERVED) continue
    if (!tags.has(`${name}@${version}`)) {
      throw new Error(
        `npm has ${name}@${version}, and git has no tag of it: run git fetch --tags, or tag the commit that it was released from`
      )
    }
    latest.set(name, version)
  }
  return { tags, latest }
}

/** The parts of a manifest that matter to users, without the version. */
const visible = ({ version: _version, scripts: _scripts, devDependencies: _tools, ...fields }: Manifest): string =>
  JSON.stringify(fields)

/**
 * Whether a package differs from the release of its version, including the sources that are bundled into it. False if its
 * version has no release yet. Pages do not count.
 */
export const isChanged = (member: Package, members: ReadonlyArray<Package>, { tags }: Released): boolean => {
  const tag = versionTag(member)
  if (!tags.has(tag)) return false
  const at = (folder: string, ...path: ReadonlyArray<string>) => join(relative(root, folder), ...path)
  const packed = (member.manifest.files ?? []).filter((file) => !/\.(md|txt)$/.test(file))
  const unpublished = partsOf(member, members).filter((part) => !part.isPublished)
  const paths = [member, ...unpublished].map(({ folder }) => at(folder, "src"))
  paths.push(...packed.map((file) => at(member.folder, file)))
  if (spawnSync("git", ["diff", "--quiet", tag, "--", ...paths], { cwd: root }).status !== 0) return true
  return visible(JSON.parse(git("show", `${tag}:${at(member.folder, "package.json")}`))) !== visible(member.manifest)
}

const minorOf = (version: string): string => version.split(".").slice(0, 2).join(".")

/** npm's tag for the version that `npm install` takes, or for a fix of the minor before it. */
export type DistTag = "latest" | "previous"

/**
 * The tag that a release gives to a package. A commit without npm's latest in its history fixes an older version:
 * "previous", or undefined if it has the same minor version as latest, and would look newer although it lacks changes.
 */
export const distTag = (member: Package, { tags, latest }: Released): DistTag | undefined => {
  const own = versionTag(member)
  const newest = latest.get(member.name)
  const isBehind = newest !== undefined && !isContained(`${member.name}@${newest}`)
  if (isBehind && minorOf(newest) === minorOf(member.manifest.version)) return undefined
  if (tags.has(own) && !isContained(own)) {
    throw new Error(`${own} was released from another branch: begin this one at the newest tag of its minor version`)
  }
  return isBehind ? "previous" : "latest"
}
