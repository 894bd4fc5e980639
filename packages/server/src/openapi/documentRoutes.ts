/**
 * The API's documents: OpenAPI for programs, a page for people. No login, nothing from other servers. If the server's pages
 * include the reference library, `/docs` has code samples and a button that sends requests; `/docs/text` is a page without
 * scripts.
 */
import { Hono } from "hono"
import type { Env } from "../http/HonoEnv.ts"
import type { Responder } from "../http/RouteTools.ts"
import type { Described } from "./describe.ts"

/** What the documents describe. */
export interface DocumentRoutesOptions extends Described {
  /** Whether the pages include the reference library; otherwise `/docs` is plain text. */
  readonly hasReference: boolean
}

/** The routes. Documents are made on first request: most servers never get one, and start sooner. */
export const documentRoutes = (
  { commonHeaders }: Responder,
  { hasReference, ...described }: DocumentRoutesOptions
): Hono<Env> => {
  const app = new Hono<Env>()
  const serve = (path: string, type: string, make: (documents: Documents) => string, policy = TEXT_ONLY) => {
    let text: Promise<string> | undefined
    app.get(path, async (c) => {
      text ??= import("./documents.ts").then(make)
      return new Response(await text, {
        headers: { ...headers, ...commonHeaders(c), "Content-Security-Policy": policy, "Content-Type": type }
      })
    })
  }
  const html = "text/html; charset=utf-8"
  const textPage = ({ page, describe }: Documents) => page(describe(described))
  serve("/openapi.json", "application/json", ({ describe }) => JSON.stringify(describe(described), null, 2))
  serve("/docs/text", html, textPage)
  serve("/docs.css", "text/css; charset=utf-8", ({ style }) => style)
  if (hasReference) {
    serve("/docs", html, ({ referencePage, describe }) => referencePage(describe(described).info.title), WITH_REFERENCE)
    serve("/docs/reference.js", "text/javascript; charset=utf-8", ({ referenceScript }) => referenceScript(described))
  } else serve("/docs", html, textPage)
  return app
}

type Documents = typeof import("./documents.ts")

const TEXT_ONLY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** The library writes its styles into the page. Nothing is loaded from, or sent to, another server. */
const WITH_REFERENCE =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

const headers = {
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cache-Control": "no-cache"
}
