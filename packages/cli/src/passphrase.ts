/** The passphrase that notifications are signed with: from a file, or the environment. */
import { type CommandFailed, refuse, refuseShared, secret } from "@hipay-pos/cli-kit"
import * as JsonText from "@hipay-pos/core/JsonText"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import { readBytes } from "./input.ts"

/** The passphrase from a file, `-` for standard input, or from the environment; undefined if there is neither. */
export const findPassphrase = Effect.fnUntraced(function* (verb: string, flag: string, file: string) {
  if (file === "") return yield* ofEnvironment
  if (file !== "-") yield* refuseShared(`${verb}: ${flag}`, file)
  const passphrase = yield* readFirstLine(verb, flag, file)
  if (passphrase.trim() !== "") return passphrase
  return yield* refuse(`${verb}: the first line of ${file} is empty, and should be the passphrase`)
})

const ofEnvironment = Effect.map(
  secret("HIPAY_POS_PASSPHRASE"),
  (value) => (value && Redacted.value(value)) || undefined
)

/** Without the line end that editors append; other white space may belong to the passphrase. */
const readFirstLine = (verb: string, flag: string, file: string): Effect.Effect<string, CommandFailed> =>
  Effect.flatMap(readBytes(verb, file), (bytes) =>
    Effect.fromResult(
      Result.mapBoth(JsonText.decode(bytes), {
        onSuccess: (text) => /^[^\r\n]*/.exec(text)?.[0] ?? "",
        onFailure: (problem) => refuse(`${verb}: ${flag}: ${file} ${problem}`)
      })
    )
  )
