/** Opens an attempt in a journal, unless another one of its order is in the way: the first step of every payment. */
import type { Money as Amount } from "@hipay-pos/core/Money"
import { Money } from "@hipay-pos/core/plain"
import * as Result from "effect/Result"
import * as AttemptJournal from "./AttemptJournal.ts"
import * as Earlier from "./Earlier.ts"
import { NotStarted, PosClientError } from "./PosClientError.ts"

/**
 * Opens an attempt, for a program that speaks to its terminal itself: if this rejects, send nothing. Rejects with the
 * `PosClientError` of a client's payment in the same case, by what the journal remembers of the order.
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

/** Opens an attempt, or throws the meaning of the one in its way. An attempt that cannot be recorded is not started. */
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
    // Such a journal has not looked for an attempt in the way.
    throw new AttemptJournal.JournalFailed({ detail: "its `open` does not return the attempt that the order has" })
  } catch (error) {
    if (error instanceof PosClientError) throw error
    const detail = error instanceof AttemptJournal.JournalFailed ? error.message : "the journal of attempts is broken"
    throw new PosClientError({ reason: new NotStarted({ kind: "JournalFailed", detail }) })
  }
}
