/** A checkout of one package with the scripts of a release, and a pnpm that only records its arguments. */
import { execFileSync, spawnSync } from "node:child_process"
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { root } from "../../scripts/release/members.ts"

export const manifest = '{ "name": "@hipay-pos/core", "version": "0.2.0", "files": ["src"] }\n'
const readme = "# Core\n\n[Limits](../../docs/limits.md)\n"
const changelog = "# @hipay-pos/core\n\n## 0.2.0\n\n- Clearer.\n\n## 0.1.0\n\nFirst release.\n"

/** Records what it publishes. npm has the packages for which `.git/latest` gives a version. */
export const pnpm = String.raw`#!/bin/sh
if [ "$1" = view ]; then
  sed -n "s|^$2 \(.*\)|\"\1\"|p" .git/latest 2>/dev/null | grep . || { echo '{ "error": { "code": "ERR_PNPM_FETCH_404" } }'; exit 1; }
elif [ "$1" = publish ]; then
  cat packages/core/package.json packages/core/README.md >.git/published
  echo "$@" >>.git/asked
fi
`

/** An environment in which git knows no author. */
export const environment = (checkout: string): NodeJS.ProcessEnv => ({
  PATH: `${join(checkout, "bin")}:${process.env.PATH}`,
  HOME: checkout,
  GIT_CONFIG_NOSYSTEM: "1",
  RELEASE_REPOSITORY: "https://example.org/shop/hipay-pos"
})

export const git = (checkout: string, ...args: ReadonlyArray<string>): string =>
  execFileSync("git", args, { cwd: checkout, env: environment(checkout), encoding: "utf8" }).trim()

export const commit = (checkout: string, files: Readonly<Record<string, string>>) => {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(checkout, file)), { recursive: true })
    writeFileSync(join(checkout, file), text)
    if (file.startsWith("bin/")) chmodSync(join(checkout, file), 0o755)
  }
  git(checkout, "add", "--all")
  const author = ["-c", "user.name=somebody", "-c", "user.email=somebody@localhost"]
  git(checkout, ...author, "commit", "--quiet", "--message", "core")
}

const makeFolder = (): string => mkdtempSync(join(tmpdir(), "release-"))

let prepared: string | undefined

/** A checkout without a commit. */
const prepare = (): string => {
  const checkout = makeFolder()
  cpSync(join(root, "scripts/release"), join(checkout, "scripts/release"), { recursive: true })
  git(checkout, "init", "--quiet", "--initial-branch", "main", "--template=")
  git(checkout, "init", "--quiet", "--bare", "--template=", ".git/origin")
  git(checkout, "remote", "add", "origin", ".git/origin")
  return checkout
}

export const makeCheckout = (files: Readonly<Record<string, string>> = {}): string => {
  prepared ??= prepare()
  const checkout = makeFolder()
  cpSync(prepared, checkout, { recursive: true })
  commit(checkout, {
    "package.json": '{ "type": "module" }\n',
    "packages/core/package.json": manifest,
    "packages/core/README.md": readme,
    "packages/core/AGENTS.md": "# For coding assistants\n",
    "packages/core/CHANGELOG.md": changelog,
    "packages/core/src/Money.ts": "",
    "bin/pnpm": pnpm,
    ...files
  })
  return checkout
}

/** Tags of the repository that the checkout pushes to, with the commit of each. */
export const pushedTags = (checkout: string): string =>
  git(checkout, "--git-dir", ".git/origin", "for-each-ref", "--format=%(refname:short) %(objectname)", "refs/tags")

export const runScript = (checkout: string, script: string, ...args: ReadonlyArray<string>) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    cwd: checkout,
    env: environment(checkout),
    encoding: "utf8"
  })
  return { status, printed: stdout.trim(), said: stderr.trim() }
}

export const read = (checkout: string, file: string) => readFileSync(join(checkout, file), "utf8")
