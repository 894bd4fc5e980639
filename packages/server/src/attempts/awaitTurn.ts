/** The wait of an attempt that is queued for its terminal. */
import { NotStarted, TerminalError } from "@hipay-pos/core/Terminal"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { OrderTrace } from "../telemetry/OrderTrace.ts"
import type { Chosen } from "../terminals/Terminals.ts"
import { urlOf } from "./Attempt.ts"
import type { AttemptStore, StoreFailed } from "./AttemptStore.ts"

/** Waits until the attempt has the terminal's guard: nothing is sent before. */
export const awaitTurn = (
  store: AttemptStore,
  id: string,
  { queueTimeout = QUEUE_TIMEOUT }: Chosen,
  trace?: OrderTrace
): Effect.Effect<void, TerminalError> => {
  const ask: Effect.Effect<void, TerminalError | StoreFailed> = Effect.flatMap(store.turn(id), (turn) => {
    switch (turn._tag) {
      case "Taken":
        return Effect.void
      case "Queued":
        return wait
      case "TerminalUndecided":
        return inLine("QueueFull", `the outcome of ${urlOf({ id: turn.attempt })} at this terminal is unknown`)
      case "Ended":
        return inLine("QueueFull", "the attempt was given up before the terminal was free")
    }
  })
  const wait: Effect.Effect<void, TerminalError | StoreFailed> = Effect.suspend(() =>
    Effect.andThen(store.freed(id), ask)
  )
  const turn = Effect.flatMap(
    Effect.catchTag(Effect.timeoutOption(wait, queueTimeout), "AttemptStoreFailed", ({ message }) =>
      inLine("StoreFailed", message)
    ),
    (turn) =>
      Option.isSome(turn)
        ? Effect.void
        : inLine(
            "QueueFull",
            `busy with another exchange for ${Duration.format(Duration.fromInputUnsafe(queueTimeout))}`
          )
  )
  if (trace === undefined) return turn
  return Effect.suspend(() => {
    const waited = trace.step("queue")
    return Effect.onExit(turn, ({ _tag }) => Effect.sync(() => waited(_tag === "Success" ? undefined : "no turn")))
  })
}

const QUEUE_TIMEOUT = "10 seconds"

const inLine = (kind: NotStarted["kind"], detail: string): Effect.Effect<never, TerminalError> =>
  Effect.fail(new TerminalError({ reason: new NotStarted({ kind, detail }) }))
