/** The attempts of a mock or a gateway, through the client; what it refuses in the words of the command line. */
import { type CommandFailed, refuse } from "@hipay-pos/cli-kit"
import type { AttemptsError } from "@hipay-pos/client"
import { ClientSetupFailed, PosClient } from "@hipay-pos/client/effect"
import { makeFetch } from "@hipay-pos/client/node"
import { ResolvedDamaged } from "@hipay-pos/core/wire/Resolution"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { type Login, needLogin, readServer } from "./login.ts"

/** A server that is asked for a verb. */
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

/** The attempts of a server. Its errors become refusals by {@link refusalOf}. */
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

/** Why a server did not do what it was asked, in one sentence. */
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
    case "NotFound":
    case "Rejected":
    case "ServerFailed":
    case "Unreadable":
      return refuse(`${verb}: ${origin}: ${detail}${status === undefined ? "" : ` (HTTP ${status})`}`)
  }
}

/** Resolves an attempt whose record the server cannot read; its answer is not an attempt. */
export const postResolution = Effect.fnUntraced(function* (asked: AskedServer, id: string, resolution: unknown) {
  const { verb, server, login } = asked
  const url = new URL(`attempts/${encodeURIComponent(id)}/resolve`, server.href.replace(/\/?$/, "/"))
  const Authorization = `Basic ${Buffer.from(`${login.username}:${login.password}`).toString("base64")}`
  const headers = { Authorization, "Content-Type": "application/json" }
  const { status, json } = yield* Effect.tryPromise({
    try: async (signal) => {
      const response = await makeFetch()(url.href, {
        method: "POST",
        headers,
        body: JSON.stringify(resolution),
        signal
      })
      return { status: response.status, json: (await response.json()) as unknown }
    },
    catch: () =>
      refuse(
        `${verb}: ${server.origin} gave no answer that can be read. Ask it with the same command again: it resolves an attempt once`
      )
  })
  const resolved = decodeDamaged(json)
  if (status === 200 && Result.isSuccess(resolved)) return resolved.success
  const { description = "its answer cannot be read" } = (json ?? {}) as { readonly description?: string }
  return yield* refuse(`${verb}: ${id} was not resolved: ${description} (HTTP ${status})`)
})

const decodeDamaged = Schema.decodeUnknownResult(ResolvedDamaged)
