/**
 * The JSON of a file that people write. A key that its object has twice is refused, since only the last one would count: a
 * terminal with two hosts would be another one than its shop believes. A problem never quotes the file, which may hold secrets.
 */
import * as JsonKeys from "@hipay-pos/core/JsonKeys"
import * as JsonText from "@hipay-pos/core/JsonText"
import * as Result from "effect/Result"

/** The value, or a problem that follows the file's name. */
export const parseSettings = (bytes: Uint8Array): Result.Result<unknown, string> =>
  Result.flatMap(JsonText.decode(bytes), (text) =>
    Result.flatMap(JsonText.parse(text), (json) => {
      const found = JsonKeys.findHostileKey(text, json)
      return found === undefined ? Result.succeed(json) : Result.fail(problemOf(found))
    })
  )

const problemOf = ({ isRepeated, line, column }: JsonKeys.HostileKey): string =>
  isRepeated
    ? `has the same key twice in one object; the second one is in line ${line}, column ${column}`
    : `has a key in line ${line}, column ${column} that is not allowed`
