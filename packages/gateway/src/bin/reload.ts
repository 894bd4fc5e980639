/** `gateway reload`: makes a running gateway read its terminals and logins again. */
import { basic, type CommandFailed, Flags, pluralize, refuse } from "@hipay-pos/cli-kit"
import { Answer } from "@hipay-pos/core/plain"
import { Reloaded } from "@hipay-pos/core/wire/Reloaded"
import { readCredentials } from "@hipay-pos/server/bin"
import * as Console from "effect/Console"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

const VERB = "gateway reload"

/** The verb, as people type it. */
export const makeReloadCommand = (typed: string) =>
  Command.make(
    "reload",
    {
      url: Flags.string("url").pipe(Flag.withDescription("base URL of the gateway, such as http://127.0.0.1:8080")),
      credentials: Flags.text(
        "credentials",
        "file whose first line is username:password, of a login with the role control; without it, HIPAY_POS_USERNAME and HIPAY_POS_PASSWORD"
      ),
      json: Flags.yes("json", "print one JSON object")
    },
    Effect.fnUntraced(function* ({ url, credentials, json }) {
      const server = URL.parse(url)
      if (server === null || !/^https?:$/.test(server.protocol))
        return yield* refuse(`${VERB}: --url: expected a URL such as http://127.0.0.1:8080, got ${url || "nothing"}`)
      const login = yield* readCredentials(VERB, credentials)
      if (login === undefined)
        return yield* refuse(
          `${VERB}: ${server.host} needs a login: set HIPAY_POS_USERNAME and HIPAY_POS_PASSWORD, or name a file with --credentials`
        )
      const reloaded = yield* ask(server, login)
      const { terminals, logins } = reloaded
      yield* Console.log(
        json
          ? JSON.stringify({ reloaded })
          : `${server.origin} now uses ${pluralize(terminals, "terminal")} and ${pluralize(logins, "login")}.`
      )
    })
  ).pipe(
    Command.withDescription(
      "Makes a running gateway reload its terminals, its logins, and its logins and passphrases at HiPay's service; if a file is wrong, the settings in use stay."
    ),
    Command.withExamples([
      { command: `${typed} --url http://127.0.0.1:8080`, description: "After adding a shop; once for each gateway" }
    ])
  )

const decode = Schema.decodeUnknownOption(Reloaded)

const ask = Effect.fnUntraced(function* (
  server: URL,
  login: { readonly username: string; readonly password: string }
): Effect.fn.Return<Reloaded, CommandFailed> {
  const { origin } = server
  const { status, body } = yield* Effect.tryPromise({
    try: async () => {
      const response = await fetch(new URL("reload", server.href.replace(/\/*$/, "/")), {
        method: "POST",
        headers: { authorization: basic(login) },
        redirect: "error",
        signal: AbortSignal.timeout(30_000)
      })
      return { status: response.status, body: (await response.json().catch(() => undefined)) as unknown }
    },
    catch: () => refuse(`${VERB}: ${origin} does not answer; is the gateway running there?`)
  })
  const reloaded = Option.getOrUndefined(decode(body))
  if (status === 200 && reloaded !== undefined) return reloaded
  const problem = Answer.read(body).problem?.description
  if (status === 401) return yield* refuse(`${VERB}: ${origin} refuses the login of ${login.username}`)
  if (problem === undefined || status === 404)
    return yield* refuse(`${VERB}: ${origin} is not a gateway that can reload its settings (HTTP ${status})`)
  return yield* refuse(`${VERB}: ${origin}: ${problem}`)
})
