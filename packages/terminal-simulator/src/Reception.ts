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
  /** The same, for one that is whole but came in pieces. */
  readonly pieces: number
}

/** Serves a connection until either side ends it. */
export const serve = Effect.fnUntraced(function* (
  counter: Exchange.Counter,
  patience: Patience,
  line: Line,
  connection: number
) {
  const told = { _tag: "Connection", connection } as const
  counter.tell(() => ({ ...told, peer: line.peer, what: "opened" }))
  const hold: Exchange.Hold = { connection, line, mute: false, ended: false }
  const end = yield* Effect.catchTag(serveRequests(counter, patience, hold), "Rebooted", () =>
    Effect.succeed(RESTARTED)
  )
  if (end === SERVED) {
    // Whatever the ECR still says is of no interest; its end is.
    while (!hold.ended && (yield* line.read) !== undefined) {}
  }
  if (end === TOO_SLOW || end === RESTARTED) line.reset()
  else line.end()
  counter.tell(() =>
    end === SERVED
      ? { ...told, peer: line.peer, what: "closed" }
      : { ...told, peer: line.peer, what: "dropped", reason: end }
  )
})

const SERVED = "served"
const RESTARTED = "the terminal restarted"
const TOO_SLOW = "the request took too long"
const NO_CONCERT = "not a Concert request"
const CUT_OFF = "the request was cut off"

type End = typeof SERVED | typeof RESTARTED | typeof TOO_SLOW | typeof NO_CONCERT | typeof CUT_OFF

const serveRequests = Effect.fnUntraced(function* (
  counter: Exchange.Counter,
  patience: Patience,
  hold: Exchange.Hold
): Effect.fn.Return<End, Exchange.Rebooted> {
  yield* Exchange.strike(counter, hold, "after-connect")
  const reader = RequestReader.make()
  while (!hold.ended) {
    const progress = yield* receive(patience, hold.line, reader, counter.profile.wantsLineEnd)
    if (progress === "ended" || hold.mute) return SERVED
    if (progress === "too-slow") return TOO_SLOW
    if (progress === "cut-off") return CUT_OFF
    const disliked = reader.fields().some(({ tag }) => counter.profile.dislikes.includes(tag))
    const request = progress === "whole" && !disliked ? RequestReader.decode(reader) : undefined
    yield* request === undefined ? Exchange.refuse(counter, hold, reader) : Exchange.run(counter, hold, reader, request)
    if (progress === "malformed") return NO_CONCERT
    reader.clear()
  }
  return SERVED
})

/**
 * Reads until a request is whole, or as whole as it gets. One that came in a single chunk is taken as it is; one that
 * came in pieces may have more of them.
 */
const receive = Effect.fnUntraced(function* (
  patience: Patience,
  line: Line,
  reader: RequestReader.RequestReader,
  wantsLineEnd: boolean
): Effect.fn.Return<"ended" | "cut-off" | "too-slow" | "lacking" | "malformed" | "whole"> {
  let progress: RequestReader.Progress = "empty"
  while (progress === "empty") {
    const first = yield* line.read
    if (first === undefined) return "ended"
    progress = reader.push(first)
  }
  if (progress === "whole" && (!wantsLineEnd || reader.endsLine())) return "whole"
  const deadline = (yield* Clock.currentTimeMillis) + patience.sender
  while (progress !== "malformed") {
    const grows = progress === "partial"
    const whole = progress === "whole" && (!wantsLineEnd || reader.endsLine())
    const left = deadline - (yield* Clock.currentTimeMillis)
    const wait = grows ? left : Math.min(left, whole ? patience.pieces : patience.quiet)
    const chunk = yield* Effect.timeoutOption(line.read, wait)
    if (Option.isNone(chunk)) return whole ? "whole" : grows ? "too-slow" : "lacking"
    if (chunk.value === undefined) return whole ? "whole" : "cut-off"
    progress = reader.push(chunk.value)
  }
  return "malformed"
})
