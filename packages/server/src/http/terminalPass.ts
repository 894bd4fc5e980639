/**
 * A session that opens one simulated terminal and nothing else, for a phone that plays the customer. Its token is in a URL shown
 * as a QR code, so it must be worth no more than that.
 */
import type { Handler } from "hono"
import type { Login } from "./Credentials.ts"
import type { Env } from "./HonoEnv.ts"
import type { SessionCookie } from "./sessionCookie.ts"
import type { Sessions } from "./sessions.ts"

/** Makes tokens, each for one terminal of a space. */
export const openPass =
  (sessions: Sessions) =>
  (terminal: string, space: string): string =>
    sessions.open({ username: `customer at ${terminal}`, roles: new Set(["control"]), space, terminal })

/** Makes the URL's token a session cookie, and redirects to the terminal's page. */
export const usePass =
  (sessions: Sessions, cookie: SessionCookie): Handler<Env> =>
  (c) => {
    const token = c.req.param("token") ?? ""
    const { terminal } = sessions.find(token)?.login ?? {}
    if (terminal === undefined) return c.notFound()
    const headers = { ...cookie(token), "Cache-Control": "no-store" }
    return c.body(null, 303, { ...headers, Location: `/#/terminals/${encodeURIComponent(terminal)}` })
  }

/** What the customer may do at a terminal, as method and path below its address. */
const actions: ReadonlySet<string> = new Set(["GET", "GET events", "HEAD", "POST card", "POST key"])

/** Whether a login may make a call; `controlPath` is the path of the mock's own interface. */
export const allows = (
  { terminal }: Login,
  { method, path }: { readonly method: string; readonly path: string },
  controlPath: string | undefined
): boolean => {
  if (terminal === undefined || path === "/session") return true
  if (controlPath === undefined || !path.startsWith(`${controlPath}/`)) return false
  const [place, name = "", action, ...more] = path.slice(controlPath.length + 1).split("/")
  if (place === "cards" && method === "GET") return true
  return (
    place === "terminals" &&
    more.length === 0 &&
    decoded(name) === terminal &&
    actions.has(action === undefined ? method : `${method} ${action}`)
  )
}

const decoded = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
