/** What a relay says of the service behind it: its health, and what of its answers this toolkit does not know. */
import * as Effect from "effect/Effect"
import { type Answer, ok } from "../render/Answer.ts"
import { toProblem } from "../render/problems.ts"
import type { Relay } from "../terminals/Relay.ts"

/** `up` is the relay itself; the second line is the service behind it. */
export const relayHealth = async ({ upstream, health }: Relay): Promise<string> => {
  const { isUp, problem, lastGoodAnswer } = await health()
  const state = isUp ? "up" : `down (${problem ?? "no reason given"})`
  const last = lastGoodAnswer === undefined ? "no good answer yet" : `last good answer ${lastGoodAnswer} s ago`
  return `up\nupstream ${upstream}: ${state}, ${last}\n`
}

/** The answer to `GET /drift`. */
export const driftAnswer = ({ upstream, drift }: Relay): Effect.Effect<Answer> =>
  Effect.match(drift, {
    onSuccess: (entries) => ok({ upstream, drift: entries }),
    onFailure: ({ detail }) => toProblem({ _tag: "StoreUnreadable", detail })
  })
