/** Files that older versions wrote are opened, and show what they showed: every attempt, and every answer as it was. */
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, assert, describe, it } from "vitest"
import { showAll } from "../render/everyEnd.ts"

const folder = mkdtempSync(join(tmpdir(), "old-formats-"))
afterAll(() => rmSync(folder, { recursive: true }))
const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url))

describe.each(["1", "2", "3"])("a store of format %s", (format) => {
  it("opens, and shows the attempts that it showed", async () => {
    const path = join(folder, `${format}.db`)
    copyFileSync(fixture(`store-format-${format}.db`), path)
    const shown = JSON.parse(readFileSync(fixture(`store-format-${format}.shown.json`), "utf8"))
    assert.deepStrictEqual(await showAll(path), shown)
    assert.deepStrictEqual(await showAll(path), shown)
  })
})
