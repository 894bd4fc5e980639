/** Reads a relay's recording, the file of `--replay`. */
import { existsSync } from "node:fs"
import { type CommandFailed, refuse } from "@hipay-pos/cli-kit"
import * as ErrorText from "@hipay-pos/core/ErrorText"
import { RECORDED_BEGINNING, RecordedExchange } from "@hipay-pos/core/wire/RecordedExchange"
import { AppendLog } from "@hipay-pos/files"
import * as Effect from "effect/Effect"

/** The exchanges of a file; none without a file. An incompletely written line is ignored. The file is never changed. */
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
