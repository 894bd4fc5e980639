/**
 * Checks what a user gets: packs every published package, installs the tarballs with npm in an empty project, imports every
 * entry as ESM and by `require`, on this Node and on the oldest one that is promised, and checks types under TypeScript
 * 5.9 and 7 with the strictest settings, in an ES module and in CommonJS. Run it after `pnpm build`.
 */
import { execFileSync } from "node:child_process"
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { packInto, pinned, published, readManifest, root } from "../packages.ts"
import { strictest } from "./strictest.ts"

/** The import names of a package; a wildcard stands for every file that it matches. */
const entriesOf = ({ folder, manifest }: (typeof published)[number]): ReadonlyArray<string> =>
  Object.entries(manifest.exports ?? {}).flatMap(([path, target]) => {
    if (target === null || typeof target === "string" || target.default === undefined) return []
    if (!path.includes("*")) return [manifest.name + path.slice(1)]
    const found = readdirSync(join(folder, target.default.slice(0, target.default.indexOf("*"))))
    return found
      .filter((file) => file.endsWith(".js"))
      .map((file) => manifest.name + path.slice(1).replace("*", file.slice(0, -".js".length)))
  })

const run = (cwd: string, command: string, ...args: ReadonlyArray<string>): string => {
  try {
    return execFileSync(command, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] })
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string }
    console.error(`${command} ${args.join(" ")}\n${stdout}${stderr}`)
    process.exit(1)
  }
}

const project = mkdtempSync(join(tmpdir(), "consumer-"))
process.once("exit", () => rmSync(project, { recursive: true, force: true }))
const tarballs = join(project, "tarballs")
mkdirSync(tarballs)

const packed = packInto(tarballs)

const { devDependencies } = readManifest(root) as unknown as { readonly devDependencies: Record<string, string> }
/** The oldest supported Node, if npm has it for this machine. */
const oldest = `node-${process.platform}-${process.arch}`

writeFileSync(
  join(project, "package.json"),
  JSON.stringify({
    name: "consumer",
    private: true,
    type: "module",
    dependencies: {
      effect: pinned("effect"),
      ...Object.fromEntries(Object.entries(packed).map(([name, file]) => [name, `file:${file}`]))
    },
    devDependencies: {
      "@types/node": pinned("@types/node"),
      msw: pinned("msw"),
      typescript: devDependencies.typescript,
      "typescript-5": "npm:typescript@5.9.3"
    },
    optionalDependencies: { [oldest]: "22.19.0" }
  })
)
run(project, "npm", "install", "--no-audit", "--no-fund", "--loglevel=error")

/** The CommonJS files of a package, which Jest loads and Node does not: by their paths. */
const commonjsOf = ({ manifest }: (typeof published)[number]): ReadonlyArray<string> =>
  Object.values(manifest.exports ?? {}).flatMap((target) =>
    target === null || typeof target === "string" || target.require === undefined
      ? []
      : [`./${join("node_modules", manifest.name, target.require)}`]
  )

const entries = published.flatMap(entriesOf)
const list = JSON.stringify(entries)
writeFileSync(join(project, "esm.mjs"), `for (const entry of ${list}) await import(entry)\n`)
writeFileSync(join(project, "cjs.cjs"), `for (const entry of ${list}) require(entry)\n`)
const commonjs = published.flatMap(commonjsOf)
writeFileSync(join(project, "jest.cjs"), `for (const file of ${JSON.stringify(commonjs)}) require(file)\n`)
const old = join(project, "node_modules", oldest, "bin/node")
for (const node of [process.execPath, old]) {
  run(project, node, "esm.mjs")
  run(project, node, "cjs.cjs")
  run(project, node, "--no-experimental-require-module", "jest.cjs")
  console.log(
    `imported and required ${entries.length} entries, and ${commonjs.length} as CommonJS, on Node ${run(project, node, "--version").trim()}`
  )
}

const imports = entries.map((entry, i) => `import * as _${i} from ${JSON.stringify(entry)}`)
const used = entries.map((_, i) => `_${i}`)
writeFileSync(
  join(project, "entries.ts"),
  `${imports.join("\n")}\nexport const all: ReadonlyArray<object> = [${used.join(", ")}]\n`
)
/** Programs that must compile, in a folder of their own. */
const programs = (folder: string, module: string, ...files: ReadonlyArray<string>): string => {
  const own = files.filter((file) => file !== "entries.ts")
  for (const file of own) cpSync(new URL(file, import.meta.url), join(project, folder, file))
  const compilerOptions = { target: "es2024", ...strictest, module }
  writeFileSync(join(project, folder, `${module}.json`), JSON.stringify({ compilerOptions, files }))
  return join(folder, `${module}.json`)
}
mkdirSync(join(project, "commonjs"))
writeFileSync(join(project, "commonjs/package.json"), '{ "type": "commonjs" }')
const projects = [
  programs(".", "nodenext", "entries.ts", "till.ts", "shared.ts"),
  programs("commonjs", "nodenext", "till.ts"),
  programs("commonjs", "node16", "lazily.cts")
]
for (const typescript of ["typescript-5", "typescript"]) {
  const compiler = join(project, "node_modules", typescript, "bin/tsc")
  for (const each of projects) run(project, process.execPath, compiler, "-p", each)
  console.log(`types hold under TypeScript ${run(project, process.execPath, compiler, "--version").trim()}`)
}
