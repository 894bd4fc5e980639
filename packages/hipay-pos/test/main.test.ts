/** The short name starts the command line itself: the rehearsal of a release runs it, this looks at what it rests on. */
import { readFileSync } from "node:fs"
import { assert, it } from "vitest"

const text = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8")
const manifest = (path: string) => JSON.parse(text(path)) as Readonly<Record<string, unknown>>

it("starts the program that the command line declares, on the same versions of Node", () => {
  const cli = manifest("../../cli/package.json")
  const own = manifest("../package.json")
  const [, program] = /^#!\/usr\/bin\/env node\nimport "@hipay-pos\/cli\/(.+)"\n$/.exec(text("../main.js")) ?? []
  assert.deepStrictEqual(cli.bin, { "hipay-pos": `./${program}` })
  // Exports would keep the import from reaching it.
  assert.notProperty(cli, "exports")
  assert.deepStrictEqual(own.engines, cli.engines)
  assert.deepStrictEqual(own.bin, { "hipay-pos": "./main.js" })
})
