/** The README's functions, and its Effect program, which starts a gateway and releases its store. */
import { execFile } from "node:child_process"
import { mkdtempSync, readFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import * as Node from "@hipay-pos/gateway/node"
import { assert, it } from "vitest"

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8")

it("starts a gateway in a scope, and closes it with the scope", { timeout: 60_000 }, async () => {
  const [, program = ""] = /```ts effect\n([\s\S]*?)```/.exec(readme) ?? []
  const folder = mkdtempSync(join(tmpdir(), "readme-"))
  const replaced = (code: string, [word, other]: readonly [string, string]) => {
    assert.include(code, word)
    return code.replace(word, other)
  }
  const code = [
    [
      "  // … tills send their orders to url …\n",
      '  console.log((yield* Effect.promise(() => fetch(new URL("/livez", url)))).status)\n'
    ],
    [`store: "attempts.db"`, `port: 0, store: ${JSON.stringify(join(folder, "attempts.db"))}`]
  ] as const
  const flags = ["--conditions=@hipay-pos/source", "--input-type=module-typescript", "--eval"]
  const cwd = fileURLToPath(new URL("..", import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, code.reduce(replaced, program)], { cwd })
  assert.strictEqual(stdout.trim(), "200")
})

it("names functions that the package has", () => {
  const named = [...readme.matchAll(/`([a-z]+[A-Z]\w*)`/g)].map(([, name = ""]) => name)
  assert.isNotEmpty(named)
  assert.deepStrictEqual(
    named.filter((name) => typeof Reflect.get(Node, name) !== "function"),
    []
  )
})
