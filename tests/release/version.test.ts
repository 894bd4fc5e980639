/** `pnpm version-packages`, in a checkout of one package and with a changesets that only records its arguments. */
import { existsSync, globSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import * as Checkout from "./checkout.ts"
import { commit, git, read } from "./checkout.ts"

const changeset = {
  ".changeset/clearer.md": '---\n"@hipay-pos/core": patch\n---\n\nClearer.\n'
}

/** With the files that a release writes versions into. */
const makeCheckout = (files: Readonly<Record<string, string>>): string => {
  const version = "0.1.0"
  return Checkout.makeCheckout({
    "packages/core/package.json": `{ "name": "@hipay-pos/core", "version": "${version}" }\n`,
    "packages/client/package.json": `{ "name": "@hipay-pos/client", "version": "${version}", "private": true }\n`,
    "packages/gateway/package.json": `{ "name": "@hipay-pos/gateway", "version": "${version}", "private": true }\n`,
    "packages/cli/package.json": `{ "name": "@hipay-pos/cli", "version": "${version}", "private": true }\n`,
    "packages/client/src/Server.ts": `export const VERSION = "${version}"\n`,
    "deploy/compose.yaml": `GATEWAY: "${version}"\nCLI: "${version}"\n`,
    "bin/changeset": `#!/bin/sh
echo "$1" >>.git/asked
[ "$1" = version ] || echo '{ "releases": [{ "name": "@hipay-pos/core", "type": "patch", "changesets": ["clearer"] }] }' >"./$3"
`,
    ...changeset,
    ...files
  })
}

const makeVersions = (checkout: string) => {
  const { status, said } = Checkout.runScript(checkout, "scripts/release/version.ts")
  return { status, said }
}

const FIRST = "# @hipay-pos/core\n\n## 0.1.0\n\nFirst release.\n"

describe("the versions of a release", () => {
  it("are those of the first as long as nothing was released, however often they are made", () => {
    const checkout = makeCheckout({ "packages/core/CHANGELOG.md": FIRST })
    assert.deepStrictEqual(makeVersions(checkout), { status: 0, said: "" })
    assert.strictEqual(read(checkout, ".git/asked"), "status\n")
    assert.strictEqual(read(checkout, "packages/core/CHANGELOG.md"), FIRST)
    assert.isFalse(existsSync(join(checkout, ".changeset/clearer.md")))
  })

  it("are those of the first if npm has packages that only reserve their names", () => {
    const checkout = makeCheckout({ "packages/core/CHANGELOG.md": FIRST })
    writeFileSync(join(checkout, ".git/latest"), "@hipay-pos/core 0.0.0\n")
    assert.deepStrictEqual(makeVersions(checkout), { status: 0, said: "" })
    assert.strictEqual(read(checkout, ".git/asked"), "status\n")
  })

  it("are those of the changesets once something was", () => {
    const checkout = makeCheckout({})
    git(checkout, "tag", "@hipay-pos/core@0.1.0")
    assert.deepStrictEqual(makeVersions(checkout), { status: 0, said: "" })
    assert.strictEqual(read(checkout, ".git/asked"), "status\nversion\n")
  })

  it("say in the changelog of a library whose changes it hands on, where they are more than a patch", () => {
    for (const bump of ["patch", "minor"]) {
      const checkout = makeCheckout({
        "packages/client/package.json":
          '{ "name": "@hipay-pos/client", "version": "0.1.0", "dependencies": { "@hipay-pos/core": "workspace:^" } }\n',
        "bin/changeset": `#!/bin/sh
[ "$1" = version ] || echo '{ "releases": [{ "name": "@hipay-pos/core", "type": "${bump}", "changesets": ["clearer"] }] }' >"./$3"
`
      })
      git(checkout, "tag", "@hipay-pos/core@0.1.0")
      assert.deepStrictEqual(makeVersions(checkout), { status: 0, said: "" })
      const [, sentence] = read(checkout, ".changeset/contains-client.md").split(`"@hipay-pos/client": ${bump}\n---\n`)
      const expected = "Hands on the changes of `@hipay-pos/core`; they are in the changelog there."
      assert.strictEqual(sentence?.trim(), bump === "minor" ? expected : "")
    }
  })

  it.each<[string, Readonly<Record<string, string>>, string | undefined]>([
    ["a changed source", { "packages/core/src/Money.ts": "export {}\n" }, "core"],
    [
      "another export",
      {
        "packages/core/package.json":
          '{ "name": "@hipay-pos/core", "version": "0.1.0", "exports": { "./Money": "./src/Money.ts" } }\n'
      },
      "core"
    ],
    ["a source that is built into it", { "packages/kit/src/Options.ts": "export {}\n" }, "client"],
    ["a file that is packed", { "packages/client/main.js": "#!/usr/bin/env node\n" }, "client"],
    [
      "what is not packed",
      {
        "packages/core/test/Money.test.ts": "",
        "packages/core/README.md": "# Core\n",
        "packages/core/package.json":
          '{ "name": "@hipay-pos/core", "version": "0.1.0", "devDependencies": { "vitest": "5.1.1" } }\n'
      },
      undefined
    ]
  ])("give a patch to what has %s since its release, although no changeset names it", (_, files, expected) => {
    const checkout = makeCheckout({
      "packages/kit/package.json": '{ "name": "@hipay-pos/kit", "version": "0.0.0", "private": true }\n',
      "packages/kit/src/Options.ts": "",
      "packages/client/package.json": `${JSON.stringify({
        name: "@hipay-pos/client",
        version: "0.1.0",
        files: ["main.js", "src"],
        devDependencies: { "@hipay-pos/kit": "workspace:^" }
      })}\n`,
      "bin/changeset": `#!/bin/sh
[ "$1" = version ] || echo '{ "releases": [{ "name": "@hipay-pos/gateway", "type": "patch", "changesets": ["clearer"] }] }' >"./$3"
`
    })
    git(checkout, "tag", "@hipay-pos/core@0.1.0")
    git(checkout, "tag", "@hipay-pos/client@0.1.0")
    commit(checkout, files)
    assert.deepStrictEqual(makeVersions(checkout), { status: 0, said: "" })
    const written = globSync(".changeset/contains-*.md", { cwd: checkout }).map((file) => read(checkout, file))
    const patch = `---\n"@hipay-pos/${expected}": patch\n---\n\nInternal changes.\n`
    assert.deepStrictEqual(written, expected === undefined ? [] : [patch])
  })

  it("leave no changelog of a private package", () => {
    const checkout = makeCheckout({
      "site/package.json": '{ "name": "@hipay-pos/site", "private": true }\n',
      "site/CHANGELOG.md": "# @hipay-pos/site\n",
      "packages/cli/CHANGELOG.md": "# @hipay-pos/cli\n"
    })
    git(checkout, "tag", "@hipay-pos/core@0.1.0")
    assert.deepStrictEqual(makeVersions(checkout), { status: 0, said: "" })
    const kept = ["site", "packages/cli", "packages/core"].filter((folder) =>
      existsSync(join(checkout, folder, "CHANGELOG.md"))
    )
    assert.deepStrictEqual(kept, ["packages/core"])
  })

  it("are refused in one sentence if they are made a second time, before the first are committed", () => {
    const checkout = makeCheckout({ "bin/changeset": "#!/bin/sh\nexit 1\n" })
    rmSync(join(checkout, ".changeset/clearer.md"))
    assert.deepStrictEqual(makeVersions(checkout), {
      status: 1,
      said: "version-packages: packages have changed, and there is no changeset. If this ran before, its versions and changelogs are written: commit them. Otherwise add a changeset: npx changeset"
    })
    assert.isEmpty(globSync(".changeset/*", { cwd: checkout }))
  })

  it("are refused in one sentence if changesets cannot be read", () => {
    const checkout = makeCheckout({ "bin/changeset": "#!/bin/sh\nexit 1\n" })
    assert.deepStrictEqual(makeVersions(checkout), {
      status: 1,
      said: "version-packages: the changesets cannot be read; the reason is above"
    })
    assert.deepStrictEqual(globSync(".changeset/*", { cwd: checkout }), [".changeset/clearer.md"])
  })

  it("are refused if npm has a version for which git has no tag, and the changesets stay", () => {
    const checkout = makeCheckout({})
    writeFileSync(join(checkout, ".git/latest"), "@hipay-pos/core 0.1.0\n")
    const { status, said } = makeVersions(checkout)
    assert.strictEqual(status, 1)
    assert.include(
      said,
      "npm has @hipay-pos/core@0.1.0, and git has no tag of it: run git fetch --tags, or tag the commit that it was released from"
    )
    assert.isTrue(existsSync(join(checkout, ".changeset/clearer.md")))
  })

  it("are refused in a shallow clone, which does not know what was released", () => {
    const checkout = makeCheckout({})
    commit(checkout, { "packages/core/src/Money.ts": "export {}\n" })
    const shallow = `${checkout}-shallow`
    git(checkout, "clone", "--quiet", "--depth", "1", `file://${checkout}`, shallow)
    const { status, said } = makeVersions(shallow)
    assert.strictEqual(status, 1)
    assert.include(said, "a shallow clone does not know what was released: run git fetch --unshallow --tags")
    assert.isTrue(existsSync(join(shallow, ".changeset/clearer.md")))
  })
})
