/**
 * Bundles `phone.js` as React Native does, compiles the bundle to Hermes bytecode, and runs the bundle where nothing is
 * but what React Native brings. The engine is Node's: no phone is here.
 */
import { execFileSync } from "node:child_process"
import { readFileSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { resolve } from "node:path"
import { createContext, runInContext } from "node:vm"
import { startServer } from "@hipay-pos/server-mock/node"

const require = createRequire(import.meta.url)
const { getDefaultConfig, mergeConfig } = require("@react-native/metro-config")
writeFileSync("babel.config.js", 'module.exports = { presets: ["module:@react-native/babel-preset"] }\n')
const { loadConfig, runBuild } = require("metro")
const config = mergeConfig(await loadConfig({}, getDefaultConfig(import.meta.dirname)), {
  // Set up before a phone's program starts: it asks for the phone's own modules.
  serializer: { getModulesRunBeforeMainModule: () => [] },
  reporter: { update: () => {} }
})
const out = resolve("phone.bundle.js")
const options = { entry: "phone.js", platform: "ios", dev: false, minify: false, out }
await runBuild(config, options)
const machine = { linux: "linux64-bin", darwin: "osx-bin", win32: "win64-bin" }[process.platform]
const hermesc = resolve(`node_modules/hermes-compiler/hermesc/${machine}/hermesc`)
execFileSync(hermesc, ["-emit-binary", "-O", "-w", "-out", "phone.hbc", out])

const platform = [
  ...["AbortController", "AbortSignal", "Blob", "Event", "EventTarget", "FormData", "Headers", "Request", "Response"],
  ...["TextDecoder", "TextEncoder", "URL", "URLSearchParams", "clearTimeout", "setTimeout", "clearInterval"],
  // An app has it from `react-native-get-random-values`.
  "crypto",
  ...["console", "fetch", "performance", "queueMicrotask", "setInterval", "atob", "btoa"]
]
const context = createContext(Object.fromEntries(platform.map((global) => [global, globalThis[global]])))
context.global = context
context.navigator = { product: "ReactNative" }
runInContext(readFileSync(out, "utf8"), context)
const server = await startServer({ port: 0 })
const outcome = await context.payAt(server.url)
const { entries } = await server.mock.ledger()
await server.close()
console.log(JSON.stringify({ outcome, charged: entries.length }))
