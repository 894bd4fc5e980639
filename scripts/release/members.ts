/** The packages of this workspace as a release sees them. */
import { globSync, readFileSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import type { Member } from "./reach.ts"

export const root = new URL("../../", import.meta.url).pathname

export interface Manifest {
  readonly name: string
  readonly version: string
  readonly private?: boolean
  readonly files?: ReadonlyArray<string>
  readonly scripts?: Readonly<Record<string, string>>
  readonly bin?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
}

export interface Package extends Member {
  /** Absolute path. */
  readonly folder: string
  readonly manifest: Manifest
}

const own = (dependencies: Manifest["dependencies"] = {}): ReadonlyArray<string> =>
  Object.keys(dependencies).filter((name) => dependencies[name]?.startsWith("workspace:"))

/** The packages under `packages/` of a checkout: those that are published, and those that are built into them. */
export const readMembers = (checkout = root): ReadonlyArray<Package> =>
  globSync("packages/*/package.json", { cwd: checkout })
    .sort()
    .map((path) => {
      const file = join(checkout, path)
      const manifest: Manifest = JSON.parse(readFileSync(file, "utf8"))
      const { name, dependencies, devDependencies } = manifest
      return {
        name,
        isPublished: manifest.private !== true,
        folder: dirname(file),
        manifest,
        dependencies: own(dependencies),
        bundled: own(devDependencies)
      }
    })

/** Paths of the changesets without a version, relative to the checkout. */
export const pendingChangesets = (checkout = root): ReadonlyArray<string> =>
  globSync(".changeset/*.md", { cwd: checkout })
    .filter((file) => basename(file) !== "README.md")
    .sort()
