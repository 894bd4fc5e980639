/** What a verb is given to read: an argument as it stands, a file, or `-` for standard input. */
import { readFileSync } from "node:fs"
import { type ExitWith, refuse } from "@hipay-pos/terminal-simulator/bin"
import * as Effect from "effect/Effect"

/** The bytes of a file, or of standard input for `-`. */
export const readBytes = (verb: string, path: string): Effect.Effect<Buffer, ExitWith> =>
  Effect.try({
    try: () => readFileSync(path === "-" ? 0 : path),
    catch: () => refuse(`${verb}: cannot read ${path === "-" ? "standard input" : path}`)
  })
