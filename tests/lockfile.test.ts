/** A lockfile that was made where only Linux binaries are published installs on Linux only, and nobody notices. */
import { readFileSync } from "node:fs"
import { assert, describe, it } from "vitest"

const lockfile = readFileSync(new URL("../pnpm-lock.yaml", import.meta.url), "utf8")

/** Native packages by platform name; their siblings differ in that part of the name only. */
const linux = [...lockfile.matchAll(/^ {2}'?([^\s'][^\s']*?linux-x64[^\s':]*?)@[^:]+:$/gm)].map(
  (match) => match[1] ?? ""
)

const siblings = (name: string): ReadonlyArray<string> => {
  const darwin = name.replace("linux-x64", "darwin-arm64").replace(/-(gnu|musl)$/, "")
  // Node itself: the arm64 build for macOS is published under another name.
  return [darwin, darwin.replace(/^node-/, "node-bin-")]
}

describe("the lockfile", () => {
  it("knows native packages at all", () => {
    assert.isAbove(linux.length, 3)
  })

  for (const name of new Set(linux)) {
    it(`has ${name} for macOS on arm64 too`, () => {
      assert.isTrue(siblings(name).some((sibling) => lockfile.includes(`${sibling}@`)))
    })
  }
})
