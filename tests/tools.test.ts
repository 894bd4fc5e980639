/** The tools of building and checking, in a clone where the demo or `./hipay-pos` has installed only what it runs on. */
import { execFileSync } from "node:child_process"
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterEach, assert, describe, it } from "vitest"

const root = fileURLToPath(new URL("..", import.meta.url))
const { packageManager, scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
const TOOLS = ["attw", "biome", "pnpm", "turbo"]

const folders: Array<string> = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

const writeProgram = (file: string, text: string) => {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `#!/bin/sh\n${text}\n`)
  chmodSync(file, 0o755)
}

/** A clone whose npx notes what it is asked, and installs the tools, which print what they are asked. */
const makeClone = (filteredInstall: boolean): string => {
  const clone = mkdtempSync(join(tmpdir(), "tools-"))
  folders.push(clone)
  for (const file of ["complete.sh", ...TOOLS.map((tool) => `${tool}.sh`)]) {
    cpSync(join(root, "scripts/tools", file), join(clone, "scripts/tools", file))
  }
  mkdirSync(join(clone, "node_modules"))
  const state = JSON.stringify({ projects: {}, filteredInstall }, null, 2)
  writeFileSync(join(clone, "node_modules/.pnpm-workspace-state-v1.json"), state)
  for (const tool of TOOLS) writeProgram(join(clone, "installed", tool), `echo ${tool} "$@"`)
  const bin = "scripts/tools/node_modules/.bin"
  writeProgram(
    join(clone, "bin/npx"),
    `echo "$@" >>asked; echo installing; mkdir -p ${bin} && cp installed/* ${bin}; sed -i.old s/true/false/ node_modules/.pnpm*`
  )
  if (!filteredInstall) cpSync(join(clone, "installed"), join(clone, bin), { recursive: true })
  return clone
}

const runTool = (clone: string, tool: string, ...args: ReadonlyArray<string>): string =>
  execFileSync(join(clone, "scripts/tools", `${tool}.sh`), args, {
    cwd: tmpdir(),
    env: { PATH: `${join(clone, "bin")}:${process.env.PATH}` },
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"]
  })

describe("a tool of building and checking", () => {
  it("installs the whole workspace once where a part of it is installed", () => {
    for (const tool of TOOLS) {
      const clone = makeClone(true)
      assert.strictEqual(runTool(clone, tool, "run", "check"), `${tool} run check\n`)
      assert.strictEqual(runTool(clone, tool, "run", "check"), `${tool} run check\n`)
      assert.strictEqual(readFileSync(join(clone, "asked"), "utf8"), `-y ${packageManager} install --frozen-lockfile\n`)
    }
  })

  it("starts at once where all is installed", () => {
    const clone = makeClone(false)
    assert.strictEqual(runTool(clone, "pnpm", "-s", "api"), "pnpm --silent api\n")
    assert.isFalse(existsSync(join(clone, "asked")))
  })
})

describe("the commands that a stranger types first", () => {
  it("install what they need, with the pinned pnpm", () => {
    for (const name of ["demo", "example", "test", "check", "site"]) {
      assert.match(scripts[name], /^npx -y \S+ install --frozen-lockfile .*1>&2 && /)
      assert.include(scripts[name], ` ${packageManager} `)
    }
    assert.include(readFileSync(join(root, "hipay-pos"), "utf8"), ` ${packageManager} `)
    assert.include(readFileSync(join(root, "scripts/tools/complete.sh"), "utf8"), ` ${packageManager} `)
  })
})
