/**
 * The attempts of a server that may have been paid. A server lists one state at a time, and a later one may have states
 * that this version does not know, so the counts say which there are.
 */
import { refuse } from "@hipay-pos/cli-kit"
import type { AttemptFilter } from "@hipay-pos/client"
import { isUndecided } from "@hipay-pos/core/wire/AttemptState"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { AskedServer } from "./AskedServer.ts"
import { attemptsAt, refusalOf } from "./attemptsAt.ts"
import { getFrom } from "./getFrom.ts"

/** Counts by any state, unlike this version's schema. */
const Counts = Schema.Struct({ counts: Schema.Record(Schema.String, Schema.Int) })
const decodeCounts = Schema.decodeUnknownResult(Schema.fromJsonString(Counts))

/**
 * The states in which an attempt may have been paid, of the newest 10 000 attempts of a server or of one of its days.
 * `open` comes first, so that an attempt that becomes unknown meanwhile is in a later list.
 */
export const undecidedStatesAt = Effect.fnUntraced(function* (asked: AskedServer, day?: string) {
  const query = new URLSearchParams({ format: "counts", ...(day !== undefined && { day }) })
  const read = decodeCounts(yield* getFrom(asked, `attempts?${query}`))
  if (Result.isFailure(read)) {
    const { verb, server } = asked
    return yield* refuse(`${verb}: ${server.origin}: its answer cannot be read; does it have the same version?`)
  }
  return ["open", ...Object.keys(read.success.counts).filter((state) => state !== "open" && isUndecided({ state }))]
})

/** The attempts that match a filter and may have been paid, the oldest first. */
export const undecidedAt = Effect.fnUntraced(function* (asked: AskedServer, filter: AttemptFilter = {}) {
  const { list } = yield* attemptsAt(asked)
  const states = yield* undecidedStatesAt(asked, filter.day)
  const lists = yield* Effect.mapError(
    Effect.forEach(states, (state) => list({ ...filter, state })),
    (error) => refusalOf(asked, error)
  )
  const byId = new Map(lists.flat().map((attempt) => [attempt.id, attempt]))
  return [...byId.values()].toSorted((a, b) => a.openedAt.localeCompare(b.openedAt))
})
