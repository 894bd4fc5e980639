import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { gunzipSync } from "node:zlib"
import { assert, describe, it } from "@effect/vitest"
import { findPages, readPages } from "@hipay-pos/server/node"
import * as Pages from "../../src/pages/Pages.ts"

const folder = mkdtempSync(join(tmpdir(), "pages-"))
mkdirSync(join(folder, "assets"))
writeFileSync(join(folder, "index.html"), "<!doctype html>")
writeFileSync(join(folder, "assets", "main-1a2b.js"), "main()")

const page = (path: string): Pages.Page => readPages(folder).get(path) ?? assert.fail(`no ${path}`)

describe("the console's files", () => {
  it("are looked for beside the program, whose place a CommonJS bundle does not know", () => {
    mkdirSync(join(folder, "pages"))
    writeFileSync(join(folder, "pages", "index.html"), "")
    assert.strictEqual(findPages(pathToFileURL(join(folder, "main.js")).href), join(folder, "pages/"))
    rmSync(join(folder, "pages"), { recursive: true })
    assert.isUndefined(findPages(pathToFileURL(join(folder, "main.js")).href))
    assert.isUndefined(findPages(undefined))
  })

  it("are found under their paths, the first page under the root", () => {
    assert.deepStrictEqual([...readPages(folder).keys()].sort(), ["/", "/assets/main-1a2b.js"])
  })

  it("are cached by browsers if their names change with their content", async () => {
    const first = Pages.toResponse(page("/"))
    assert.strictEqual(first.headers.get("cache-control"), "no-cache")
    assert.strictEqual(first.headers.get("content-type"), "text/html; charset=utf-8")
    const script = Pages.toResponse(page("/assets/main-1a2b.js"))
    assert.include(script.headers.get("cache-control"), "immutable")
    assert.strictEqual(await script.text(), "main()")
  })

  it("run only their own scripts", () => {
    const policy = Pages.toResponse(page("/")).headers.get("content-security-policy")
    assert.include(policy, "default-src 'none'; script-src 'self'")
    assert.include(policy, "frame-ancestors 'none'")
    assert.notInclude(policy, "unsafe")
  })

  it("are sent compressed to whoever takes that", async () => {
    const zipped = Pages.toResponse(page("/"), "br, gzip;q=0.5")
    assert.strictEqual(zipped.headers.get("content-encoding"), "gzip")
    assert.strictEqual(gunzipSync(await zipped.arrayBuffer()).toString(), "<!doctype html>")
    assert.isNull(Pages.toResponse(page("/"), "gzip;q=0").headers.get("content-encoding"))
  })
})
