/** `pnpm release`, in a checkout of one package and with a pnpm that only records its arguments. */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { commit, git, makeCheckout, manifest, pnpm, pushedTags, read, runScript } from "./checkout.ts"

const release = (checkout: string, ...args: ReadonlyArray<string>) => {
  const { status, said } = runScript(checkout, "scripts/release/publish.ts", "--checked", ...args)
  return { status, said }
}

describe("a release", () => {
  it("publishes packages that name their repository, and restores the checkout", () => {
    const checkout = makeCheckout()
    assert.deepStrictEqual(release(checkout, "--provenance"), { status: 0, said: "" })
    assert.match(read(checkout, ".git/asked"), /^publish --recursive .*--provenance$/m)
    assert.include(read(checkout, ".git/published"), '"url": "git+https://example.org/shop/hipay-pos.git"')
    assert.include(read(checkout, ".git/published"), "(https://example.org/shop/hipay-pos/blob/main/docs/limits.md)")
    assert.strictEqual(git(checkout, "status", "--porcelain"), "")
  })

  it("tags its commit, even if git knows no author, and pushes the tag", () => {
    const checkout = makeCheckout()
    assert.deepStrictEqual(release(checkout), { status: 0, said: "" })
    assert.strictEqual(pushedTags(checkout), `@hipay-pos/core@0.2.0 ${git(checkout, "rev-parse", "HEAD")}`)
  })

  it("publishes a package whose name npm has reserved, as its latest", () => {
    const checkout = makeCheckout()
    writeFileSync(join(checkout, ".git/latest"), "@hipay-pos/core 0.0.0\n")
    assert.deepStrictEqual(release(checkout), { status: 0, said: "" })
    assert.match(read(checkout, ".git/asked"), /^publish .*--tag latest$/m)
  })

  it("that stopped halfway is finished by running it again: the tag is there before npm has the version", () => {
    const checkout = makeCheckout({
      "bin/pnpm": `#!/bin/sh\n[ "$1" = view ] && echo ERR_PNPM_FETCH_404\nexit 1\n`
    })
    assert.strictEqual(release(checkout).status, 1)
    const tags = pushedTags(checkout)
    assert.strictEqual(tags, `@hipay-pos/core@0.2.0 ${git(checkout, "rev-parse", "HEAD")}`)
    commit(checkout, { "bin/pnpm": pnpm })
    assert.deepStrictEqual(release(checkout), { status: 0, said: "" })
    assert.strictEqual(pushedTags(checkout), tags)
  })

  it("publishes nothing if its tag cannot be pushed", () => {
    const checkout = makeCheckout()
    const author = ["-c", "user.name=somebody", "-c", "user.email=somebody@localhost"]
    const another = git(checkout, ...author, "commit-tree", "HEAD^{tree}", "-m", "another")
    git(checkout, "push", "--quiet", "origin", `${another}:refs/tags/@hipay-pos/core@0.2.0`)
    const { status, said } = release(checkout)
    assert.strictEqual(status, 1)
    assert.include(said, "release: Command failed: git push")
    assert.strictEqual(git(checkout, "tag"), "")
    assert.throws(() => read(checkout, ".git/asked"), "ENOENT")
  })

  it("only tried, tags nothing", () => {
    const checkout = makeCheckout()
    assert.strictEqual(release(checkout, "--dry-run").status, 0)
    assert.strictEqual(git(checkout, "tag") + pushedTags(checkout), "")
  })

  it("is refused if npm already has the version, and git does not know its commit", () => {
    const checkout = makeCheckout()
    writeFileSync(join(checkout, ".git/latest"), "@hipay-pos/core 0.2.0\n")
    assert.deepStrictEqual(release(checkout), {
      status: 1,
      said: "release: npm has @hipay-pos/core@0.2.0, and git has no tag of it: run git fetch --tags, or tag the commit that it was released from"
    })
    assert.strictEqual(git(checkout, "tag"), "")
  })

  it("accepts a package that was not built in a dry run only", () => {
    const checkout = makeCheckout({ "packages/core/package.json": manifest.replace('"src"', '"src", "dist"') })
    assert.strictEqual(release(checkout, "--dry-run").status, 0)
    assert.deepStrictEqual(release(checkout), {
      status: 1,
      said: "release: packages/core/dist is missing: run npx pnpm build"
    })
  })

  it.each<[string, Readonly<Record<string, string>>, string]>([
    [
      "changesets that no version has",
      { ".changeset/clearer.md": '---\n"@hipay-pos/core": patch\n---\n\nClearer.\n' },
      "release: changesets without a version: .changeset/clearer.md; run npx pnpm version-packages, and commit what it writes"
    ],
    [
      "a version that the changelog does not have",
      { "packages/core/CHANGELOG.md": "# @hipay-pos/core\n\n## 0.1.0\n" },
      "release: the changelog of @hipay-pos/core does not have 0.2.0: run npx pnpm version-packages"
    ],
    [
      "a README as it is before the first release",
      { "packages/core/README.md": "# Core\n\nUntil the first release it can be imported inside a clone only.\n" },
      "release: packages/core/README.md says what holds until the first release: take that out"
    ]
  ])("is refused with %s", (_, files, said) => {
    const checkout = makeCheckout(files)
    assert.deepStrictEqual(release(checkout), { status: 1, said })
    assert.throws(() => read(checkout, ".git/asked"), "ENOENT")
  })

  it("is refused if a package has changed since the tag of its version", () => {
    const checkout = makeCheckout()
    git(checkout, "tag", "@hipay-pos/core@0.2.0")
    commit(checkout, { "packages/core/src/Money.ts": "export {}\n" })
    assert.deepStrictEqual(release(checkout), {
      status: 1,
      said: "release: @hipay-pos/core has changed since @hipay-pos/core@0.2.0: run npx pnpm version-packages, and commit what it writes"
    })
  })

  it("is refused with changes that are not committed", () => {
    const checkout = makeCheckout()
    writeFileSync(join(checkout, "packages/core/README.md"), "# Core, again\n")
    assert.deepStrictEqual(release(checkout), {
      status: 1,
      said: "release: the checkout has changes that are not committed"
    })
  })
})

const at = (version: string): Readonly<Record<string, string>> => ({
  "packages/core/package.json": manifest.replace("0.2.0", version),
  "packages/core/CHANGELOG.md": `# @hipay-pos/core\n\n## ${version}\n\n- Clearer.\n`
})

/** Core 0.1.0 and 0.2.0 were released from main, and 0.1.1 was fixed on a branch of its own. */
const makeFix = (version = "0.1.1"): string => {
  const checkout = makeCheckout(at("0.1.0"))
  git(checkout, "tag", "@hipay-pos/core@0.1.0")
  commit(checkout, at("0.2.0"))
  git(checkout, "tag", "@hipay-pos/core@0.2.0")
  git(checkout, "switch", "--quiet", "--create", "fixes-0.1", "@hipay-pos/core@0.1.0")
  commit(checkout, at(version))
  writeFileSync(join(checkout, ".git/latest"), "@hipay-pos/core 0.2.0\n")
  return checkout
}

describe("a fix of the minor version before", () => {
  it("leaves npm's latest as it is", () => {
    const checkout = makeFix()
    assert.deepStrictEqual(release(checkout), { status: 0, said: "" })
    assert.match(read(checkout, ".git/asked"), /^publish .*--filter @hipay-pos\/core .*--tag previous$/m)
    assert.strictEqual(git(checkout, "tag", "--points-at", "HEAD"), "@hipay-pos/core@0.1.1")
    git(checkout, "switch", "--quiet", "main")
    release(checkout)
    assert.match(read(checkout, ".git/asked"), /^publish .*--tag latest$/m)
  })

  it("is not released if another branch continues the minor version", () => {
    const checkout = makeFix("0.2.1")
    assert.deepStrictEqual(release(checkout), {
      status: 1,
      said: "release: nothing to release: every package is released from another branch"
    })
    assert.notInclude(git(checkout, "tag"), "0.2.1")
  })

  it("is released beside a package that is left to the other branch", () => {
    const checkout = makeFix()
    commit(checkout, {
      "packages/cli/package.json": '{ "name": "@hipay-pos/cli", "version": "0.1.7" }\n',
      "packages/cli/README.md": "# Cli\n",
      "packages/cli/AGENTS.md": "# Cli\n",
      "packages/cli/CHANGELOG.md": "# @hipay-pos/cli\n\n## 0.1.7\n"
    })
    writeFileSync(join(checkout, ".git/latest"), "@hipay-pos/core 0.2.0\n@hipay-pos/cli 0.1.6\n")
    git(checkout, "tag", "@hipay-pos/cli@0.1.6", "main")
    assert.strictEqual(release(checkout).status, 0)
    assert.notInclude(read(checkout, ".git/asked"), "@hipay-pos/cli")
    assert.strictEqual(git(checkout, "tag", "--points-at", "HEAD"), "@hipay-pos/core@0.1.1")
  })

  it("is refused if its version was released from another branch", () => {
    const checkout = makeFix()
    git(checkout, "switch", "--quiet", "--create", "another", "@hipay-pos/core@0.1.0")
    commit(checkout, { ...at("0.1.1"), "packages/core/src/Money.ts": "export {}\n" })
    git(checkout, "tag", "@hipay-pos/core@0.1.1")
    git(checkout, "switch", "--quiet", "fixes-0.1")
    assert.deepStrictEqual(release(checkout), {
      status: 1,
      said: "release: @hipay-pos/core@0.1.1 was released from another branch: begin this one at the newest tag of its minor version"
    })
  })

  it("is refused if git does not know the commit of npm's latest", () => {
    const checkout = makeFix()
    git(checkout, "tag", "--delete", "@hipay-pos/core@0.2.0")
    assert.deepStrictEqual(release(checkout), {
      status: 1,
      said: "release: npm has @hipay-pos/core@0.2.0, and git has no tag of it: run git fetch --tags, or tag the commit that it was released from"
    })
  })

  it("is refused if npm does not answer", () => {
    const checkout = makeCheckout({ "bin/pnpm": "#!/bin/sh\necho away >&2\nexit 1\n" })
    assert.deepStrictEqual(release(checkout), {
      status: 1,
      said: "release: npm does not say what the latest @hipay-pos/core is: away"
    })
  })
})
