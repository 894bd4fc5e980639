/** Opens an attempt in a journal, unless another one of its order is in the way: what comes before every payment. */
import type { Money as Amount } from "@hipay-pos/core/Money"
import { Money } from "@hipay-pos/core/plain"
import * as Result from "effect/Result"
import * as AttemptJournal from "./AttemptJournal.ts"
import * as Earlier from "./Earlier.ts"
import { NotStarted, PosClientError } from "./PosClientError.ts"

/**
 * Opens an attempt: for a program that speaks to its terminal itself, and sends nothing where this rejects. Rejects with the
 * `PosClientError` that a client's payment of the order rejects with, by what the journal remembers of it.
 */
export const openAttempt = async (
  journal: AttemptJournal.AttemptJournal,
  opening: AttemptJournal.Opening
): Promise<void> => {
  const promises = AttemptJournal.toPromises(journal)
  const amount = Result.getOrUndefined(Money.make(opening.amount, opening.currency))
  try {
    await openIn(promises, opening, amount)
  } catch (error) {
    if (!(error instanceof PosClientError) || error.reason._tag !== "NotStarted") throw error
    throw new PosClientError({
      reason: await Earlier.judge(promises, { ...opening, amount }, error.reason, opening.id)
    })
  }
}

/** Opens an attempt, or throws what the one in its way means; what cannot be remembered is not started. */
export const openIn = async (
  journal: AttemptJournal.PromiseJournal,
  opening: AttemptJournal.Opening,
  amount: Amount | undefined
): Promise<void> => {
  try {
    const kept: AttemptJournal.Attempt | undefined = await journal.open(opening)
    if (kept !== undefined && AttemptJournal.isNew(kept, opening)) return
    const reason = kept && (await Earlier.reasonBy(journal, kept, { ...opening, amount }))
    if (reason !== undefined) throw new PosClientError({ reason })
    // Such a journal has not looked for what is in the way.
    throw new AttemptJournal.JournalFailed({ detail: "its `open` does not return the attempt that the order has" })
  } catch (error) {
    if (error instanceof PosClientError) throw error
    const detail = error instanceof AttemptJournal.JournalFailed ? error.message : "the journal of attempts is broken"
    throw new PosClientError({ reason: new NotStarted({ kind: "JournalFailed", detail }) })
  }
}
