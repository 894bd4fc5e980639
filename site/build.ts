/**
 * `pnpm site`: builds the whole site in `site/dist`, for any host: the playground, the documentation, the reference and the
 * search. Fails if a link is broken.
 */
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { gzipSync } from "node:zlib"
import Eleventy from "@11ty/eleventy"
import { build } from "vite"
import { deadLinks } from "./generator/links.ts"

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))
const dist = path("dist")

process.chdir(path("."))
rmSync(dist, { recursive: true, force: true })
mkdirSync(join(dist, "assets"), { recursive: true })

await build({ configFile: path("vite.config.ts"), logLevel: "warn" })
await build({ configFile: path("vite.theme.config.ts"), logLevel: "warn" })
cpSync(path("../packages/console/src/public/favicon.svg"), join(dist, "assets/favicon.svg"))
await new Eleventy("content", "dist", { configPath: "eleventy.config.ts", quietMode: true }).write()

const pages = new Map(
  globSync("**/*.html", { cwd: dist }).map((url) => [url, readFileSync(join(dist, url), "utf8")] as const)
)
const dead = deadLinks(pages, (file) => existsSync(join(dist, file)))
if (dead.length > 0) {
  console.error(`${dead.length} links lead to nothing:\n${dead.join("\n")}`)
  process.exit(1)
}
const script = gzipSync(readFileSync(join(dist, "assets/site.js"))).length
console.log(`site/dist: ${pages.size} pages, ${Math.round(script / 1024)} kB of script on a text page (gzip)`)
