/** The arguments of `pnpm bench`. Nothing is measured: git, which would check out the other commit, is one that only fails. */
import { spawnSync } from "node:child_process"
import { chmodSync, mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, beforeEach, describe, it } from "vitest"

const main = fileURLToPath(new URL("../bench/main.ts", import.meta.url))

describe("pnpm bench compare", () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "hipay-pos-bench-"))
    writeFileSync(join(folder, "git"), '#!/bin/sh\necho "asked for $*" >&2\nexit 128\n')
    chmodSync(join(folder, "git"), 0o755)
  })

  const bench = (...args: ReadonlyArray<string>) => {
    const env = { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH}`, TMPDIR: folder }
    return spawnSync(process.execPath, ["--conditions=@hipay-pos/source", main, ...args], { encoding: "utf8", env })
  }

  it("needs no name of a benchmark", () => {
    for (const names of [[], ["codec"]]) {
      const { status, stderr } = bench("compare", "v1.0.0", ...names)
      assert.match(stderr, /asked for worktree add --detach \S+ v1\.0\.0/, names.join())
      assert.strictEqual(status, 1, names.join())
    }
  })

  it("needs a commit, and known names", () => {
    for (const args of [["compare"], ["compare", "v1.0.0", "unheard-of"], ["unheard-of"], []]) {
      const { status, stderr } = bench(...args)
      assert.match(stderr, /^pnpm bench /, args.join())
      assert.strictEqual(status, 2, args.join())
    }
  })
})
