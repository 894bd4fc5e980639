/** The input of a verb: an argument, a file, or `-` for standard input. */
import { readFile } from "node:fs/promises"
import { buffer } from "node:stream/consumers"
import { type CommandFailed, cannotRead } from "@hipay-pos/cli-kit"
import * as Effect from "effect/Effect"

/** The bytes of a file, or of standard input for `-`, however slowly they arrive. */
export const readBytes = (verb: string, path: string): Effect.Effect<Buffer, CommandFailed> =>
  Effect.tryPromise({
    try: () => (path === "-" ? buffer(process.stdin) : readFile(path)),
    catch: (error) => cannotRead(`${verb}: cannot read ${path === "-" ? "standard input" : path}`, error)
  })
