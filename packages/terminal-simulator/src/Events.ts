/** A terminal's events as a stream, or for `for await`. They begin with the subscription and end with the reader. */
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import type { SimulatorEvent } from "./SimulatorEvent.ts"
import type { TerminalSimulator } from "./TerminalSimulator.ts"

/** Events that wait for a slow reader; the oldest are dropped beyond that. */
const MAX_WAITING = 10_000

/** Events from now on. Never ends by itself. */
export const stream = (simulator: Pick<TerminalSimulator, "subscribe">): Stream.Stream<SimulatorEvent> =>
  Stream.callback<SimulatorEvent>(
    (queue) =>
      Effect.acquireRelease(
        Effect.sync(() => simulator.subscribe((event) => Queue.offerUnsafe(queue, event))),
        (unsubscribe) => Effect.sync(unsubscribe)
      ),
    { bufferSize: MAX_WAITING, strategy: "sliding" }
  )

/** Events from the first `next` on, for readers that do not write Effect. Leaving the loop ends the subscription. */
export const asyncIterable = (simulator: Pick<TerminalSimulator, "subscribe">): AsyncIterable<SimulatorEvent> =>
  Stream.toAsyncIterable(stream(simulator))
