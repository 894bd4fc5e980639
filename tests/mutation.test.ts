/** `pnpm mutation`: what it plants faults in. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { readTarget, targets } from "../scripts/mutation/targets.ts"
import { root } from "../scripts/release/members.ts"

describe("every name that mutation takes", () => {
  for (const [name, { folder, modules }] of Object.entries(targets)) {
    it(`has modules that exist: ${name}`, () => {
      assert.isNotEmpty(modules)
      assert.deepStrictEqual(
        readTarget([name]).files,
        modules.map((module) => `${folder}/src/${module}.ts`)
      )
    })
    it(`has modules with code of their own, and not only exports of another module: ${name}`, () => {
      for (const file of readTarget([name]).files)
        assert.match(readFileSync(join(root, file), "utf8"), /^(?:export )?(?:const|class) /m, file)
    })
  }
})

describe("a command line of mutation", () => {
  it("may name the modules", () => {
    const { folder, files } = readTarget(["core", "Money", "wire/Order"])
    assert.strictEqual(folder, "packages/core")
    assert.deepStrictEqual(files, ["packages/core/src/Money.ts", "packages/core/src/wire/Order.ts"])
  })

  it("is refused if a module does not exist", () => {
    assert.throws(() => readTarget(["core", "Money", "Monet"]), "there is no packages/core/src/Monet.ts")
  })

  it("is refused for an unknown name", () => {
    assert.throws(() => readTarget(["cores"]), "expected one of core, codec, client, server, reconcile, got cores")
    assert.throws(() => readTarget([]), "got nothing")
  })
})
