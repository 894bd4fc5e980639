/** Additional routes of a server, and what they work with. */
import type { Hono } from "hono"
import type { Spaces } from "../Spaces.ts"
import type { Env } from "./HonoEnv.ts"
import type { Responder } from "./RouteTools.ts"

/** Routes beside the API, such as those that control a mock. */
export interface ControlRoutes {
  /** The path that they are below, such as `/_mock`. */
  readonly path: string
  /** The bearer token that opens them. */
  readonly token: string
  readonly make: (tools: ControlTools) => Hono<Env>
}

/** What control routes work with. */
export interface ControlTools extends Responder {
  readonly spaces: () => Promise<Spaces["Service"]>
  readonly version: string
  /** Aborted when the server shuts down: streams and waits end. */
  readonly closing: AbortSignal
  /** Makes a token for `/pass/TOKEN`, which opens one terminal of a space and nothing else. */
  readonly openPass: (terminal: string, space: string) => string
}
