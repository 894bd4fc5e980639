/** `hipay-pos mock`: the POS API with simulated terminals, until it is stopped. */
import { untilStopped } from "@hipay-pos/cli-kit"
import { describePages, describeStore, linkTo, logAndExport, startServing } from "@hipay-pos/server/bin"
import { findPages } from "@hipay-pos/server/node"
import * as Console from "effect/Console"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import manifest from "../../package.json" with { type: "json" }
import { type StartServerOptions, startServer } from "../node/startServer.ts"
import { mockFlags, optionsOf } from "./mockFlags.ts"

/** The command by name: `mock` as a subcommand, `hipay-pos-mock` on its own; `typed` is what examples show. */
export const makeMockCommand = <const Name extends string>(name: Name, typed: string = name) =>
  Command.make(
    name,
    mockFlags,
    Effect.fnUntraced(function* (flags) {
      const { json } = flags
      const options = yield* optionsOf(name, flags)
      const { version } = manifest
      const program = { version, mode: "simulated" }
      const { listener, linkWith, telemetry, metrics } = yield* logAndExport(name, flags, options, program)
      const start = () => startServer({ ...options, version, listener, telemetry })
      const { url, control, store } = yield* startServing(name, start)
      const pages = findPages(import.meta.url)
      linkWith(linkTo(url, pages))
      const ready = Console.log(
        json
          ? JSON.stringify({ ready: true, url, mode: "simulated", control, store, metrics })
          : [
              `POS API on ${url}, simulated: no money moves. ${shownLogins(options)}`,
              ...(store === undefined ? [IN_MEMORY] : describeStore(store)),
              ...describePages(url, pages),
              ...(metrics === undefined ? [] : [`Metrics for Prometheus on ${metrics}`]),
              "Ctrl-C ends it."
            ].join("\n")
      )
      return yield* untilStopped(Effect.andThen(ready, Effect.never))
    }, Effect.scoped)
  ).pipe(
    Command.withDescription("The HiPay POS API on your own machine, with simulated terminals. Unofficial."),
    Command.withExamples([
      { command: typed, description: "On port 8080, every terminal simulated in memory" },
      { command: `${typed} --attach 127.0.0.1:8888`, description: "Reach a simulator that you started over TCP" },
      { command: `${typed} --cardholder manual`, description: "You are the customer, at the terminals in the console" },
      {
        command: `${typed} --notify 127.0.0.1:3000 --notify-url http://127.0.0.1:3000/notify --collect-every 1m`,
        description: "Tell your server what became of transactions, and collect them every minute"
      },
      { command: `${typed} --port 0 --json`, description: "On any free port, for a script" }
    ])
  )

const IN_MEMORY = "Attempts are kept in memory; --store FILE keeps them through a restart."

const shownLogins = ({ logins = [] }: StartServerOptions): string =>
  logins.length === 0
    ? "Login merchant, password secret."
    : `Login${logins.length > 1 ? "s" : ""} ${logins.map(({ username }) => username).join(", ")}.`
