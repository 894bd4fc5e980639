/** Opens a link in the browser. */
import { spawn } from "node:child_process"
import * as Effect from "effect/Effect"
import { variable } from "./settings.ts"

/** Opens a link, or says why it cannot; the browser outlives this process. */
export const openLink = Effect.fnUntraced(function* (link: string) {
  const opener = yield* openerOf(process.platform)
  if (opener === undefined) return "there is no display here; open the link yourself"
  return (yield* start(opener, link)) ? undefined : `${opener[0]} does not start; open the link yourself`
})

/** The command that opens links on a system; undefined without a display. */
export const openerOf = Effect.fnUntraced(function* (platform: NodeJS.Platform) {
  if (platform === "darwin") return ["open"] as const
  // Not cmd's `start`: it would interpret an & in the link.
  if (platform === "win32") return ["rundll32", "url.dll,FileProtocolHandler"] as const
  const display = (yield* variable("DISPLAY")) || (yield* variable("WAYLAND_DISPLAY"))
  return display ? (["xdg-open"] as const) : undefined
})

/** Whether it started. */
const start = ([program, ...args]: readonly [string, ...ReadonlyArray<string>], link: string): Effect.Effect<boolean> =>
  Effect.callback<boolean>((resume) => {
    const child = spawn(program, [...args, link], { detached: true, stdio: "ignore" })
    child.once("error", () => resume(Effect.succeed(false)))
    child.once("spawn", () => {
      child.unref()
      resume(Effect.succeed(true))
    })
  })
