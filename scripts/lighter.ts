/**
 * Makes a bundle of a bin lighter to start: libraries, whose versions the lock file pins, are bundled without what no bin of
 * ours reaches, and the text is ASCII. A build whose library no longer has the text that is looked for fails.
 */
import type { RolldownPlugin } from "rolldown"

/** A module, by the end of its path; a text in it, or all of it; and what that becomes. */
const rewrites: ReadonlyArray<readonly [module: string, text: string | undefined, instead: string]> = [
  // Unicode's tables are tens of milliseconds away, and only help as effect writes it looks at them.
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

/** Leaves out of libraries what no bin reaches. */
export const lighter: RolldownPlugin = {
  name: "lighter",
  transform: (code, path) => {
    const rewrite = rewrites.find(([module]) => path.replaceAll("\\", "/").endsWith(module))
    if (rewrite === undefined) return null
    const [module, text = code, instead] = rewrite
    if (!code.includes(text)) throw new Error(`${module} no longer has ${text}`)
    return code.replace(text, () => instead)
  }
}

/** The same program in ASCII: Node reads it faster, and holds it in a byte a character instead of two. */
export const toAscii = (code: string): string => {
  const inTheWay = /\\[^\0-\x7f]|String\.raw`[^`]*?[^\0-\x7f]/.exec(code)
  if (inTheWay !== null) throw new Error(`cannot be written in ASCII: ${inTheWay[0]}`)
  return code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
}
