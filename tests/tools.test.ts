/** The tools for building and checking, in a clone where the demo or `./hipay-pos` has installed only its own dependencies. */
import { execFileSync } from "node:child_process"
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "vitest"

const root = fileURLToPath(new URL("..", import.meta.url))
const { packageManager, scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
const TOOLS = ["attw", "biome", "pnpm", "turbo"]

const writeProgram = (file: string, text: string) => {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `#!/bin/sh\n${text}\n`)
  chmodSync(file, 0o755)
}

/** A clone whose npx installs the tools, or runs installed ones. They print their arguments; everything is recorded. */
const makeClone = (filteredInstall: boolean, isInstalled: boolean): string => {
  const clone = mkdtempSync(join(tmpdir(), "tools-"))
  for (const file of ["complete.sh", ...TOOLS.map((tool) => `${tool}.sh`)]) {
    cpSync(join(root, "scripts/tools", file), join(clone, "scripts/tools", file))
  }
  mkdirSync(join(clone, "node_modules"))
  const state = JSON.stringify({ projects: {}, filteredInstall }, null, 2)
  writeFileSync(join(clone, "node_modules/.pnpm-workspace-state-v1.json"), state)
  for (const tool of TOOLS) writeProgram(join(clone, "tools/.bin", tool), `echo ${tool} "$@" | tee -a ${clone}/asked`)
  mkdirSync(join(clone, "tools/pnpm"))
  writeFileSync(join(clone, "tools/pnpm/package.json"), "{}")
  const modules = join(clone, "scripts/tools/node_modules")
  writeProgram(
    join(clone, "bin/npx"),
    `echo npx "$@" >>asked
[ "$(wc -l <asked)" -lt 9 ] || exit 1
[ -e ${modules} ] && { shift 2; exec ${clone}/scripts/tools/pnpm.sh "$@"; }
cp -r tools ${modules}; sed -i.old s/true/false/ node_modules/.pnpm*`
  )
  if (isInstalled) cpSync(join(clone, "tools"), modules, { recursive: true })
  return clone
}

const runTool = (clone: string, tool: string, ...args: ReadonlyArray<string>): string =>
  execFileSync(join(clone, "scripts/tools", `${tool}.sh`), args, {
    cwd: tmpdir(),
    env: { PATH: `${join(clone, "bin")}:${process.env.PATH}` },
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"]
  })

const asked = (clone: string) => readFileSync(join(clone, "asked"), "utf8").trim().split("\n")

describe("a tool of building and checking", () => {
  it("installs the whole workspace once if only a part is installed", () => {
    for (const tool of TOOLS) {
      const clone = makeClone(true, false)
      assert.strictEqual(runTool(clone, tool, "run", "check"), `${tool} run check\n`)
      assert.strictEqual(runTool(clone, tool, "run", "check"), `${tool} run check\n`)
      const installs = asked(clone).filter((line) => line.includes("install"))
      assert.deepStrictEqual(installs, [`npx -y ${packageManager} install --frozen-lockfile`])
    }
  })

  // The demo installs its part of a workspace, even if the whole workspace was installed.
  it("does so without npx if pnpm is installed, because npx would find it again", () => {
    const clone = makeClone(true, true)
    assert.strictEqual(runTool(clone, "turbo", "run", "check"), "turbo run check\n")
    const [install = "", ...then] = asked(clone)
    assert.match(install, /^pnpm --dir \S+ install --frozen-lockfile$/)
    assert.deepStrictEqual(then, ["turbo run check"])
  })

  it("starts at once if everything is installed", () => {
    const clone = makeClone(false, true)
    assert.strictEqual(runTool(clone, "pnpm", "-s", "api"), "pnpm --silent api\n")
    assert.deepStrictEqual(asked(clone), ["pnpm --silent api"])
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
