/** What is left beside a file that is replaced, and what is not. */
import { chmodSync, mkdtempSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, beforeEach, describe, it } from "vitest"
import { checkReplaceable, replaceFile } from "../src/replaceFile.ts"

let folder = ""
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "replace-"))
})

describe("a file that is replaced", () => {
  it("is replaced although a process with the same id has left or is writing a file, which stays", async () => {
    const path = join(folder, "terminals.json")
    const other = `terminals.json.${process.pid}.new`
    writeFileSync(path, "old")
    writeFileSync(join(folder, other), "of another")
    await checkReplaceable(path)
    await replaceFile(path, "new")
    assert.strictEqual(readFileSync(path, "utf8"), "new")
    assert.deepStrictEqual(readdirSync(folder).sort(), ["terminals.json", other])
    assert.strictEqual(readFileSync(join(folder, other), "utf8"), "of another")
  })

  it("may be replaced twice at once: it holds one complete text", async () => {
    const path = join(folder, "terminals.json")
    const texts = ["a".repeat(50_000), "b".repeat(50_000)]
    await Promise.all(texts.map((text) => replaceFile(path, text)))
    assert.include(texts, readFileSync(path, "utf8"))
    assert.deepStrictEqual(readdirSync(folder), ["terminals.json"])
  })

  it("keeps its mode, and the link that leads to it", async () => {
    const [path, link] = [join(folder, "terminals.json"), join(folder, "link.json")]
    writeFileSync(path, "old")
    chmodSync(path, 0o640)
    symlinkSync(path, link)
    await replaceFile(link, "new", 0o600)
    assert.deepStrictEqual([readFileSync(path, "utf8"), statSync(path).mode & 0o777], ["new", 0o640])
    assert.deepStrictEqual(readdirSync(folder).sort(), ["link.json", "terminals.json"])
  })
})
