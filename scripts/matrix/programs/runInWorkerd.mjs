/** Runs the bundled worker in workerd: in one request, and in a second one at the same object. */
import { readFileSync } from "node:fs"
import { Miniflare } from "miniflare"

const worker = new Miniflare({
  modules: [{ type: "ESModule", path: "worker.mjs", contents: readFileSync("bundled/worker.mjs", "utf8") }],
  durableObjects: { MOCK: "Mock" },
  compatibilityDate: "2026-04-01"
})
const ask = async (path) => (await worker.dispatchFetch(`http://localhost${path}`)).text()
const said = [await ask("/memory"), await ask("/object")]
await worker.dispose()
if (said[0] !== said[1]) throw new Error(said.join("\n"))
console.log(said[0])
