/**
 * Publishes every package whose version the registry does not have yet: `pnpm release`. Everything that CI checks is
 * checked first; `--checked` says that it just was. The manifests and READMEs name the repository only in what is
 * published: the checkout is afterwards as it was.
 */
import { execFileSync } from "node:child_process"
import { readFileSync, writeFileSync } from "node:fs"
import { join, relative } from "node:path"
import { readMembers, root } from "./members.ts"
import { absoluteLinks, placeFields, readRepository } from "./stamp.ts"

const run = (command: string, ...args: ReadonlyArray<string>) =>
  execFileSync(command, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] })
const output = (command: string, ...args: ReadonlyArray<string>) =>
  execFileSync(command, args, { cwd: root, encoding: "utf8" })

const read = (file: string) => readFileSync(file, "utf8")

const release = (repository: string) => {
  const published = readMembers().filter(({ manifest }) => manifest.private !== true)
  const kept = new Map(
    published
      .flatMap(({ folder }) => [join(folder, "package.json"), join(folder, "README.md")])
      .map((file) => [file, read(file)])
  )
  try {
    for (const { folder } of published) {
      const place = { repository, directory: relative(root, folder) }
      const file = join(folder, "package.json")
      const manifest = JSON.parse(read(file)) as { readonly files: ReadonlyArray<string> }
      writeFileSync(file, `${JSON.stringify({ ...manifest, ...placeFields(place) }, null, 2)}\n`)
      const readme = join(folder, "README.md")
      const packed = [...manifest.files, "README.md", "LICENSE", "package.json"]
      const isPacked = (path: string) => packed.some((each) => path === each || path.startsWith(`${each}/`))
      writeFileSync(readme, absoluteLinks(read(readme), place, isPacked))
    }
    run("changeset", "publish")
  } finally {
    for (const [file, text] of kept) writeFileSync(file, text)
  }
}

try {
  const setting = process.env.RELEASE_REPOSITORY || JSON.parse(read(join(root, "release.json"))).repository
  const repository = readRepository(setting)
  if (output("git", "status", "--porcelain") !== "") throw new Error("the checkout has changes that are not committed")
  if (!process.argv.includes("--checked")) run("bash", ".ci/run")
  release(repository)
} catch (error) {
  console.error(`release: ${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
}
