/** Which attempts of the journal a terminal may have in its memory: those that moved money, or may have. */
import type { AttemptJournal } from "@hipay-pos/client"
import { isPaid, isUndecided } from "@hipay-pos/core/wire/AttemptState"

/** Whether an attempt may have moved money, by what a terminal or a server said: a person may be wrong. */
export const mayHaveMoved = (attempt: AttemptJournal.Attempt): boolean =>
  isUndecided(attempt) || isPaid(attempt) || attempt.endings.at(-1)?.by !== undefined
