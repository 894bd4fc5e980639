/** A terminal's events as a stream, or for `for await`, from the subscription on. */
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import type { SimulatorEvent } from "./SimulatorEvent.ts"
import type { TerminalSimulator } from "./TerminalSimulator.ts"

/** Events buffered for a slow reader; beyond that the oldest are dropped. */
const MAX_BUFFERED = 10_000

/** Events from now on. Never ends on its own. */
export const stream = (simulator: Pick<TerminalSimulator, "subscribe">): Stream.Stream<SimulatorEvent> =>
  Stream.callback<SimulatorEvent>(
    (queue) =>
      Effect.acquireRelease(
        Effect.sync(() => simulator.subscribe((event) => Queue.offerUnsafe(queue, event))),
        (unsubscribe) => Effect.sync(unsubscribe)
      ),
    { bufferSize: MAX_BUFFERED, strategy: "sliding" }
  )

/** Events from the first `next` on, for code without Effect. Leaving the loop ends the subscription. */
export const asyncIterable = (simulator: Pick<TerminalSimulator, "subscribe">): AsyncIterable<SimulatorEvent> =>
  Stream.toAsyncIterable(stream(simulator))
