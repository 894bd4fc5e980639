/** A request, as every handler of the app sees it: what one handler leaves for the next, and the headers. */
import type { Context } from "hono"
import type { Login } from "./Credentials.ts"
import type { OfTheLine } from "./mock/HttpFault.ts"
import type { Space } from "./Spaces.ts"

/** What a request carries from one handler to the next. */
export interface Env {
  readonly Variables: {
    readonly requestId: string
    readonly login: Login
    readonly space: Space
    /** Set by a test: what is to go wrong on the way back. */
    readonly lineFault?: OfTheLine
  }
}

/** A header by its name in lower case. Node has parsed them already, and to make `Headers` of them costs every order. */
export const headerOf = (c: Context<Env>, name: string): string | undefined => {
  const { incoming } = (c.env ?? {}) as { readonly incoming?: { readonly headers: Readonly<Record<string, unknown>> } }
  if (incoming === undefined) return c.req.header(name)
  const value = incoming.headers[name]
  return typeof value === "string" ? value : undefined
}
