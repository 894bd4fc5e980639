/** The file in which a relay records its exchanges, `--record`. */
import { type CommandFailed, refuse, tryLater } from "@hipay-pos/cli-kit"
import * as ErrorText from "@hipay-pos/core/ErrorText"
import { RECORDED_BEGINNING, RecordedExchange } from "@hipay-pos/core/wire/RecordedExchange"
import { AppendLog } from "@hipay-pos/files"
import { FileProblem } from "@hipay-pos/server/node"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

/** Opens the file until the scope is closed; undefined without a path. */
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
            catch: (error) => {
              const line = `${verb}: --record: ${ErrorText.of(error)}`
              return isInUse(error) || FileProblem.mayPass(error, path) ? tryLater(line) : refuse(line)
            }
          }),
          (log) => Effect.sync(log.close)
        ),
        (log) => (exchange) => log.append([exchange])
      )

/** The gateway before this one may still be ending. */
const isInUse = (error: unknown): boolean => error instanceof AppendLog.AppendLogFailed && error.code === "EBUSY"
