/** How far a release reaches: packages that expose a library's values, and packages that bundle it. */
import { assert, describe, it } from "vitest"
import { readMembers } from "../../scripts/release/members.ts"
import { type Bump, type Member, reach } from "../../scripts/release/reach.ts"

const member = (
  name: string,
  dependencies: ReadonlyArray<string> = [],
  bundled: ReadonlyArray<string> = []
): Member => ({ name, isPublished: true, dependencies, bundled })
const bumpsOf = (planned: Readonly<Record<string, Bump>>, members: ReadonlyArray<Member>) =>
  Object.fromEntries([...reach(new Map(Object.entries(planned)), members)].map(([name, { bump }]) => [name, bump]))

describe("a release", () => {
  const members = [
    member("bin", [], ["server", "kit"]),
    { ...member("kit", ["core"], ["pages"]), isPublished: false },
    { ...member("pages"), isPublished: false },
    member("server", ["core"]),
    member("core"),
    member("alone")
  ]

  it("reaches those who hand a library on, or bundle it, as far as the library was bumped", () => {
    for (const bump of ["patch", "minor", "major"] as const) {
      assert.deepStrictEqual(bumpsOf({ core: bump }, members), { server: bump, kit: bump, bin: bump })
    }
  })

  it("is a patch for packages that bundle a private one, and passes on the bump of published packages in that", () => {
    assert.deepStrictEqual(bumpsOf({ pages: "minor" }, members), { kit: "patch", bin: "patch" })
    assert.deepStrictEqual(bumpsOf({ core: "minor" }, [member("bin", [], ["kit"]), ...members.slice(1)]), {
      server: "minor",
      kit: "minor",
      bin: "minor"
    })
  })

  it("never lowers a planned bump, and adds nothing if that is enough", () => {
    assert.deepStrictEqual(bumpsOf({ core: "patch", server: "minor", bin: "major" }, members), { kit: "patch" })
    assert.deepStrictEqual(bumpsOf({ alone: "major" }, members), {})
    assert.deepStrictEqual(bumpsOf({ bin: "major" }, members), {})
  })

  it("says whose changes are built into each, however far away they are, and not what it is installed with", () => {
    const reached = reach(new Map<string, Bump>([["core", "patch"]]), members)
    assert.deepStrictEqual(reached.get("server")?.built, [])
    assert.deepStrictEqual(reached.get("bin")?.built, ["core"])
  })

  it("reaches those of a library that has changed without being planned, which is a patch", () => {
    const reached = reach(new Map<string, Bump>([["server", "minor"]]), members, new Set(["core"]))
    assert.sameMembers([...reached.keys()], ["core", "bin", "kit"])
    assert.strictEqual(reached.get("core")?.bump, "patch")
    assert.deepStrictEqual(reached.get("bin")?.built, ["core", "server"])
  })

  it("says whose changes each hands on, however far away they are: of those that are bumped as far", () => {
    const reached = reach(
      new Map<string, Bump>([
        ["core", "minor"],
        ["alone", "patch"]
      ]),
      [...members, member("till", ["server", "alone"])]
    )
    assert.deepStrictEqual(reached.get("server")?.handedOn, ["core"])
    assert.deepStrictEqual(reached.get("till"), { bump: "minor", built: [], handedOn: ["core"] })
    assert.deepStrictEqual(reached.get("bin")?.handedOn, [])
  })
})

describe("this workspace", () => {
  const members = readMembers()

  it("releases every bin again for a patch of the money", () => {
    const reached = reach(new Map<string, Bump>([["@hipay-pos/core", "patch"]]), members)
    const untouched = members.map(({ name }) => name).filter((name) => name !== "@hipay-pos/core" && !reached.has(name))
    assert.deepStrictEqual(untouched, ["@hipay-pos/files"])
  })

  it("bumps the command line as far as a library that is built into it, under its short name as well", () => {
    const reached = reach(new Map<string, Bump>([["@hipay-pos/gateway", "minor"]]), members)
    const bumps = [...reached].map(([name, { bump, built }]) => [name, bump, built])
    assert.deepStrictEqual(bumps, [
      ["@hipay-pos/cli", "minor", ["@hipay-pos/gateway"]],
      ["hipay-pos", "minor", []]
    ])
  })

  it("releases mock, gateway and command line again for a change of the pages", () => {
    const reached = reach(new Map<string, Bump>([["@hipay-pos/console", "patch"]]), members)
    assert.includeMembers([...reached.keys()], ["@hipay-pos/cli", "@hipay-pos/gateway", "@hipay-pos/server-mock"])
  })

  it("bumps everyone who hands core on as far as core, in 0.x: a minor", () => {
    const reached = reach(new Map<string, Bump>([["@hipay-pos/core", "minor"]]), members)
    for (const { name, dependencies } of members) {
      if (dependencies.includes("@hipay-pos/core")) assert.strictEqual(reached.get(name)?.bump, "minor", name)
    }
  })
})
