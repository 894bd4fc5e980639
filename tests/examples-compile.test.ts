/** The TypeScript on every page, and the examples of docstrings, compile under the strictest settings. */
import { execFile } from "node:child_process"
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { afterAll, assert, it } from "vitest"

const root = fileURLToPath(new URL("..", import.meta.url))
const compiler = join(root, "node_modules/typescript/bin/tsc")
/** Below this folder, which has every library. */
const folder = mkdtempSync(fileURLToPath(new URL("node_modules/examples-", import.meta.url)))
afterAll(() => rmSync(folder, { recursive: true }))

/** The programs of a page. A block without an import goes on with the one before. */
const programsOf = (page: string): ReadonlyArray<string> => {
  const programs: Array<string> = []
  for (const [, code = ""] of page.matchAll(/^```ts\b.*\n([\s\S]*?)^```/gm)) {
    programs.push(code.startsWith("import ") ? code : `${programs.pop() ?? ""}${code}`)
  }
  return programs
}

const unstarred = (source: string): string =>
  [...source.matchAll(/^ *\* @example\n([\s\S]*?)\*\/$/gm)]
    .map(([, text = ""]) => text.replace(/^ *\* ?/gm, ""))
    .join("")

/** By file and number, except those for a test runner that only `pnpm matrix` installs. */
const programs = new Map(
  globSync(["*.md", "docs/**/*.md", "packages/*/README.md", "packages/*/src/**/*.ts"], { cwd: root }).flatMap(
    (file) => {
      const text = readFileSync(join(root, file), "utf8")
      const found = programsOf(file.endsWith(".md") ? text : unstarred(text))
      return found
        .filter((code) => !code.includes("@playwright/test"))
        .map((code, number) => [`${file.replace(/\W+/g, "-")}-${number}.ts`, code] as const)
    }
  )
)

it("every program of a page and of a docstring compiles", { timeout: 120_000 }, async () => {
  assert.isAbove(programs.size, 35)
  for (const [file, code] of programs) writeFileSync(join(folder, file), code)
  const compilerOptions = { noEmit: true, noUnusedLocals: false, composite: false }
  const project = { extends: join(root, "tests/tsconfig.json"), compilerOptions, include: ["*.ts"], exclude: [] }
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(project))
  // Several threads would each check the libraries' types.
  const flags = ["-p", folder, "--pretty", "false", "--singleThreaded"]
  const compiled = promisify(execFile)(process.execPath, [compiler, ...flags], { cwd: folder })
  assert.strictEqual(
    await compiled.then(
      ({ stdout }) => stdout,
      ({ stdout }) => stdout
    ),
    ""
  )
})
