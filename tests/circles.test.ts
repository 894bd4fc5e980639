/**
 * There are no import cycles between files: a reader, a test or a bundler can start anywhere. Types count too. And no file is
 * too long to be read at once.
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs"
import { join, relative, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "vitest"

const root = fileURLToPath(new URL("..", import.meta.url))

/** A relative import or export of a module, types included, at run time or dynamic. */
const relativeImport = /(?:\bfrom|\bimport)\s*\(?\s*"(\.[^"]+)"/g

/** The source files of a folder, and which of the others each of them imports. */
const importsIn = (folder: string): Map<string, ReadonlyArray<string>> => {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => join(folder, file))
  return new Map(
    files.map((file) => [
      file,
      [...readFileSync(file, "utf8").matchAll(relativeImport)]
        .map(([, path = ""]) => resolve(file, "..", path))
        .filter((target) => existsSync(target) && statSync(target).isFile())
    ])
  )
}

/** The first cycle of each file that is in one, as its path back to itself. */
const circlesIn = (imports: ReadonlyMap<string, ReadonlyArray<string>>): ReadonlyArray<ReadonlyArray<string>> => {
  const done = new Set<string>()
  const path: Array<string> = []
  const circles: Array<ReadonlyArray<string>> = []
  const visit = (file: string): void => {
    const at = path.indexOf(file)
    if (at >= 0) circles.push([...path.slice(at), file])
    if (at >= 0 || done.has(file)) return
    path.push(file)
    for (const target of imports.get(file) ?? []) visit(target)
    path.pop()
    done.add(file)
  }
  for (const file of imports.keys()) visit(file)
  return circles
}

const folders = ["packages", "apps"].flatMap((top) =>
  readdirSync(join(root, top))
    .map((name) => join(root, top, name, "src"))
    .filter((folder) => existsSync(folder))
)

describe("a source file", () => {
  it("has 400 lines at most", () => {
    const long = folders
      .flatMap((folder) => [...importsIn(folder).keys()])
      .filter((file) => readFileSync(file, "utf8").trimEnd().split("\n").length > 400)
    assert.deepStrictEqual(
      long.map((file) => relative(root, file)),
      []
    )
  })
})

describe("imports between files", () => {
  for (const folder of folders) {
    it(`of ${relative(root, folder)} make no circle`, () => {
      const imports = importsIn(folder)
      assert.isAbove(imports.size, 0)
      assert.deepStrictEqual(
        circlesIn(imports).map((circle) => circle.map((file) => relative(folder, file)).join(" → ")),
        []
      )
    })
  }

  it("are followed through more than one file, and a file that is used twice is not a circle", () => {
    const imports = (edges: Record<string, ReadonlyArray<string>>) => new Map(Object.entries(edges))
    assert.deepStrictEqual(circlesIn(imports({ a: ["b"], b: ["c"], c: ["a"] })), [["a", "b", "c", "a"]])
    assert.deepStrictEqual(circlesIn(imports({ a: ["a"] })), [["a", "a"]])
    assert.deepStrictEqual(circlesIn(imports({ a: ["b", "c"], b: ["d"], c: ["d"], d: [] })), [])
  })
})
