/** The program that moves real money holds nothing of a test: its bundle is made as it is published, and searched. */
import { fileURLToPath } from "node:url"
import { build } from "rolldown"
import { assert, describe, it } from "vitest"

const gateway = fileURLToPath(new URL("../../packages/gateway/src/bin/main.ts", import.meta.url))

describe("the bundle of hipay-pos-gateway", () => {
  it("holds no simulator, test card, fault, sandbox code or control API", { timeout: 180_000 }, async () => {
    const { output } = await build({
      input: gateway,
      platform: "node",
      resolve: { conditionNames: ["@hipay-pos/source", "node", "import", "default"] },
      output: { minify: "dce-only", comments: { legal: true, jsdoc: false, annotation: false } },
      write: false
    })
    const [{ code, moduleIds }] = output
    assert.deepStrictEqual(
      moduleIds.filter((id) => /packages[/\\](terminal-simulator|server-mock)[/\\]/.test(id)),
      []
    )
    for (const word of [
      "_mock",
      "answer-lost",
      "SIMULATION",
      "PressesRedKey",
      "TestCard",
      "http-fault",
      "/terminals/:name/script"
    ]) {
      assert.isFalse(code.includes(word), `the bundle says ${word}`)
    }
  })
})
