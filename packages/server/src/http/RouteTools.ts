/** What the app gives its routes. */
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
 * Lets a login through that has a role, and with `allTerminals` only one that sees all of them; leaves it and the space that
 * it names for the handlers behind. Everybody else is answered here.
 */
export type Authenticated = (role?: Role, options?: { readonly allTerminals?: boolean }) => MiddlewareHandler<Env>

/** What every route works with. */
export interface RouteTools extends Responder {
  readonly authenticated: Authenticated
}
