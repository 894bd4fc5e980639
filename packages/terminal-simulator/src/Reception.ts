/** Serves a connection from accept to end: puts requests together and hands them on, one after the other. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Exchange from "./Exchange.ts"
import type { Line } from "./Line.ts"
import * as RequestReader from "./RequestReader.ts"

/** How patient the terminal is with what comes in, in milliseconds. */
export interface Patience {
  /** From the first byte of a request to its last. */
  readonly sender: number
  /** How long a request that lacks a field may still grow. */
  readonly quiet: number
}

/** Serves a connection until either side ends it. */
export const serve = Effect.fnUntraced(function* (
  counter: Exchange.Counter,
  patience: Patience,
  line: Line,
  connection: number
) {
  const event = { _tag: "Connection", connection, peer: line.peer } as const
  counter.tell({ ...event, what: "opened" })
  const hold: Exchange.Hold = { connection, line, mute: false, ended: false }
  const dropped = yield* Effect.catchTag(serveRequests(counter, patience, hold), "Rebooted", () =>
    Effect.succeed("restarted")
  )
  if (dropped === undefined) {
    // Whatever the ECR still says is of no interest; its end is.
    while (!hold.ended && (yield* line.read) !== undefined) {}
    line.end()
  } else {
    line.reset()
  }
  counter.tell(dropped === undefined ? { ...event, what: "closed" } : { ...event, what: "dropped", reason: dropped })
})

/** Ends with a reason when the line is to be dropped. */
const serveRequests = Effect.fnUntraced(function* (
  counter: Exchange.Counter,
  patience: Patience,
  hold: Exchange.Hold
): Effect.fn.Return<string | undefined, Exchange.Rebooted> {
  yield* Exchange.strike(counter, hold, "after-connect")
  const reader = RequestReader.make()
  while (!hold.ended) {
    const progress = yield* receive(patience, hold.line, reader, counter.profile.wantsLineEnd)
    if (progress === "ended" || hold.mute) return undefined
    if (progress === "too-slow") return "the request took too long"
    const request = progress === "whole" ? RequestReader.decode(reader) : undefined
    yield* request === undefined ? Exchange.refuse(counter, hold, reader) : Exchange.run(counter, hold, reader, request)
    if (progress === "malformed") return "not a Concert request"
    reader.clear()
  }
  return undefined
})

/** Reads until a request is whole, or as whole as it gets. */
const receive = Effect.fnUntraced(function* (
  patience: Patience,
  line: Line,
  reader: RequestReader.RequestReader,
  wantsLineEnd: boolean
): Effect.fn.Return<"ended" | "too-slow" | "lacking" | "malformed" | "whole"> {
  const isWhole = (progress: RequestReader.Progress) => progress === "whole" && (!wantsLineEnd || reader.endsLine())
  const first = yield* line.read
  if (first === undefined) return "ended"
  let progress = reader.push(first)
  if (isWhole(progress)) return "whole"
  const deadline = (yield* Clock.currentTimeMillis) + patience.sender
  while (progress !== "malformed") {
    const left = deadline - (yield* Clock.currentTimeMillis)
    const grows = progress === "partial" || progress === "empty"
    const chunk = yield* Effect.timeoutOption(line.read, grows ? left : Math.min(left, patience.quiet))
    if (Option.isNone(chunk)) return grows ? "too-slow" : "lacking"
    if (chunk.value === undefined) return "ended"
    progress = reader.push(chunk.value)
    if (isWhole(progress)) return "whole"
  }
  return "malformed"
})
