/** What the app provides to its routes. */
import type { Context, MiddlewareHandler } from "hono"
import type { Answer } from "../render/Answer.ts"
import type { Role } from "./Credentials.ts"
import type { Env } from "./HonoEnv.ts"

/** Makes responses. */
export interface Responder {
  readonly send: (c: Context<Env>, answer: Answer) => Response
  /** The headers of every answer. */
  readonly commonHeaders: (c: Context<Env>) => Readonly<Record<string, string>>
}

/**
 * Admits logins that have a role and, with `allTerminals`, see all terminals. Passes the login and its space on to later
 * handlers; answers everybody else here.
 */
export type Authenticated = (role?: Role, options?: { readonly allTerminals?: boolean }) => MiddlewareHandler<Env>

/** What every route works with. */
export interface RouteTools extends Responder {
  readonly authenticated: Authenticated
}
