/** Until when another gateway on the same store may still be told the answer of an attempt that it gave up waiting for. */
import type { Attempt } from "@hipay-pos/server"
import type { Terminals } from "@hipay-pos/server/Terminals"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { GatewayStore } from "./openGatewayStore.ts"

/** `lateAnswer`: how long such an answer is listened for, in milliseconds; asked each time. */
export const answerableElsewhere = (
  isElsewhere: NonNullable<GatewayStore["isElsewhere"]>,
  lateAnswer: () => number
): NonNullable<Terminals["answerableUntil"]> =>
  Effect.fnUntraced(function* ({ id, state, error, endedAt }: Attempt.Attempt) {
    // After any other end its connection is closed.
    const isListenedFor = error?._tag === "TerminalOutcomeUnknown" && error.kind === "SilentAfterSend"
    if (state !== "unknown" || !isListenedFor || endedAt === undefined) return undefined
    const until = endedAt + lateAnswer()
    if (until <= (yield* Clock.currentTimeMillis)) return undefined
    return (yield* isElsewhere(id)) ? until : undefined
  })
