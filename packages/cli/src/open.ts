/** `hipay-pos open`: the console of a mock or a gateway in the browser. */
import { Flags, jsonLine, openLink, printable, refuse } from "@hipay-pos/cli-kit"
import * as Console from "effect/Console"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { journalFlag, placeOf } from "./journal.ts"
import { linksOf } from "./links.ts"
import { readServer } from "./login.ts"
import { LOCAL, serverOfAttemptFlag } from "./serverFlags.ts"

/** The verb. */
export const open = Command.make(
  "open",
  {
    id: Argument.String("id").pipe(
      Argument.withDescription("id of an attempt; without it, the console's first page"),
      Argument.optional
    ),
    json: Flags.yes("json", "print the link as JSON instead of opening it"),
    journal: journalFlag,
    url: serverOfAttemptFlag
  },
  Effect.fnUntraced(function* ({ id: typed, json, journal, url }) {
    const id = Option.getOrUndefined(typed)
    const place = id === undefined ? { server: url || LOCAL, id } : yield* placeOf(journal, id, url)
    if (place.server === "")
      return yield* refuse(
        `open: ${id} went through no mock or gateway, and is on no page; see hipay-pos attempts show`
      )
    const server = yield* readServer("open", place.server)
    const link =
      place.id === undefined
        ? server.href.replace(/\/*$/, "/")
        : linksOf(server.href, place.id === id ? encodeURIComponent(id) : place.id).console
    if (json) return yield* Console.log(jsonLine({ url: link }))
    yield* Console.log(printable(link))
    const problem = yield* openLink(link)
    if (problem !== undefined) yield* Console.error(`open: ${problem}`)
  })
).pipe(
  Command.withDescription("Opens the console, or one payment in it, in the browser, and prints the link."),
  Command.withExamples([
    { command: "hipay-pos open", description: "The console of the mock that hipay-pos mock starts" },
    { command: "hipay-pos open ID --url https://gateway.shop.example", description: "One payment of a gateway" }
  ])
)
