/** The API described: as OpenAPI for programs, as a page for people. No login, no script, nothing from elsewhere. */
import { type Context, Hono } from "hono"
import type { Env } from "../http/HonoEnv.ts"
import { type Described, describe } from "./describe.ts"
import { page } from "./page.ts"
import { style } from "./style.ts"

/** What the documents are about, and what every answer says. */
export interface DocumentRoutesOptions extends Described {
  readonly commonHeaders: (c: Context<Env>) => Readonly<Record<string, string>>
}

/** The routes. What they answer is made when it is first asked for. */
export const documentRoutes = ({ commonHeaders, ...described }: DocumentRoutesOptions): Hono<Env> => {
  const app = new Hono<Env>()
  const serve = (path: string, type: string, make: () => string) => {
    let text: string | undefined
    app.get(path, (c) => {
      text ??= make()
      return new Response(text, { headers: { ...headers, ...commonHeaders(c), "Content-Type": type } })
    })
  }
  serve("/openapi.json", "application/json", () => JSON.stringify(describe(described), null, 2))
  serve("/docs", "text/html; charset=utf-8", () => page(describe(described)))
  serve("/docs.css", "text/css; charset=utf-8", () => style)
  return app
}

const headers = {
  "Content-Security-Policy":
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cache-Control": "no-cache"
}
