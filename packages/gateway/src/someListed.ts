/** Searches all matching attempts of a store, a page at a time: listing all at once would block everything else. */
import type { Attempt } from "@hipay-pos/server/Attempt"
import type { AttemptStore, Filter, StoreFailed } from "@hipay-pos/server/AttemptStore"
import * as Effect from "effect/Effect"

/** Which attempts are searched, and how. */
export interface Listed extends Omit<Filter, "isComplete" | "isBrief" | "before" | "limit"> {
  /** Whether to fail at an unreadable attempt, since it may be the one that counts; otherwise it is skipped. */
  readonly isComplete: boolean
  /** How many are read at a time. */
  readonly page: number
  /** Between two pages. */
  readonly pause?: Effect.Effect<void>
}

/** Whether `isFound` holds for one of them. They are brief, the newest first; the search ends at the first match. */
export const someListed = Effect.fnUntraced(function* (
  store: Pick<AttemptStore, "list">,
  { page: limit, pause = Effect.void, ...filter }: Listed,
  isFound: (attempt: Attempt) => boolean
): Effect.fn.Return<boolean, StoreFailed> {
  let before: string | undefined
  for (;;) {
    const page = yield* store.list({ ...filter, isBrief: true, limit, before })
    if (page.some(isFound)) return true
    if (page.length < limit) return false
    before = page.at(-1)?.id
    yield* pause
  }
})
