/** Login files that an editor saved in another encoding: reported as such, without showing the login. */
import { mkdtempSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { readCredentials, readLogins } from "@hipay-pos/server/bin"
import * as Effect from "effect/Effect"

const folder = mkdtempSync(join(tmpdir(), "credentials-"))

const write = (name: string, bytes: Uint8Array): string => {
  const path = join(folder, name)
  writeFileSync(path, bytes, { mode: 0o600 })
  return path
}

const utf16 = (text: string): Buffer => Buffer.from(`\ufeff${text}`, "utf16le")

describe("a file with logins", () => {
  const text = "shop:Été:2026"
  const json = JSON.stringify({ logins: [{ username: "shop", password: "Été" }] })

  it.effect.each([
    ["UTF-16", utf16(text), utf16(json), "is UTF-16: save it as UTF-8"],
    [
      "UTF-16 without a mark",
      Buffer.from(text, "utf16le"),
      Buffer.from(json, "utf16le"),
      "is UTF-16: save it as UTF-8"
    ],
    ["Latin-1", Buffer.from(text, "latin1"), Buffer.from(json, "latin1"), "is not UTF-8, perhaps Latin-1"]
  ] as const)("in %s is named as such", ([name, login, logins, problem]) =>
    Effect.gen(function* () {
      const one = yield* Effect.flip(readCredentials("gateway", write(`${name}.txt`, login)))
      assert.include(one.line, `gateway: --credentials: ${join(folder, `${name}.txt`)} ${problem}`)
      const several = yield* Effect.flip(readLogins("gateway", "", write(`${name}.json`, logins)))
      assert.include(several.line, `gateway: --logins: ${join(folder, `${name}.json`)} ${problem}`)
      for (const { line } of [one, several]) assert.notInclude(line, "2026")
    })
  )

  it.effect("that cannot be reached is not called missing", () =>
    Effect.gen(function* () {
      const loop = join(folder, "loop")
      symlinkSync(loop, loop)
      for (const file of [loop, join(write("no-folder", utf16(text)), "till.txt")]) {
        const one = yield* Effect.flip(readCredentials("gateway", file))
        assert.strictEqual(one.line, `gateway: --credentials: cannot read ${file}`)
        const several = yield* Effect.flip(readLogins("gateway", "", file))
        assert.strictEqual(several.line, `gateway: --logins: cannot read ${file}`)
      }
    })
  )

  it.effect("in UTF-8 with a byte order mark and Windows line ends is read", () =>
    Effect.gen(function* () {
      const file = write("marked.txt", Buffer.from(`\ufeff${text}\r\n`))
      assert.deepStrictEqual(yield* readCredentials("gateway", file), { username: "shop", password: "Été:2026" })
    })
  )
})
