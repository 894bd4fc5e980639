/** The cookie that holds a session of the pages. */
import type { Context } from "hono"
import { generateCookie, getCookie } from "hono/cookie"
import type { Env } from "./HonoEnv.ts"

const NAME = "hipay-pos-session"

/** The header that sets the cookie. */
export type SessionCookie = (
  token: string,
  more?: { readonly maxAge?: number }
) => Readonly<Record<"Set-Cookie", string>>

/** Makes the header; a secure cookie goes over TLS only. */
export const makeSessionCookie =
  (secure: boolean): SessionCookie =>
  (token, more = {}) => ({
    "Set-Cookie": generateCookie(NAME, token, { path: "/", httpOnly: true, sameSite: "Strict", secure, ...more })
  })

/** The token in a request's cookie. */
export const sessionTokenOf = (c: Context<Env>): string | undefined => getCookie(c, NAME)
