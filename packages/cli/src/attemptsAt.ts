/** The attempts of a mock or a gateway, through the client, with the command line's words for its refusals. */
import { type CommandFailed, refuse } from "@hipay-pos/cli-kit"
import type { AttemptsError } from "@hipay-pos/client"
import { ClientSetupFailed, PosClient } from "@hipay-pos/client/effect"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
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

/** The attempts of a server. {@link refusalOf} turns its errors into refusals. */
export const attemptsAt = ({
  verb,
  server,
  login: { username, password }
}: AskedServer): Effect.Effect<PosClient.AttemptsService, CommandFailed> =>
  Effect.suspend(() => {
    try {
      const { attempts } = PosClient.make({ server: server.href, username, password: Redacted.make(password) })
      return Effect.succeed(attempts)
    } catch (error) {
      return error instanceof ClientSetupFailed
        ? Effect.fail(refuse(`${verb}: --url: ${error.message}`))
        : Effect.die(error)
    }
  })

/** Why a server refused or failed, in one sentence. */
export const refusalOf = (
  { verb, server: { origin }, login: { username } }: AskedServer,
  { kind, detail, status }: AttemptsError
): CommandFailed => {
  switch (kind) {
    case "Unreachable":
    case "Aborted":
      return refuse(`${verb}: ${origin} does not answer (${detail}); is it running? hipay-pos mock starts one`)
    case "LoginRefused":
      return refuse(`${verb}: ${origin} refuses the login of ${username}`)
    case "Forbidden":
      return refuse(`${verb}: ${username} may not do this at ${origin}; the login lacks the role`)
    case "Unsupported":
      return refuse(`${verb}: ${origin} is neither a mock nor a gateway of this toolkit`)
    case "NotLoaded":
      return refuse(`${verb}: ${detail}`)
    case "NotFound":
    case "Rejected":
    case "ServerFailed":
    case "Unreadable":
      return refuse(`${verb}: ${origin}: ${detail}${status === undefined ? "" : ` (HTTP ${status})`}`)
  }
}
