import { fileURLToPath } from "node:url"
import * as vm from "node:vm"
import { assert, describe, it } from "@effect/vitest"
import { rolldown } from "rolldown"
import { frameOf } from "./vectors.ts"

/** What browsers, workers, Deno and Bun share, as far as this package needs it. */
const web = () => ({
  AbortController,
  TextDecoder,
  TextEncoder,
  URL,
  atob,
  btoa,
  clearTimeout,
  console,
  crypto,
  performance,
  queueMicrotask,
  setTimeout
})

describe("the package's entry", () => {
  it("bundles for a browser without a module of Node's, and runs where there is no Node", async () => {
    const bundle = await rolldown({
      input: fileURLToPath(new URL("../src/index.ts", import.meta.url)),
      platform: "browser",
      resolve: { conditionNames: ["@hipay-pos/source", "import", "default"] },
      logLevel: "silent"
    })
    const { output } = await bundle.generate({ format: "iife", name: "concert", minify: true })
    await bundle.close()
    assert.strictEqual(output.length, 1)
    assert.deepStrictEqual(output[0].imports, [])

    const context = vm.createContext(web())
    vm.runInContext(output[0].code, context)
    const text = vm.runInContext(
      `concert.Explain.toText(concert.Explain.explain(${JSON.stringify(frameOf("ok-cb-contact"))}).success)`,
      context
    )
    assert.include(text, "12.45 EUR")
  })
})
