/** The program that moves real money contains no test code: its bundle is built as for publishing, and searched. */
import { fileURLToPath } from "node:url"
import { build } from "rolldown"
import { assert, describe, it } from "vitest"

const entry = fileURLToPath(new URL("../../packages/gateway/src/bin/main.ts", import.meta.url))

const { output } = await build({
  input: entry,
  platform: "node",
  resolve: { conditionNames: ["@hipay-pos/source", "node", "import", "default"] },
  output: { minify: "dce-only", comments: { legal: true, jsdoc: false, annotation: false } },
  write: false
})
const chunks = output.filter((each) => each.type === "chunk")

/** The chunk of a name, and those that are loaded with it. */
const loadedWith = (fileName: string, known: ReadonlySet<string> = new Set()): ReadonlySet<string> => {
  if (known.has(fileName)) return known
  const imports = chunks.find((each) => each.fileName === fileName)?.imports ?? []
  return imports.reduce<ReadonlySet<string>>((loaded, each) => loadedWith(each, loaded), new Set([...known, fileName]))
}

const isDriver = (id: string) => /node_modules[/\\]postgres[/\\]/.test(id)

describe("the bundle of hipay-pos-gateway", () => {
  it("holds no simulator, test card, fault, sandbox code or control API", () => {
    assert.deepStrictEqual(
      chunks
        .flatMap(({ moduleIds }) => moduleIds)
        .filter((id) => /packages[/\\](terminal-simulator|server-mock)[/\\]/.test(id)),
      []
    )
    for (const word of [
      "_mock",
      "answer-lost",
      "SIMULATION",
      "PressesRedKey",
      "TestCard",
      "http-fault",
      "/terminals/:name/script"
    ]) {
      for (const { code, fileName } of chunks) assert.isFalse(code.includes(word), `${fileName} says ${word}`)
    }
  })

  it("loads PostgreSQL's driver only for a shared store", () => {
    const atStart = loadedWith(output[0].fileName)
    const drivers = chunks.filter(({ moduleIds }) => moduleIds.some(isDriver)).map(({ fileName }) => fileName)
    assert.isNotEmpty(drivers)
    for (const driver of drivers) assert.isFalse(atStart.has(driver), `${driver} is loaded at the start`)
  })
})
