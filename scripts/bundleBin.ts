/**
 * Bundles a bin and everything that it imports, except Node's own modules, into one file that starts quickly.
 *
 * The file is CommonJS: when an ES module imports one of Node's own modules, Node evaluates every export of that module, used or
 * not. Parts of libraries that no bin uses are replaced; since the lock file pins the libraries, the build fails when the text
 * to be replaced is gone. The file is ASCII, and has no comments but licences, because Node keeps the source in memory.
 */
import { readFileSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { build, type InputOptions, type RolldownPlugin } from "rolldown"

/** A module, by the end of its path; the text to replace; and its replacement. */
const rewrites: ReadonlyArray<readonly [module: string, text: string | RegExp, instead: string]> = [
  // Loading Unicode's segmentation tables takes tens of milliseconds, and only printing help needs them.
  [
    "/effect/dist/cli/CliOutput.js",
    "/*#__PURE__*/new Intl.Segmenter(",
    "{ segment: (text) => makeSegmenter().segment(text) };\nconst makeSegmenter = () => new Intl.Segmenter("
  ],
  // The servers speak HTTP/1.1.
  [
    "/@hono/node-server/dist/index.mjs",
    'import { Http2ServerRequest, constants } from "node:http2";',
    "class Http2ServerRequest {}\nconst constants = {};"
  ],
  // It would mistake the bundle's classes for those of the process; no bin speaks WebSocket.
  ["/@hono/node-server/dist/index.mjs", /\bglobal(?:This)?\.(?=(?:Headers|Request|Response)\b)/g, ""],
  ["/@hono/node-server/dist/index.mjs", /globalThis\.(?:Close|Error)Event \?\? /g, ""],
  [
    "/@hono/node-server/dist/index.mjs",
    /Object\.defineProperty\(global, (".+"), \{ value: (.+) \}\)/g,
    "setWebClass($1, $2)"
  ],
  // Its own index has adapters to a dozen databases.
  [
    "/rate-limiter-flexible/index.js",
    /^.*$/s,
    'module.exports = { RateLimiterMemory: require("./lib/RateLimiterMemory.js") };'
  ]
]

const lighter: RolldownPlugin = {
  name: "lighter",
  transform: (code, path) => {
    const here = rewrites.filter(([module]) => path.replaceAll("\\", "/").endsWith(module))
    return here.length === 0
      ? null
      : here.reduce((before, [module, text, instead]) => {
          const after = before.replace(text, instead)
          if (after === before) throw new Error(`${module} no longer has ${text}`)
          return after
        }, code)
  }
}

/** Global classes that this module replaces. */
const webClasses = Object.fromEntries(
  ["Headers", "Request", "Response", "setWebClass"].map((name): [string, [string, string]] => [
    name,
    [fileURLToPath(new URL("webClasses.ts", import.meta.url)), name]
  ])
)

/** The same program in ASCII: Node reads it faster, and keeps one byte for each character instead of two. */
const toAscii = (code: string): string => {
  const inTheWay = /\\[^\0-\x7f]|String\.raw`[^`]*?[^\0-\x7f]/.exec(code)
  if (inTheWay !== null) throw new Error(`cannot be written in ASCII: ${inTheWay[0]}`)
  return code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
}

/** How the bundle begins to use one of Node's own modules. */
const builtIn = /^let (node_\w+) = (require\("node:.+"\));\n(\1 = __toESM\(\1, 1\);\n)?/gm

/** The same program, in which each of Node's own modules is loaded when it is first used: a start needs few of them. */
const loadOnFirstUse = (code: string): string => {
  const loaders = new Map<string, string>()
  const uses = code.replace(builtIn, (_, name: string, module: string, asEsm?: string) => {
    loaders.set(name, asEsm === undefined ? module : `__toESM(${module}, 1)`)
    return ""
  })
  const lines = [...loaders].map(([name, load]) => `let ${name}_;\nconst ${name} = () => ${name}_ ??= ${load};\n`)
  return lines.join("") + uses.replace(/(?<![\w$.])node_\w+/g, (name) => (loaders.has(name) ? `(${name}())` : name))
}

/** Bundles `input` into `file`; gives the paths of the modules that it contains. `plugins` run before our own. */
export const bundleBin = async (
  input: string,
  file: string,
  {
    external = [],
    plugins = []
  }: Pick<InputOptions, "external"> & { readonly plugins?: ReadonlyArray<RolldownPlugin> } = {}
): Promise<ReadonlyArray<string>> => {
  const { output } = await build({
    input,
    platform: "node",
    external,
    plugins: [...plugins, lighter],
    transform: { inject: webClasses },
    // Libraries read globals that they do not use, and reading some of them is costly.
    treeshake: { propertyReadSideEffects: false },
    resolve: { conditionNames: ["@hipay-pos/source", "node", "import", "default"] },
    // effect looks there for settings that Vite makes.
    checks: { emptyImportMeta: false },
    output: {
      file,
      format: "cjs",
      codeSplitting: false,
      minify: "dce-only",
      comments: { legal: true, jsdoc: false, annotation: false }
    }
  })
  writeFileSync(file, loadOnFirstUse(toAscii(readFileSync(file, "utf8"))))
  return output[0].moduleIds
}
