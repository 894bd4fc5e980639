/** Documents agree with the code: the files exist, imports match the table, types are declared once. */
import { existsSync, globSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { exampleAnswers } from "@hipay-pos/server/testing"
import { assert, describe, it } from "vitest"
import { table } from "../scripts/imports/table.ts"

const root = fileURLToPath(new URL("..", import.meta.url))
const read = (file: string) => readFileSync(join(root, file), "utf8")

/** The cells of each table row below a heading. */
const rowsUnder = (text: string, heading: string): ReadonlyArray<ReadonlyArray<string>> => {
  const section = text.split(/^#+ /m).find((each) => each.startsWith(`${heading}\n`)) ?? assert.fail(heading)
  return section
    .split("\n")
    .filter((line) => line.startsWith("| ") && !line.startsWith("|---"))
    .slice(1)
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim())
    )
}

const quoted = (text: string): ReadonlyArray<string> => [...text.matchAll(/`([^`]+)`/g)].map(([, each = ""]) => each)

describe("docs/architecture.md", () => {
  const text = read("docs/architecture.md")

  it("names the files of a payment's route, and they exist", () => {
    const files = rowsUnder(text, "The route of a payment").flatMap(([, cell = ""]) => quoted(cell))
    assert.isAbove(files.length, 30)
    assert.deepStrictEqual(
      files.filter((file) => !existsSync(join(root, file))),
      []
    )
  })

  it("says who imports whom as the table of imports does", () => {
    const rows = rowsUnder(text, "Who may import whom")
    for (const [name = "", cell = ""] of rows) {
      const folder = `packages/${quoted(name)[0]}/src`
      assert.sameMembers(
        [...(table.find((row) => row.folder === folder)?.packages ?? assert.fail(folder))],
        [...quoted(cell)]
      )
    }
    assert.isAbove(rows.length, 7)
  })

  it("has a row for every package", () => {
    const names = rowsUnder(text, "Architecture").flatMap(([name = ""]) => quoted(name))
    assert.sameMembers(
      globSync("{packages,apps}/*/package.json", { cwd: root }).map((file) => file.split("/").slice(0, 2).join("/")),
      names.map((name) => (name.includes("/") ? name : `packages/${name}`))
    )
  })
})

describe("docs/vocabulary.md", () => {
  const files = globSync("{packages,apps}/*/src/**/*.{ts,tsx}", { cwd: root })
  const declared = files.flatMap((file) =>
    [...read(file).matchAll(/^export (?:declare |abstract )*(?:class|interface|type|const) (\w+)/gm)].map(
      ([, name = ""]) => ({ name, file })
    )
  )
  const types = new Set(rowsUnder(read("docs/vocabulary.md"), "Vocabulary").flatMap(([, cell = ""]) => quoted(cell)))

  it("names types", () => {
    assert.isAbove(types.size, 30)
  })

  for (const type of types) {
    it(`names ${type}, which one file declares`, () => {
      // A type of core and the schema of its name are one.
      const where = new Set(
        declared
          .filter(({ name }) => name === type)
          .map(({ file }) => file.replace(/\/src\/(plain|schemas)\//, "/src/"))
      )
      assert.strictEqual(where.size, 1, [...where].join(", "))
    })
  }
})

describe("documents", () => {
  const documents = globSync("{*.md,{docs,packages,apps}/**/*.md}", {
    cwd: root,
    exclude: (file) => file.includes("node_modules") || file.endsWith("CHANGELOG.md")
  })

  for (const document of documents) {
    it(`${document} names source files that exist`, () => {
      const folders = [
        "",
        `${document.split("/").slice(0, 2).join("/")}/`,
        `${document.split("/").slice(0, 2).join("/")}/src/`,
        "packages/"
      ]
      const missing = quoted(read(document))
        .filter((each) => /^[\w./-]+\/[\w.-]+\.tsx?$/.test(each))
        .filter((each) => !folders.some((folder) => existsSync(join(root, folder, each))))
      assert.deepStrictEqual(missing, [])
    })
  }
})

describe("the table of answers in docs/any-language.md", () => {
  it("has an example in the document for every row of one code", () => {
    const rows = rowsUnder(read("docs/any-language.md"), "How a payment ends")
    const codes = rows.flatMap(([answer = ""]) => /^409 with `([\w.]+)`$/.exec(answer)?.[1] ?? [])
    assert.includeMembers(codes, ["attempt.already.approved", "attempt.reversed"])
    const shown = exampleAnswers.map(
      ({ body }) => (body as { readonly error?: { readonly code?: string } }).error?.code
    )
    assert.includeMembers(shown, codes)
  })

  it("is not started for the same answers in French, and without a connection", () => {
    const english = rowsUnder(read("docs/any-language.md"), "How a payment ends").find(
      ([, it]) => it === "**not started**"
    )
    const french = rowsUnder(read("docs/fr/issues-d-un-paiement.md"), "En HTTP")
    const notStarted = french.find(([issue]) => issue === "jamais parti")
    assert.include(english?.[0], "no connection was made: unknown host, no route, refused, or none in time")
    assert.include(
      notStarted?.[1],
      "aucune connexion n’a été établie : hôte inconnu, aucune route, connexion refusée, ou délai de connexion dépassé"
    )
    assert.deepStrictEqual(quoted(notStarted?.[1] ?? ""), quoted(english?.[0] ?? ""))
  })
})
