/** The attempts of a mock or a gateway, through the client, with the command line's words for its refusals. */
import { type CommandFailed, refuse } from "@hipay-pos/cli-kit"
import type { AttemptsError } from "@hipay-pos/client"
import { ClientSetupFailed, PosClient } from "@hipay-pos/client/effect"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { type AskedServer, loginRefused, notOurs, roleMissing, silent } from "./AskedServer.ts"

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

/** One attempt of a server, by its id there. */
export const attemptAt = Effect.fnUntraced(function* (asked: AskedServer, id: string) {
  const { get } = yield* attemptsAt(asked)
  return yield* Effect.mapError(get(id), (error) => refusalOf(asked, error))
})

/** Why a server refused or failed, in one sentence. */
export const refusalOf = (asked: AskedServer, { kind, detail, status }: AttemptsError): CommandFailed => {
  const { verb, server } = asked
  switch (kind) {
    case "Unreachable":
    case "Aborted":
      return silent(asked, detail)
    case "LoginRefused":
      return loginRefused(asked)
    case "Forbidden":
      return roleMissing(asked)
    case "Unsupported":
      return notOurs(asked)
    case "NotLoaded":
      return refuse(`${verb}: ${detail}`)
    case "NotFound":
    case "Rejected":
    case "ServerFailed":
    case "Unreadable":
      return refuse(`${verb}: ${server.origin}: ${detail}${status === undefined ? "" : ` (HTTP ${status})`}`)
  }
}
