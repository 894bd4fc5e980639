/** A mock or a gateway that a verb asks, and the refusals that all verbs share. */
import { type CommandFailed, refuse } from "@hipay-pos/cli-kit"
import * as Effect from "effect/Effect"
import { type Login, needLogin, readServer } from "./login.ts"

/** A server that a verb asks. */
export interface AskedServer {
  readonly verb: string
  readonly server: URL
  readonly login: Pick<Login, "username" | "password">
}

/** The server of a URL, and the login for it. */
export const connect = Effect.fnUntraced(function* (verb: string, url: string, credentials: string) {
  const server = yield* readServer(verb, url)
  return { verb, server, login: yield* needLogin(verb, credentials, server) }
})

/** The server does not answer; `why`, if that is known. */
export const silent = ({ verb, server }: AskedServer, why?: string): CommandFailed =>
  refuse(
    `${verb}: ${server.origin} does not answer${why === undefined ? "" : ` (${why})`}; is it running? hipay-pos mock starts one`
  )

/** It is another kind of server. */
export const notOurs = ({ verb, server }: AskedServer): CommandFailed =>
  refuse(`${verb}: ${server.origin} is neither a mock nor a gateway of this toolkit`)

/** The server does not accept the login. */
export const loginRefused = ({ verb, server, login }: AskedServer): CommandFailed =>
  refuse(`${verb}: ${server.origin} refuses the login of ${login.username}`)

/** The login lacks a role; `role`, if it is known which. */
export const roleMissing = ({ verb, server, login }: AskedServer, role?: string): CommandFailed =>
  refuse(
    `${verb}: ${login.username} may not do this at ${server.origin}; the login lacks the role${role === undefined ? "" : ` ${role}`}`
  )
