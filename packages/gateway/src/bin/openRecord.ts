/** Where a relay records its exchanges: the file of `--record`. */
import { type CommandFailed, refuse } from "@hipay-pos/cli-kit"
import * as ErrorText from "@hipay-pos/core/ErrorText"
import { RECORDED_BEGINNING, RecordedExchange } from "@hipay-pos/core/wire/RecordedExchange"
import { AppendLog } from "@hipay-pos/files"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

/** Opens it for as long as the scope lives; undefined without one. */
export const openRecord = (
  verb: string,
  path: string
): Effect.Effect<((exchange: RecordedExchange) => void) | undefined, CommandFailed, Scope.Scope> =>
  path === ""
    ? Effect.succeed(undefined)
    : Effect.map(
        Effect.acquireRelease(
          Effect.try({
            try: () =>
              AppendLog.openToAppend(path, {
                schema: RecordedExchange,
                beginning: RECORDED_BEGINNING,
                record: "a recorded exchange"
              }),
            catch: (error) => refuse(`${verb}: --record: ${ErrorText.of(error)}`)
          }),
          (log) => Effect.sync(log.close)
        ),
        (log) => (exchange) => log.append([exchange])
      )
