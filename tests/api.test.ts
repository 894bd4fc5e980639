/** The public API of each published package is in `api/`, so that a review shows its changes. */
import { readdirSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { assert, beforeAll, describe, it } from "vitest"
import { folder, reports } from "../scripts/api/report.ts"

const root = fileURLToPath(new URL("..", import.meta.url))

describe("the public surface", () => {
  let now: ReadonlyMap<string, string>

  beforeAll(() => {
    now = reports()
  }, 180_000)

  it("has a report for each published package with exports", () => {
    assert.sameMembers(readdirSync(`${root}/${folder}`), [...now.keys()])
    assert.includeMembers([...now.keys()], ["core.md", "client.md"])
  })

  for (const file of readdirSync(`${root}/${folder}`)) {
    it(`is what ${folder}/${file} says: if the change is meant, run \`pnpm api\``, () => {
      assert.strictEqual(readFileSync(`${root}/${folder}/${file}`, "utf8"), now.get(file))
    })
  }

  for (const name of readdirSync(`${root}/packages`)) {
    it(`of packages/${name} is exported by name, and nothing of src/internal is`, () => {
      const { exports = {} } = JSON.parse(readFileSync(`${root}/packages/${name}/package.json`, "utf8")) as {
        exports?: Readonly<Record<string, unknown>>
      }
      const open = Object.entries(exports).filter(
        ([path, target]) => path.includes("*") || JSON.stringify(target).includes("/internal/")
      )
      assert.deepStrictEqual(open, [])
    })
  }

  it("has no type that says nothing", () => {
    const saying = [...now].flatMap(([file, text]) =>
      text.split("\n").flatMap((line) => (/: any\b/.test(line) ? [`${file}: ${line}`] : []))
    )
    assert.deepStrictEqual(saying, [])
  })

  it("shows declarations, and neither comments nor private members", () => {
    const core = now.get("core.md") ?? ""
    assert.include(core, "export declare const fromDecimal:")
    assert.notMatch(core, /^\s*(\/\*|\*|\/\/|private )/m)
  })
})
