/** `hipay-pos collect`: the remote collection of a mock, which ends the day for what was approved. */
import { Flags, refuse } from "@hipay-pos/cli-kit"
import * as Console from "effect/Console"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { readAddress } from "./address.ts"
import { askServer, refusalOf } from "./askServer.ts"
import { credentialsFlag, needLogin, readServer } from "./login.ts"
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
    const only = terminal === "" ? {} : { terminal: yield* nameOf(terminal) }
    const login = yield* needLogin("collect", credentials, server)
    const reply = yield* askServer({
      verb: "collect",
      only: ", which collects; a simulated terminal on its own does by its control API (POST /terminals/NAME/collection)",
      server,
      login,
      method: "POST",
      path: "/_mock/collection",
      headers: space === "" ? {} : { "x-mock-space": space },
      body: only
    }).pipe(whileWaiting({ what: "collection", hint: "Nothing is paid.", once: false }))
    if (reply.mode === "gateway") {
      return yield* refuse(
        "collect: this is a gateway; real terminals are collected by themselves, or from their own menu"
      )
    }
    const answer = decode(reply.json)
    if (reply.status !== 200 || Result.isFailure(answer)) {
      return yield* refuse(`collect: nothing was collected: ${refusalOf(reply)}`)
    }
    const { captured } = answer.success
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

const decode = Schema.decodeUnknownResult(Schema.Struct({ captured: Schema.Array(Schema.String) }))
