/** `pnpm release`, in a checkout of one package and with a pnpm that only notes what it is asked. */
import { execFileSync, spawnSync } from "node:child_process"
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterEach, assert, describe, it } from "vitest"
import { root } from "../../scripts/release/members.ts"

const checkouts: Array<string> = []
afterEach(() => {
  for (const checkout of checkouts.splice(0)) rmSync(checkout, { recursive: true })
})

const manifest = '{ "name": "@hipay-pos/core", "version": "0.2.0", "files": ["src"] }\n'
const readme = "# Core\n\n[Limits](../../docs/limits.md)\n"
const changelog = "# @hipay-pos/core\n\n## 0.2.0\n\n- Clearer.\n\n## 0.1.0\n\nFirst release.\n"

/** Nobody's: git knows no author in it. */
const environment = (checkout: string): NodeJS.ProcessEnv => ({
  PATH: `${join(checkout, "bin")}:${process.env.PATH}`,
  HOME: checkout,
  GIT_CONFIG_NOSYSTEM: "1",
  RELEASE_REPOSITORY: "https://example.org/shop/hipay-pos"
})

const makeCheckout = (files: Readonly<Record<string, string>> = {}): string => {
  const checkout = mkdtempSync(join(tmpdir(), "release-"))
  checkouts.push(checkout)
  const all = {
    "package.json": '{ "type": "module" }\n',
    "packages/core/package.json": manifest,
    "packages/core/README.md": readme,
    "packages/core/AGENTS.md": "# For coding assistants\n",
    "packages/core/CHANGELOG.md": changelog,
    "packages/core/src/Money.ts": "",
    "bin/pnpm":
      '#!/bin/sh\ncat packages/core/package.json packages/core/README.md >.git/published\necho "$@" >.git/asked\n',
    ...files
  }
  for (const [file, text] of Object.entries(all)) {
    mkdirSync(dirname(join(checkout, file)), { recursive: true })
    writeFileSync(join(checkout, file), text)
  }
  chmodSync(join(checkout, "bin/pnpm"), 0o755)
  cpSync(join(root, "scripts/release"), join(checkout, "scripts/release"), { recursive: true })
  const git = (...args: ReadonlyArray<string>) =>
    execFileSync("git", args, { cwd: checkout, env: environment(checkout) })
  git("init", "--quiet")
  git("add", "--all")
  git("-c", "user.name=somebody", "-c", "user.email=somebody@localhost", "commit", "--quiet", "--message", "core")
  return checkout
}

const release = (checkout: string, ...args: ReadonlyArray<string>) => {
  const { status, stderr } = spawnSync(process.execPath, ["scripts/release/publish.ts", "--checked", ...args], {
    cwd: checkout,
    env: environment(checkout),
    encoding: "utf8"
  })
  return { status, said: stderr.trim() }
}

const git = (checkout: string, ...args: ReadonlyArray<string>): string =>
  execFileSync("git", args, { cwd: checkout, env: environment(checkout), encoding: "utf8" }).trim()
const read = (checkout: string, file: string) => readFileSync(join(checkout, file), "utf8")

describe("a release", () => {
  it("publishes what names its repository, and leaves the checkout as it was", () => {
    const checkout = makeCheckout()
    assert.deepStrictEqual(release(checkout, "--provenance"), { status: 0, said: "" })
    assert.match(read(checkout, ".git/asked"), /^publish --recursive .*--provenance$/m)
    assert.include(read(checkout, ".git/published"), '"url": "git+https://example.org/shop/hipay-pos.git"')
    assert.include(read(checkout, ".git/published"), "(https://example.org/shop/hipay-pos/blob/main/docs/limits.md)")
    assert.strictEqual(git(checkout, "status", "--porcelain"), "")
  })

  it("tags its commit, where git knows no author as well, and once", () => {
    const checkout = makeCheckout()
    release(checkout)
    assert.strictEqual(git(checkout, "tag", "--points-at", "HEAD"), "@hipay-pos/core@0.2.0")
    assert.strictEqual(release(checkout).status, 0)
  })

  it("tags nothing that it could not publish, or has only tried", () => {
    const failing = makeCheckout({ "bin/pnpm": "#!/bin/sh\nexit 1\n" })
    assert.strictEqual(release(failing).status, 1)
    assert.strictEqual(git(failing, "tag"), "")
    const checkout = makeCheckout()
    assert.strictEqual(release(checkout, "--dry-run").status, 0)
    assert.strictEqual(git(checkout, "tag"), "")
  })

  it("tries what is not built, and does not publish it", () => {
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
      "a README of before the first release",
      { "packages/core/README.md": "# Core\n\nUntil the first release it can be imported inside a clone only.\n" },
      "release: packages/core/README.md says what holds until the first release: take that out"
    ]
  ])("is refused with %s", (_, files, said) => {
    const checkout = makeCheckout(files)
    assert.deepStrictEqual(release(checkout), { status: 1, said })
    assert.throws(() => read(checkout, ".git/asked"), "ENOENT")
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
