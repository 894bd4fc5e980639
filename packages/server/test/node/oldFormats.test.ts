/** Files that older versions wrote open and show the same as before: every attempt, and every answer. */
import { copyFileSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "vitest"
import { showAll } from "../render/everyEnd.ts"

const folder = mkdtempSync(join(tmpdir(), "old-formats-"))
const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url))

describe.each(["1", "2", "3"])("a store of format %s", (format) => {
  it("opens, and shows the same attempts as before", async () => {
    const path = join(folder, `${format}.db`)
    copyFileSync(fixture(`store-format-${format}.db`), path)
    const file = fixture(`store-format-${format}.shown.json`)
    if (process.env.UPDATE === "1") {
      const { length: indent } = /^ +/m.exec(readFileSync(file, "utf8"))?.[0] ?? ""
      writeFileSync(file, `${JSON.stringify(await showAll(path), null, indent)}\n`)
    }
    const shown = JSON.parse(readFileSync(file, "utf8"))
    assert.deepStrictEqual(await showAll(path), shown)
    assert.deepStrictEqual(await showAll(path), shown)
  })
})
