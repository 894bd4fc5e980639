/**
 * What was released before, and from where. A release pushes the tag `NAME@VERSION` of its commit before it publishes that
 * version, so that git knows of every version that npm has, even where a release stopped halfway. A clone that does not is
 * refused.
 */
import { execFileSync, spawnSync } from "node:child_process"
import { join, relative } from "node:path"
import { type Manifest, type Package, root } from "./members.ts"
import { partsOf } from "./reach.ts"

export interface Released {
  /** The tags of all releases, from whichever branch. */
  readonly tags: ReadonlySet<string>
  /** By name, the version that npm installs where none is asked for; without packages that it does not have. */
  readonly latest: ReadonlyMap<string, string>
}

const git = (...args: ReadonlyArray<string>) => execFileSync("git", args, { cwd: root, encoding: "utf8" }).trim()

export const versionTag = ({ name, manifest }: Package): string => `${name}@${manifest.version}`

/** Whether what a tag names is in the history of this checkout. */
const isContained = (tag: string): boolean =>
  spawnSync("git", ["merge-base", "--is-ancestor", tag, "HEAD"], { cwd: root }).status === 0

const readLatest = (name: string): string | undefined => {
  const { status, stdout, stderr } = spawnSync("pnpm", ["view", name, "dist-tags.latest", "--json"], {
    cwd: root,
    encoding: "utf8"
  })
  if (status === 0) return JSON.parse(stdout)
  if (stdout.includes("ERR_PNPM_FETCH_404")) return undefined
  throw new Error(`npm does not say what the latest ${name} is: ${stdout}${stderr}`)
}

/** Asks git and npm what was released of the published packages. */
export const readReleased = (published: ReadonlyArray<Package>): Released => {
  if (git("rev-parse", "--is-shallow-repository") === "true") {
    throw new Error("a shallow clone does not know what was released: run git fetch --unshallow --tags")
  }
  const tags = new Set(git("tag", "--list", "*@*").split("\n").filter(Boolean))
  const latest = new Map<string, string>()
  for (const { name } of published) {
    const version = readLatest(name)
    if (version === undefined) continue
    if (!tags.has(`${name}@${version}`)) {
      throw new Error(
        `npm has ${name}@${version}, and git has no tag of it: run git fetch --tags, or tag the commit that it was released from`
      )
    }
    latest.set(name, version)
  }
  return { tags, latest }
}

/** What its users can see of a manifest, whatever the version. */
const visible = ({ version: _version, scripts: _scripts, devDependencies: _tools, ...fields }: Manifest): string =>
  JSON.stringify(fields)

/**
 * Whether a package has something else in it than the release of its version, by the sources of what is built into it as
 * well. False where its version has no release yet. Pages do not count.
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

/** npm's name for what `npm install` takes, or for a fix of the minor before it. */
export type DistTag = "latest" | "previous"

/**
 * The name that a release gives to a package. A commit without npm's latest in its history fixes an older version:
 * "previous", or undefined where it has the same minor version as latest, and would look newer although it has less in it.
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
