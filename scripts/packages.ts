/** The published packages of this checkout, and their tarballs as a release would have them. Run `pnpm build` before. */
import { execFileSync } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"

export const root = new URL("../", import.meta.url).pathname

/** The fields read from a manifest. */
export interface Manifest {
  readonly name: string
  readonly version: string
  readonly private?: boolean
  readonly exports?: Readonly<Record<string, null | string | Readonly<Record<string, string>>>>
}

export const readManifest = (folder: string): Manifest => JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))

/** Folder and manifest of each. */
export const published = readdirSync(join(root, "packages"))
  .map((name) => join(root, "packages", name))
  .map((folder) => ({ folder, manifest: readManifest(folder) }))
  .filter(({ manifest }) => manifest.private !== true)

/** Packs them all into a folder; the tarballs by the packages' names. */
export const packInto = (folder: string): Readonly<Record<string, string>> => {
  for (const { folder: from } of published) {
    execFileSync("pnpm", ["pack", "--pack-destination", folder], { cwd: from, stdio: ["ignore", "ignore", "inherit"] })
  }
  return Object.fromEntries(
    published.map(({ manifest: { name, version } }) => [
      name,
      join(folder, `${name.replace("@", "").replace("/", "-")}-${version}.tgz`)
    ])
  )
}

const catalog = readFileSync(join(root, "pnpm-workspace.yaml"), "utf8")

/** The version of a library that the workspace is tested with. */
export const pinned = (name: string): string =>
  new RegExp(`^  "?${name}"?: (\\S+)$`, "m").exec(catalog)?.[1] ?? "latest"
