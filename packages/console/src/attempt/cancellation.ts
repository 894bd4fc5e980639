/** The later cancellation of a sale, which has the sale's order id. Pure. */
import type { AttemptSummary } from "@hipay-pos/core/wire/Attempt"
import { isPaid } from "@hipay-pos/core/wire/AttemptState"

/** The states of a cancellation that may have reversed its sale. */
export type ReversingState = "open" | "approved" | "approved-in-part" | "unknown"

const reversing: ReadonlyArray<string> = [
  "open",
  "approved",
  "approved-in-part",
  "unknown"
] satisfies ReadonlyArray<ReversingState>

type Cancellation = Pick<AttemptSummary, "id"> & { readonly state: ReversingState }

const isReversing = (attempt: AttemptSummary): attempt is AttemptSummary & Cancellation =>
  attempt.transactionType === "Cancel" && reversing.includes(attempt.state)

/** Finds it among the attempts of the order, newest first. A cancellation after a later sale under the same id is that sale's. */
export const cancellationOf = (
  { id, login }: Pick<AttemptSummary, "id" | "login">,
  attempts: ReadonlyArray<AttemptSummary>
): Cancellation | undefined => {
  const own = attempts.filter((each) => each.login === login)
  const newer = own
    .slice(
      0,
      Math.max(
        0,
        own.findIndex((each) => each.id === id)
      )
    )
    .toReversed()
  const next = newer.find((each) => isReversing(each) || (each.transactionType === "Debit" && isPaid(each)))
  return next !== undefined && isReversing(next) ? next : undefined
}
