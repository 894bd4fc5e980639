/**
 * What was released before, and from where: every release tags its commit `NAME@VERSION`. A shallow clone does not have those
 * tags, and is refused. npm knows versions, not commits; it is asked for its `latest`.
 */
import { execFileSync, spawnSync } from "node:child_process"
import { type Package, root } from "./members.ts"

const git = (...args: ReadonlyArray<string>) => execFileSync("git", args, { cwd: root, encoding: "utf8" }).trim()

/** The tags of all releases, from whichever branch. */
export const readTags = (): ReadonlySet<string> => {
  if (git("rev-parse", "--is-shallow-repository") === "true") {
    throw new Error("a shallow clone does not know what was released: run git fetch --unshallow --tags")
  }
  return new Set(git("tag", "--list", "*@*").split("\n").filter(Boolean))
}

/** Whether what a tag names is in the history of this checkout. */
const isContained = (tag: string): boolean =>
  spawnSync("git", ["merge-base", "--is-ancestor", tag, "HEAD"], { cwd: root }).status === 0

/** The version that npm installs where none is asked for; undefined for a package that it does not have. */
const readLatest = (name: string): string | undefined => {
  const { status, stdout, stderr } = spawnSync("pnpm", ["view", name, "dist-tags.latest", "--json"], {
    cwd: root,
    encoding: "utf8"
  })
  if (status === 0) return JSON.parse(stdout)
  if (stdout.includes("ERR_PNPM_FETCH_404")) return undefined
  throw new Error(`npm does not say what the latest ${name} is: ${stdout}${stderr}`)
}

const minorOf = (version: string): string => version.split(".").slice(0, 2).join(".")

/** npm's name for what `npm install` takes, or for a fix of the minor before it. */
export type DistTag = "latest" | "previous"

/**
 * The name that a release gives to a package. A commit without npm's latest in its history fixes an older version:
 * "previous", or undefined where it has the same minor version as latest, and would look newer although it has less in it.
 */
export const distTag = ({ name, manifest }: Package, tags: ReadonlySet<string>): DistTag | undefined => {
  const own = `${name}@${manifest.version}`
  const latest = readLatest(name)
  const newest = `${name}@${latest}`
  if (latest !== undefined && newest !== own && !tags.has(newest)) {
    throw new Error(
      `npm has ${newest}, and git has no tag of it: run git fetch --tags, or tag the commit that it was released from`
    )
  }
  const isBehind = latest !== undefined && tags.has(newest) && !isContained(newest)
  if (isBehind && minorOf(latest) === minorOf(manifest.version)) return undefined
  if (tags.has(own) && !isContained(own)) {
    throw new Error(`${own} was released from another branch: begin this one at the newest tag of its minor version`)
  }
  return isBehind ? "previous" : "latest"
}
