/** `hipay-pos collect`: the remote collection of a mock, which ends the day for what was approved. */
import { CommandFailed, Flags, refuse } from "@hipay-pos/cli-kit"
import { MockControl } from "@hipay-pos/server-mock"
import * as Console from "effect/Console"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { readAddress } from "./address.ts"
import { credentialsFlag, type Login, needLogin, readServer } from "./login.ts"
import { whileWaiting } from "./progress.ts"

/** The verb. */
export const collect = Command.make(
  "collect",
  {
    url: Flags.text("url", "base URL of the mock, http://127.0.0.1:8080 by default", "http://127.0.0.1:8080"),
    terminal: Flags.text("terminal", "only this terminal, HOST[:PORT] or MANUFACTURER SERIAL; all of them by default"),
    space: Flags.text("space", "the space of the mock; the default one else"),
    credentials: credentialsFlag,
    json: Flags.yes("json", "print one JSON object")
  },
  Effect.fnUntraced(function* ({ url, terminal, space, credentials, json }) {
    const server = yield* readServer("collect", url)
    const name = terminal === "" ? undefined : yield* nameOf(terminal)
    const login = yield* needLogin("collect", credentials, server)
    const captured = yield* collectAt(server, login, space, name).pipe(
      whileWaiting({ what: "collection", hint: "Nothing is paid.", once: false })
    )
    yield* Console.log(
      json
        ? JSON.stringify({ captured })
        : [
            `${captured.length} transaction${captured.length === 1 ? "" : "s"} captured.`,
            ...captured.map((reference) => `  ${reference}`)
          ].join("\n")
    )
  })
).pipe(
  Command.withDescription("Runs the remote collection of a mock: what was approved becomes captured."),
  Command.withExamples([
    { command: "hipay-pos collect", description: "Every terminal of the mock on port 8080" },
    {
      command: "hipay-pos collect --url http://127.0.0.1:8081 --terminal 192.168.1.20:8888 --json",
      description: "One terminal, for a script"
    }
  ])
)

/** As a mock names its terminals; one by an address has a port, a Nepting one has a space. */
const nameOf = (terminal: string) =>
  terminal.includes(" ")
    ? Effect.succeed(terminal)
    : Effect.map(readAddress("collect", "--terminal", terminal), ({ host, port }) => `${host}:${port}`)

/** Collects at a mock; any other server is refused by the mode that its answer names. */
const collectAt = Effect.fnUntraced(function* (
  server: URL,
  login: Pick<Login, "username" | "password">,
  space: string,
  terminal: string | undefined
) {
  const { origin } = server
  let answered: { readonly status: number; readonly mode: string | null } | undefined
  const collected = Effect.tryPromise({
    try: (signal) =>
      MockControl.make({
        url: `${server.href.replace(/\/+$/, "")}/_mock`,
        login,
        space,
        fetch: async (url, init) => {
          const response = await fetch(url, { ...init, signal, redirect: "manual" })
          const mode = response.headers.get("x-hipay-pos-mode")
          answered = { status: response.status, mode }
          if (mode !== "simulated") throw new Error("not a mock")
          return response
        }
      }).collect(terminal),
    catch: (error) => error
  }).pipe(
    Effect.timeoutOrElse({
      duration: "30 seconds",
      orElse: () => Effect.fail(refuse(`collect: ${origin} gave no answer within 30 s`))
    })
  )
  return yield* Effect.mapError(collected, (error) => {
    if (error instanceof CommandFailed) return error
    if (answered === undefined) {
      return refuse(`collect: ${origin} does not answer; is it running? hipay-pos mock starts one`)
    }
    const { status, mode } = answered
    if (mode === "gateway" || mode === "relay") {
      return refuse("collect: this is a gateway; real terminals are collected by themselves, or from their own menu")
    }
    if (mode !== "simulated") {
      return refuse(
        `collect: ${origin} is neither a mock nor a gateway of this toolkit, which collects; a simulated terminal on its own does by its control API (POST /terminals/NAME/collection)`
      )
    }
    if (status === 401) return refuse(`collect: ${origin} refuses the login of ${login.username}`)
    if (status === 403) {
      return refuse(`collect: ${login.username} may not do this at ${origin}; the login lacks the role`)
    }
    const detail = error instanceof MockControl.MockControlError ? `${error.detail} (HTTP ${status})` : String(error)
    return refuse(`collect: nothing was collected: ${detail}`)
  })
})
