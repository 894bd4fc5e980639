/**
 * Until when another gateway on the store may still receive an unknown attempt's answer: while it lives and has not written
 * that nothing more can come. Its record decides, not a time of day: the clocks of two machines may differ.
 */
import type { Attempt } from "@hipay-pos/server"
import type { Terminals } from "@hipay-pos/server/Terminals"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { GatewayStore } from "./openGatewayStore.ts"

export const answerableElsewhere = (
  isElsewhere: NonNullable<GatewayStore["isElsewhere"]>
): NonNullable<Terminals["answerableUntil"]> =>
  Effect.fnUntraced(function* (attempt: Attempt.Attempt) {
    if (attempt.state !== "unknown" || isOver(attempt) || !(yield* isElsewhere(attempt.id))) return undefined
    const { at, listensUntil } = answerOf(attempt) ?? {}
    const now = yield* Clock.currentTimeMillis
    if (at === undefined || listensUntil === undefined) return Infinity
    // At most the whole time that it listens, however far its clock is ahead.
    return listensUntil > now ? Math.min(listensUntil, now + listensUntil - at) : Infinity
  })

/**
 * Whether the gateway that performed the attempt has recorded that it does not wait for a late answer, or how that wait
 * ended.
 */
const isOver = (attempt: Attempt.Attempt): boolean => {
  const { events, error } = attempt
  if (events.some(({ kind }) => kind === "late-response")) return true
  const answer = answerOf(attempt)
  if (answer === undefined || answer.listensUntil !== undefined) return false
  // Older versions do not record that they listen.
  return error?.kind !== "SilentAfterSend"
}

const answerOf = ({ events }: Attempt.Attempt) => events.find((event) => event.kind === "answer")
