/** `.ci/run` with an npm and an npx that do nothing, or leave something behind. */
import { execFileSync, spawnSync } from "node:child_process"
import { chmodSync, cpSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { root } from "../../scripts/release/members.ts"

const makeCheckout = (npm: string, failing = "none"): string => {
  const folder = mkdtempSync(join(tmpdir(), "checks-"))
  mkdirSync(join(folder, "bin"))
  cpSync(join(root, ".ci"), join(folder, ".ci"), { recursive: true })
  const programs = {
    npm,
    npx: `case "$*" in "pnpm -s exec "*) echo "7 passed, 0 failed" ;; "pnpm ${failing}") echo broken; exit 3 ;; esac`,
    // Not root, so that nothing is installed.
    id: "echo 1000"
  }
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(join(folder, "bin", name), `#!/bin/sh\n${text}\n`)
    chmodSync(join(folder, "bin", name), 0o755)
  }
  return folder
}

const makeRepository = (folder: string) => {
  const author = ["-c", "user.name=somebody", "-c", "user.email=somebody@localhost"]
  execFileSync("git", ["init", "--quiet"], { cwd: folder })
  execFileSync("git", ["add", "--all"], { cwd: folder })
  execFileSync("git", [...author, "commit", "--quiet", "--message", "checks"], { cwd: folder })
}

const check = (folder: string) => {
  const { status, stdout, stderr } = spawnSync("bash", [".ci/run"], {
    cwd: folder,
    env: { PATH: `${join(folder, "bin")}:${process.env.PATH}`, HOME: folder, TMPDIR: tmpdir() },
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"]
  })
  return { status, printed: stdout.trim(), said: stderr.trim() }
}

describe("the checks", () => {
  it("fail if a test leaves a file in the checkout", () => {
    const folder = makeCheckout("echo >report.xml")
    makeRepository(folder)
    const { status, printed, said } = check(folder)
    assert.strictEqual(status, 1)
    assert.match(said, /^The checks changed the checkout; .*\n\?\? report\.xml$/s)
    assert.notInclude(printed, "passed")
  })

  it("mind no change that was there before", () => {
    const folder = makeCheckout("")
    makeRepository(folder)
    writeFileSync(join(folder, "draft.md"), "")
    assert.deepStrictEqual(check(folder), { status: 0, printed: "7 passed, 0 failed", said: "" })
  })

  it.each(["check", "build", "site", "pack:check"])("fail with `pnpm %s`, and show what it said", (failing) => {
    assert.deepStrictEqual(check(makeCheckout("", failing)), { status: 3, printed: "broken", said: "" })
  })

  it("run without git", () => {
    const folder = makeCheckout("echo >report.xml")
    assert.deepStrictEqual(check(folder), { status: 0, printed: "7 passed, 0 failed", said: "" })
  })
})
