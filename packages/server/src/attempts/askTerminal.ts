/**
 * Asks the terminal of an attempt with an unknown outcome, and ends the attempt if the answer proves how.
 *
 * The terminal is not asked while it may still answer the payment itself. An answer that proves nothing changes nothing.
 */
import * as Finding from "@hipay-pos/core/Finding"
import * as Effect from "effect/Effect"
import { NothingProved, type Terminals } from "../terminals/Terminals.ts"
import type { Attempt } from "./Attempt.ts"
import type { AttemptStore, StoreFailed } from "./AttemptStore.ts"
import { type Endings, NotUnknown, secondsTo } from "./Endings.ts"

interface Dependencies {
  readonly store: Pick<AttemptStore, "get">
  readonly terminals: Pick<Terminals, "recover">
  readonly now: () => number
  /** When an answer to an attempt can no longer come, as {@link Terminals.answerableUntil} gives it. */
  readonly answerableUntil: (attempt: Attempt) => Effect.Effect<number | undefined, StoreFailed>
  readonly prove: Endings["prove"]
}

/** Makes the function that asks about an attempt by its id. */
export const makeAsk = ({ store, terminals, now, answerableUntil, prove }: Dependencies) =>
  Effect.fnUntraced(function* (id: string): Effect.fn.Return<Attempt, NotUnknown | NothingProved | StoreFailed> {
    const attempt = yield* store.get(id)
    if (attempt?.state !== "unknown") return yield* new NotUnknown({ attempt })
    if (terminals.recover === undefined)
      return yield* new NothingProved({ why: "this server has no terminal that can be asked for its last transaction" })
    const at = now()
    const until = (yield* answerableUntil(attempt)) ?? 0
    if (until > at) {
      const seconds = secondsTo(until, at)
      const within = seconds === undefined ? "" : ` for ${seconds} s`
      return yield* new NothingProved({ why: `it may still answer the payment itself${within}` })
    }
    return yield* prove(id, { outcome: yield* terminals.recover(attempt), finding: proved })
  })

const proved = Finding.make(
  "warning",
  "proved-by-duplicata",
  "",
  "an answer to the payment",
  "no clear one; the terminal repeated the transaction when it was asked again"
)
