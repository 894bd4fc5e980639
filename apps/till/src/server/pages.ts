/** The built pages, read into memory once, so that no other files can be requested. */
import * as fs from "node:fs"
import { extname, join, sep } from "node:path"

/** The answer for a path, or `undefined` if there is no such page. */
export type Pages = (path: string) => Response | undefined

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2"
}

/** The pages of a folder. Files under `assets/` have a hash in their name and may be cached forever. */
export const pagesOf = (folder: string): Pages => {
  const files = new Map<string, { readonly body: Uint8Array<ArrayBuffer>; readonly headers: Record<string, string> }>()
  for (const name of fs.readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    const path = join(folder, name)
    if (!fs.statSync(path).isFile()) continue
    const url = `/${name.split(sep).join("/")}`
    const headers = {
      "content-type": types[extname(name)] ?? "application/octet-stream",
      "cache-control": url.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache"
    }
    files.set(url, { body: new Uint8Array(fs.readFileSync(path)), headers })
  }
  return (path) => {
    const file = files.get(path === "/" ? "/index.html" : path)
    return file && new Response(file.body, { headers: file.headers })
  }
}
