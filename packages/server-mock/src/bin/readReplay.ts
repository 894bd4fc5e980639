/** What a relay recorded, from the file of `--replay`. */
import { existsSync } from "node:fs"
import { type CommandFailed, refuse } from "@hipay-pos/cli-kit"
import * as ErrorText from "@hipay-pos/core/ErrorText"
import { RECORDED_BEGINNING, RecordedExchange } from "@hipay-pos/core/wire/RecordedExchange"
import { AppendLog } from "@hipay-pos/files"
import * as Effect from "effect/Effect"

/** The exchanges of a file; none without one. A line that was cut off while it was written is not one. The file is only read. */
export const readReplay = (
  verb: string,
  path: string
): Effect.Effect<ReadonlyArray<RecordedExchange>, CommandFailed> => {
  if (path === "") return Effect.succeed([])
  if (!existsSync(path)) return Effect.fail(refuse(`${verb}: --replay: there is no file ${path}`))
  return Effect.try({
    try: () =>
      AppendLog.read(path, {
        schema: RecordedExchange,
        beginning: RECORDED_BEGINNING,
        record: "a recorded exchange"
      }),
    catch: (error) => refuse(`${verb}: --replay: ${ErrorText.of(error)}`)
  })
}
