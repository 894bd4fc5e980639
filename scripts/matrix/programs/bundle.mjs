/** Bundles `page.mjs` with the bundler that is named, and runs the bundle where nothing of Node is. */
import { readFileSync } from "node:fs"
import { resolve } from "node:path"
import { createContext, runInContext } from "node:vm"

const entry = resolve("page.mjs")
const to = resolve("bundled")

const bundlers = {
  esbuild: async () => {
    const { build } = await import("esbuild")
    await build({ entryPoints: [entry], bundle: true, minify: true, outfile: `${to}/esbuild.js` })
  },
  vite: async () => {
    const { build } = await import("vite")
    const lib = { entry, formats: ["iife"], name: "page", fileName: () => "vite.js" }
    await build({ logLevel: "error", configFile: false, build: { lib, outDir: to, emptyOutDir: false, minify: true } })
  },
  webpack: async () => packed((await import("webpack")).default, "webpack"),
  rspack: async () => packed((await import("@rspack/core")).rspack, "rspack")
}

const packed = (compile, name) =>
  new Promise((done, fail) => {
    const output = { path: to, filename: `${name}.js` }
    const plugins = [new compile.optimize.LimitChunkCountPlugin({ maxChunks: 1 })]
    compile({ mode: "production", target: "web", entry, output, plugins }, (error, stats) =>
      error || stats.hasErrors() ? fail(error ?? new Error(stats.toString("errors-only"))) : done()
    )
  })

const [name] = process.argv.slice(2)
await bundlers[name]()
const platform = [
  ...["AbortController", "AbortSignal", "Blob", "Event", "EventTarget", "FormData", "Headers", "Request", "Response"],
  ...["ReadableStream", "TransformStream", "WritableStream", "TextDecoder", "TextEncoder", "URL", "URLSearchParams"],
  ...["atob", "btoa", "clearTimeout", "console", "crypto", "fetch", "performance", "queueMicrotask", "setTimeout"]
]
const context = createContext(Object.fromEntries(platform.map((global) => [global, globalThis[global]])))
context.self = context
context.document = { currentScript: null, baseURI: "http://localhost/", createElement: () => ({}) }
context.location = new URL("http://localhost/")
runInContext(readFileSync(`${to}/${name}.js`, "utf8"), context)
console.log(await context.paid)
