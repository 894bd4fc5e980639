/** The mock in memory needs no part of Node: its bundles for a page and for a worker are complete, and pay without Node. */
import { fileURLToPath } from "node:url"
import { createContext, runInContext } from "node:vm"
import type { InMemoryMock } from "@hipay-pos/server-mock"
import { build } from "rolldown"
import { assert, describe, it } from "vitest"
import { orderFor } from "./order.ts"

const entry = (file: string) => fileURLToPath(new URL(`../packages/server-mock/src/${file}`, import.meta.url))

const bundle = async (file: string, conditions: ReadonlyArray<string>) => {
  const { output } = await build({
    input: entry(file),
    platform: "browser",
    resolve: { conditionNames: ["@hipay-pos/source", ...conditions, "import", "default"] },
    output: { format: "iife", name: "bundled", codeSplitting: false, minify: "dce-only" },
    onLog: () => {},
    write: false
  })
  const [{ code, fileName, imports, dynamicImports }] = output
  return { code, outside: [...imports, ...dynamicImports].filter((each) => each !== fileName) }
}

/** The globals that pages and workers share. */
const platform = [
  ...["AbortController", "AbortSignal", "Blob", "Event", "EventTarget", "FormData", "Headers", "Request", "Response"],
  ...["ReadableStream", "TransformStream", "WritableStream", "TextDecoder", "TextEncoder", "URL", "URLSearchParams"],
  ...["atob", "btoa", "clearTimeout", "crypto", "fetch", "performance", "queueMicrotask", "setTimeout"]
] as const

/** Runs a bundle without `process`, `Buffer`, `require` and `setImmediate`. */
const load = (code: string): { readonly makeMock: typeof import("@hipay-pos/server-mock").makeMock } => {
  const context = createContext(Object.fromEntries(platform.map((name) => [name, globalThis[name]])))
  assert.strictEqual(runInContext("typeof process + typeof Buffer + typeof require", context), "undefined".repeat(3))
  return runInContext(`${code}\nbundled`, context)
}

const pay = (mock: InMemoryMock, host: string) =>
  mock.fetch(`${mock.url}/v1/connector/order`, {
    method: "POST",
    headers: { authorization: `Basic ${btoa("merchant:secret")}`, "content-type": "application/json" },
    body: JSON.stringify(orderFor("A", { host }, { price: { amount: 1250, currency: "EUR" } }))
  })

describe("the mock in memory", () => {
  for (const [where, conditions] of [
    ["a page", ["browser"]],
    ["a worker", ["workerd", "worker", "browser"]]
  ] as const) {
    it(`is bundled for ${where} without an import that is left, and pays there`, async () => {
      const { code, outside } = await bundle("index.ts", conditions)
      assert.deepStrictEqual(outside, [])
      await using mock = load(code).makeMock()
      const answer = await pay(mock, "192.168.1.20")
      assert.strictEqual(answer.status, 200)
      assert.strictEqual(((await answer.json()) as { paymentStatus: string }).paymentStatus, "Success")
      const { entries } = await mock.mock.ledger()
      assert.deepStrictEqual(
        entries.map(({ amount, currency }) => [amount, currency]),
        [[1250, "EUR"]]
      )
    })
  }

  it("leaves imports in the bundle of the entry for Node, which this test would see", async () => {
    const { outside } = await bundle("node/index.ts", ["browser"])
    assert.include(outside, "node:http")
  })
})
