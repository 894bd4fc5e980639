/**
 * AGENTS.md and llms.txt, at the root and in every published package: everything they name exists. Run with UPDATE=1 to rewrite
 * the packages' copies.
 */
import { execFile } from "node:child_process"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { assert, describe, it } from "vitest"
import { published } from "../scripts/packages.ts"
import { bundled } from "./bundled.ts"

const root = fileURLToPath(new URL("..", import.meta.url))
const read = (file: string) => readFileSync(join(root, file), "utf8")
const agents = read("AGENTS.md")

/** The sections that are also for users of a package. */
const [common = ""] = agents.split("\n## Working on this repository")

const copyOf = (folder: string): Readonly<Record<string, string>> => {
  const { name, description } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))
  return {
    "AGENTS.md": common,
    "llms.txt": `# ${name}\n\n> ${description}\n\n- [How to use it](README.md)\n- [Rules and commands for coding assistants](AGENTS.md)\n`
  }
}

const quoted = (text: string) => [...text.matchAll(/`([^`\n]+)`/g)].map(([, each = ""]) => each)

describe("AGENTS.md and llms.txt", () => {
  it("are in every published package", () => {
    for (const { folder } of published) {
      const { files } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { readonly files: string[] }
      for (const [name, text] of Object.entries(copyOf(folder))) {
        if (process.env.UPDATE === "1") writeFileSync(join(folder, name), text)
        assert.include(files, name, folder)
        assert.strictEqual(readFileSync(join(folder, name), "utf8"), text, `${folder}/${name}`)
      }
    }
    assert.isAtLeast(published.length, 9)
  })

  it("link to pages that exist", () => {
    const links = [...read("llms.txt").matchAll(/\]\(([^)]+)\)/g)].map(([, file = ""]) => file)
    assert.isAbove(links.length, 10)
    assert.deepStrictEqual(
      links.filter((file) => !existsSync(join(root, file))),
      []
    )
  })

  it("name files, packages and scripts that exist", () => {
    const names = quoted(agents)
    const files = names.filter((each) => /^(docs|packages|\.changeset)\/|\.md$/.test(each))
    assert.deepStrictEqual(
      files.filter((file) => !existsSync(join(root, file))),
      []
    )
    for (const [name = "", entry] of names
      .filter((each) => each.startsWith("@hipay-pos/"))
      .map((each) => each.split("/").slice(1))) {
      const { exports } = JSON.parse(read(`packages/${name}/package.json`))
      assert.property(exports, entry === undefined ? "." : `./${entry}`)
    }
    const { scripts } = JSON.parse(read("package.json"))
    for (const [, script = ""] of agents.matchAll(/npx pnpm (\w+)/g)) assert.property(scripts, script)
    for (const [, file = ""] of agents.matchAll(/npx vitest run ([\w./-]+)/g))
      assert.isTrue(existsSync(join(root, file)))
  })

  it("show commands that the command line has, with their flags", { timeout: 300_000 }, async () => {
    const shown = [...agents.matchAll(/^npx hipay-pos ([a-z ]+?)(?= [^a-z]| [a-z]+\.json)(.*)$/gm)]
    assert.lengthOf(shown, 4)
    const main = await bundled(join(root, "packages/cli/src/main.ts"))
    await Promise.all(
      shown.map(async ([, verb = "", rest = ""]) => {
        const args = [main, ...verb.split(" "), "--help"]
        const { stdout } = await promisify(execFile)(process.execPath, args)
        assert.include(stdout, `hipay-pos ${verb}`)
        for (const [flag] of rest.matchAll(/--[a-z-]+/g)) assert.include(stdout, flag)
      })
    )
  })
})
