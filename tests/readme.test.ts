/** The front page in two languages: the same commands, the same headings, the same targets. */
import { execFile } from "node:child_process"
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { startServer } from "@hipay-pos/server-mock/node"
import { assert, describe, it } from "vitest"

const root = fileURLToPath(new URL("..", import.meta.url))
const pages = { "README.md": "en", "README.fr.md": "fr" } as const
const [english = "", french = ""] = Object.keys(pages).map((name) => readFileSync(join(root, name), "utf8"))

const matches = (text: string, pattern: RegExp): ReadonlyArray<string> =>
  [...text.matchAll(pattern)].map(([, found = ""]) => found)
const code = (text: string) => matches(text, /^```(\w+\n[\s\S]*?)^```/gm)
const levels = (text: string) => matches(text.replace(/^```[\s\S]*?^```/gm, ""), /^(#+) /gm)
const links = (text: string) => matches(text, /\]\(([^)]+)\)/g)
const files = (text: string) => links(text).filter((link) => !/^(https:|#|README)/.test(link))
/** Pages that both languages name: each has a picture of its own, and the French page the pages in French. */
const shared = (text: string) =>
  files(text)
    .filter((link) => !link.endsWith(".svg") && !link.startsWith("docs/fr/"))
    .map((link) => link.replace(/#.*/, ""))

describe("the front page", () => {
  it("has the same commands and programs in both languages", () => {
    assert.isAbove(code(english).length, 4)
    assert.deepStrictEqual(code(french), code(english))
  })

  it("has the same sections and packages in both languages", () => {
    assert.deepStrictEqual(levels(french), levels(english))
    assert.deepStrictEqual(
      matches(french, /^\| \[`(@hipay-pos\/[\w-]+)`\]/gm),
      matches(english, /^\| \[`(@hipay-pos\/[\w-]+)`\]/gm)
    )
  })

  it("points at the same pages in both languages, and they exist", () => {
    assert.deepStrictEqual(shared(french), shared(english))
    const all = [...files(english), ...files(french)]
    assert.deepStrictEqual(
      all.filter((file) => !existsSync(join(root, file.replace(/#.*/, "")))),
      []
    )
  })

  it("starts no two servers on one port", () => {
    const ports = matches(english, /^\.\/hipay-pos mock(.*)$/gm).map((rest) => /--port (\d+)/.exec(rest)?.[1] ?? "8080")
    assert.isAbove(ports.length, 1)
    assert.deepStrictEqual([...new Set(ports)], ports)
  })

  it("has a program that runs in the clone as the page says", { timeout: 120_000 }, async () => {
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
    for (const page of [english, french]) assert.include(page, "`npm run example examples/pay.ts`")
    const [, program = ""] = /^```ts\n([\s\S]*?)^```/m.exec(english) ?? []
    const [, command = ""] = /&& exec (.*)$/.exec(scripts.example) ?? []
    await using server = await startServer({ port: 0 })
    const folder = mkdtempSync(join(root, "examples", "readme-"))
    try {
      const file = join(folder, "pay.ts")
      writeFileSync(file, program.replace("http://127.0.0.1:8080", server.url))
      const [, ...flags] = command.split(" ")
      const run = async () => (await promisify(execFile)(process.execPath, [...flags, file], { cwd: root })).stdout
      assert.strictEqual(await run(), "Approved\n")
      // Its order is paid by now.
      assert.strictEqual(
        await run(),
        "this order was approved before\nUse the recorded answer; do not send the order again.\n"
      )
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it("can be read at one go", () => {
    for (const page of [english, french]) assert.isBelow(page.split("\n").length, 120)
  })
})

const folders = readdirSync(join(root, "packages")).filter((name) =>
  existsSync(join(root, "packages", name, "package.json"))
)
const all = [
  ...Object.keys(pages),
  "AGENTS.md",
  ...folders.map((name) => join("packages", name, "README.md")),
  ...["docs", "docs/fr"].flatMap((folder) => readdirSync(join(root, folder)).map((name) => join(folder, name)))
].filter((page) => page.endsWith(".md") && existsSync(join(root, page)))

describe("the programs of all pages", () => {
  const programs = all.map((page) => {
    const text = readFileSync(join(root, page), "utf8")
    return { page, text, program: matches(text, /^```[tj]s\b.*\n([\s\S]*?)^```/gm).join("\n") }
  })

  // Node 22, the oldest supported version, cannot read it.
  it("close what they open without `await using`", () => {
    assert.isAbove(programs.filter(({ program }) => program.includes(".close()")).length, 3)
    assert.deepStrictEqual(
      programs.filter(({ program }) => /\busing \w+ =/.test(program)).map(({ page }) => page),
      []
    )
  })

  it("import only packages that their README installs, Node's modules and the test runner", () => {
    const given = /^(?:node:|\.|vitest$|@playwright\/test$)/
    const missing = programs
      .filter(({ page, program }) => /^(?:packages\/|README)/.test(page) && program !== "")
      .flatMap(({ page, text, program }) => {
        const installed = matches(text, /\bnpm install ([^`\n#]+)/g).flatMap((names) => names.trim().split(/\s+/))
        return matches(program, /(?:^import "|\bfrom "|\brequire\(")([^"]+)"/gm)
          .filter((module) => !given.test(module))
          .map((module) => module.split("/", module.startsWith("@") ? 2 : 1).join("/"))
          .filter((name) => !installed.includes(name))
          .map((name) => `${page}: ${name}`)
      })
    assert.deepStrictEqual([...new Set(missing)], [])
  })
})

describe("the commands of all pages", () => {
  // `npx NAME` looks for a package of that name: if it is not ours, anybody's program could get the logins.
  it("have npx fetch packages of this workspace, and no program by its own name", () => {
    const own = folders.map(
      (name): unknown => JSON.parse(readFileSync(join(root, "packages", name, "package.json"), "utf8")).name
    )
    const fetched = all.flatMap((page) =>
      matches(readFileSync(join(root, page), "utf8"), /\bnpx (?:-y |--yes )?(?:-p |--package )?(@?[a-z][a-z/-]*)/g)
    )
    const tools = ["pnpm", "vitest", "biome", "turbo", "node"]
    assert.deepStrictEqual(
      fetched.filter((name) => !own.includes(name) && !tools.includes(name)),
      []
    )
    assert.isAbove(fetched.filter((name) => own.includes(name)).length, 5)
  })

  it("give a server, which stays in the foreground, a window of its own if others follow", () => {
    const follows =
      /^((?:.*\n){0,4})```sh\n((?:(?!```).*\n)*?(?:\.\/|npx )?hipay-pos (?:mock|terminal)\b.*\n(?!```)[\s\S]*?)^```/gm
    const found = all.flatMap((page) =>
      [...readFileSync(join(root, page), "utf8").matchAll(follows)].map(([text]) => ({ page, text }))
    )
    assert.isAbove(found.length, 5)
    assert.deepStrictEqual(
      found.filter(({ text }) => !/window|fenêtre|terminal of its own/.test(text)).map(({ page }) => page),
      []
    )
  })
})
