/**
 * Names of failures, as docs/vocabulary.md has them: what a tag means is one thing in all packages, and a failure's name
 * says that it is one, or that of its union does.
 */
import { globSync, readFileSync } from "node:fs"
import { assert, describe, it } from "vitest"

const root = new URL("../", import.meta.url)

const sources = globSync("{packages,apps}/*/src/**/*.{ts,tsx}", { cwd: root }).map((path) => path.replaceAll("\\", "/"))

/** Where each tag of an error is defined, and where each tag of anything else. */
const tags = () => {
  const errors = new Map<string, Array<string>>()
  const others = new Map<string, Array<string>>()
  const add = (to: Map<string, Array<string>>, tag: string | undefined, path: string) => {
    if (tag !== undefined) to.set(tag, [...(to.get(tag) ?? []), path])
  }
  for (const path of sources) {
    const text = readFileSync(new URL(path, root), "utf8")
    for (const [, tag] of text.matchAll(/Tagged(?:Error|Class)(?:<[^>]*>\(\))?\(\s*"(\w+)"/g)) add(errors, tag, path)
    for (const [, tag] of text.matchAll(/TaggedStruct\(\s*"(\w+)"/g)) add(others, tag, path)
    for (const [, union = ""] of text.matchAll(/readonly _tag: ((?:"\w+"(?: \| )?)+)/g)) {
      for (const [, tag] of union.matchAll(/"(\w+)"/g)) add(others, tag, path)
    }
  }
  return { errors, others }
}

describe("the tag of an error", () => {
  const { errors, others } = tags()

  it("is found in the sources", () => {
    assert.isAbove(errors.size, 20)
    assert.includeMembers([...errors.keys()], ["PosClientError", "NotStarted", "TerminalNotStarted", "TlvMalformed"])
    assert.includeMembers([...others.keys()], ["Approved", "Incomplete"])
  })

  it("is that of one error only", () => {
    assert.deepStrictEqual(
      [...errors].filter(([, paths]) => paths.length > 1),
      []
    )
  })

  it("is not that of a member of a union", () => {
    // The one place outside that names an error's tag writes down what the store's file has for it.
    const allowed = ["packages/server/src/node/attemptJson.ts"]
    const both = [...errors.keys()].flatMap((tag) =>
      (others.get(tag) ?? []).filter((path) => !allowed.includes(path)).map((path) => `${tag}: ${path}`)
    )
    assert.deepStrictEqual(both, [])
  })
})

/** The classes of failures: where each is declared, and whether a union of reasons or errors holds it. */
const failures = () =>
  sources.flatMap((path) => {
    const text = readFileSync(new URL(path, root), "utf8")
    const unions = [
      ...text.matchAll(/type \w+Error =((?:\s*\|?\s*\w+)+)/g),
      ...text.matchAll(/\breason: Schema\.Union\(\[([^\]]*)\]/g),
      ...text.matchAll(/\breadonly reason:((?:\s*\|?\s*[A-Z]\w+)+)/g)
    ]
    const members = new Set(unions.flatMap(([, names = ""]) => names.match(/\w+/g) ?? []))
    return [...text.matchAll(/class (\w+) extends (?:Schema|Data)\.TaggedError/g)].map(([, name = ""]) => ({
      path,
      name,
      isMember: members.has(name)
    }))
  })

describe("the name of a failure", () => {
  it("ends in Error, Failed or Refused, unless it is a reason of a failure with such a name", () => {
    const all = failures()
    assert.isAbove(all.length, 30)
    assert.deepStrictEqual(
      all.filter(({ name, isMember }) => !isMember && !/(Error|Failed|Refused)$/.test(name)),
      []
    )
    assert.includeMembers(
      all.filter(({ isMember }) => isMember).map(({ name }) => name),
      ["Unsettled", "CurrencyMismatch", "Incomplete"]
    )
  })
})
