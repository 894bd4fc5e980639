/**
 * Bundles a bin and everything that it imports, except Node's own modules, into one file that starts quickly.
 *
 * The file is CommonJS: when an ES module imports one of Node's own modules, Node evaluates every export of that module, used or
 * not. Parts of libraries that no bin uses are replaced; since the lock file pins the libraries, the build fails when the text
 * to be replaced is gone. The file is ASCII, and has no comments but licences, because Node keeps the source in memory.
 */
import { readFileSync, writeFileSync } from "node:fs"
import { build, type InputOptions, type RolldownPlugin } from "rolldown"

/** A module, by the end of its path; a text in it, or the whole of it; and what replaces that. */
const rewrites: ReadonlyArray<readonly [module: string, text: string | undefined, instead: string]> = [
  // To load Unicode's segmentation tables takes tens of milliseconds, and only the printing of help needs them.
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
  // Its own index has adapters to a dozen databases.
  [
    "/rate-limiter-flexible/index.js",
    undefined,
    'module.exports = { RateLimiterMemory: require("./lib/RateLimiterMemory.js") };'
  ]
]

const lighter: RolldownPlugin = {
  name: "lighter",
  transform: (code, path) => {
    const rewrite = rewrites.find(([module]) => path.replaceAll("\\", "/").endsWith(module))
    if (rewrite === undefined) return null
    const [module, text = code, instead] = rewrite
    if (!code.includes(text)) throw new Error(`${module} no longer has ${text}`)
    return code.replace(text, () => instead)
  }
}

/** The same program in ASCII: Node reads it faster, and keeps one byte for each character instead of two. */
const toAscii = (code: string): string => {
  const inTheWay = /\\[^\0-\x7f]|String\.raw`[^`]*?[^\0-\x7f]/.exec(code)
  if (inTheWay !== null) throw new Error(`cannot be written in ASCII: ${inTheWay[0]}`)
  return code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
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
  writeFileSync(file, toAscii(readFileSync(file, "utf8")))
  return output[0].moduleIds
}
