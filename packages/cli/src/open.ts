/** `hipay-pos open`: the console of a mock or a gateway in the browser. */
import { spawn } from "node:child_process"
import { Flags, variable } from "@hipay-pos/cli-kit"
import * as Console from "effect/Console"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { linksOf } from "./links.ts"
import { readServer } from "./login.ts"
import { LOCAL } from "./serverFlags.ts"

/** The verb. */
export const open = Command.make(
  "open",
  {
    id: Argument.String("id").pipe(
      Argument.withDescription("id of an attempt; without it, the console's first page"),
      Argument.optional
    ),
    json: Flags.yes("json", "print the link as JSON instead of opening it"),
    url: Flags.text("url", `base URL of the mock or gateway, ${LOCAL} by default`, LOCAL)
  },
  Effect.fnUntraced(function* ({ id, json, url }) {
    const server = yield* readServer("open", url)
    const link = Option.match(id, {
      onNone: () => server.href.replace(/\/*$/, "/"),
      onSome: (attempt) => linksOf(server.href, encodeURIComponent(attempt)).console
    })
    if (json) return yield* Console.log(JSON.stringify({ url: link }))
    yield* Console.log(link)
    const opener = yield* openerOf(process.platform)
    if (opener === undefined) return yield* Console.error("open: there is no display here; open the link yourself")
    if (!(yield* start(opener, link))) yield* Console.error(`open: ${opener[0]} does not start; open the link yourself`)
  })
).pipe(
  Command.withDescription("Opens the console, or one payment in it, in the browser, and prints the link."),
  Command.withExamples([
    { command: "hipay-pos open", description: "The console of the mock that hipay-pos mock starts" },
    { command: "hipay-pos open ID --url https://gateway.shop.example", description: "One payment of a gateway" }
  ])
)

/** What opens a link on a system; undefined where there is no display. */
export const openerOf = Effect.fnUntraced(function* (platform: NodeJS.Platform) {
  if (platform === "darwin") return ["open"] as const
  // Not cmd's start: it would read & in a link.
  if (platform === "win32") return ["rundll32", "url.dll,FileProtocolHandler"] as const
  const display = (yield* variable("DISPLAY")) || (yield* variable("WAYLAND_DISPLAY"))
  return display ? (["xdg-open"] as const) : undefined
})

/** Whether it started; the browser outlives this process. */
const start = ([program, ...args]: readonly [string, ...ReadonlyArray<string>], link: string): Effect.Effect<boolean> =>
  Effect.callback<boolean>((resume) => {
    const child = spawn(program, [...args, link], { detached: true, stdio: "ignore" })
    child.once("error", () => resume(Effect.succeed(false)))
    child.once("spawn", () => {
      child.unref()
      resume(Effect.succeed(true))
    })
  })
