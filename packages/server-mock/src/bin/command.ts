/** `hipay-pos mock`: the POS API with simulated terminals, until it is told to stop. */
import { type ExitWith, Flags, refuse } from "@hipay-pos/terminal-simulator/bin"
import * as Console from "effect/Console"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { findFolder } from "../node/readPages.ts"
import type { StartedServer } from "../node/serve.ts"
import { type LoginOptions, type StartServerOptions, startServer } from "../node/startServer.ts"
import { log } from "./log.ts"
import { readLogins } from "./logins.ts"

const flags = {
  port: Flags.port(8080),
  host: Flags.host,
  attach: Flag.String("attach").pipe(
    Flag.withDescription("HOST:PORT of a simulator on loopback that orders reach over TCP; may be given several times"),
    Flag.atLeast(0)
  ),
  pace: Flags.pace,
  validation: Flag.Literals("validation", ["strict", "faithful"]).pipe(
    Flag.withDescription("strict refuses what breaks any rule, faithful what the real service evidently refuses"),
    Flag.withDefault("strict" as const)
  ),
  answerTimeout: Flags.duration("answer-timeout", "180s", "how long a terminal may take to answer"),
  connectTimeout: Flags.duration("connect-timeout", "5s", "how long a connection to a terminal may take"),
  queueTimeout: Flags.duration("queue-timeout", "10s", "how long an order waits for its terminal's turn"),
  credentials: Flag.String("credentials").pipe(
    Flag.withDescription("file whose first line is username:password; HIPAY_POS_USERNAME and HIPAY_POS_PASSWORD else"),
    Flag.withDefault("")
  ),
  logins: Flags.text("logins", "JSON file with several logins and their roles, instead: pay, read, resolve, control"),
  json: Flag.Boolean("json").pipe(
    Flag.withDescription("one JSON line on stdout when ready; logs go to stderr"),
    Flag.withDefault(false)
  )
}

/** The command under a name: `mock` in a family of verbs, `hipay-pos-mock` on its own. */
export const makeMockCommand = <const Name extends string>(name: Name) =>
  Command.make(
    name,
    flags,
    Effect.fnUntraced(function* ({ json, ...options }) {
      const logins = yield* readLogins(name, options.credentials, options.logins)
      const { credentials: _, ...settings } = options
      const server = yield* start(name, { ...settings, logins, listener: log(json) })
      yield* json
        ? Console.log(JSON.stringify({ ready: true, url: server.url, mode: "simulated" }))
        : Console.log(
            `POS API on ${server.url}, simulated: no money moves. ` +
              `${shownLogins(logins)}${findFolder() === undefined ? "" : ` Console on ${server.url}/.`} Ctrl-C ends it.`
          )
      return yield* Effect.never
    }, Effect.scoped)
  ).pipe(
    Command.withDescription("The HiPay POS API on your own machine, with simulated terminals. Unofficial."),
    Command.withExamples([
      { command: name, description: "On port 8080, every terminal simulated in memory" },
      { command: `${name} --attach 127.0.0.1:8888`, description: "Reach a simulator that you started over TCP" },
      { command: `${name} --port 0 --json`, description: "On any free port, for a script" }
    ])
  )

const shownLogins = (logins: ReadonlyArray<LoginOptions>): string =>
  logins.length === 0
    ? "Login merchant, password secret."
    : `Login${logins.length > 1 ? "s" : ""} ${logins.map(({ username }) => username).join(", ")}.`

const start = (name: string, options: StartServerOptions): Effect.Effect<StartedServer, ExitWith, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.tryPromise({
      try: () => startServer(options),
      catch: (error) => refuse(`${name}: ${error instanceof Error ? error.message : String(error)}`)
    }),
    (server) => Effect.promise(() => server.close())
  )
