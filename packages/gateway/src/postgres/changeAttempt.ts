/** Writes new versions of attempts to the shared store: ends of open ones in groups, all others alone. */
import type { Attempt } from "@hipay-pos/server/Attempt"
import { type Changed, changedAt } from "@hipay-pos/server/AttemptStore"
import * as Guards from "@hipay-pos/server/Guards"
import { AttemptJson, holdsCustomer } from "@hipay-pos/server/node"
import type { Frames } from "@hipay-pos/server/Terminals"
import { call, type Database, storable } from "./Database.ts"
import type { groupsOf } from "./groups.ts"
import type { StoredRows } from "./storedRows.ts"
import { changeFailedBy, isAnswer } from "./storeFailure.ts"

/** What changes are written with. */
interface Dependencies extends Pick<StoredRows, "readable" | "jsonOf"> {
  readonly database: Database
  readonly frames: Pick<Frames, "withoutContact">
  readonly groups: ReturnType<typeof groupsOf>
  /** Called with each result that the database gives. */
  readonly onChanged: (next: Attempt, changed: Changed) => void
  /** Called after each write. */
  readonly onWritten: () => void
}

/** Makes the changes of one store. */
export const makeChange = ({ database, frames, groups, readable, jsonOf, onChanged, onWritten }: Dependencies) => {
  const write = async (seen: Attempt, next: Attempt): Promise<Changed> => {
    const columns = {
      id: next.id,
      opened_at: next.openedAt,
      seen_state: seen.state,
      seen_resolutions: Guards.resolutionsOf(seen),
      state: next.state,
      words: AttemptJson.wordsOf(next),
      customer: holdsCustomer(next, frames),
      resolutions: Guards.resolutionsOf(next),
      at: changedAt(seen, next, Date.now()),
      amount: next.amount.minorUnits,
      currency: next.amount.currency
    }
    const documents = documentsOf(next)
    const [guardsOrder, guardsTerminal] = [Guards.guardsOrder(next), Guards.guardsTerminal(next)]
    if (seen.state === "open" && next.state !== "open" && guardsOrder) {
      // Grouped with other ends; the group leaves out an attempt that is still queued or has changed meanwhile.
      if (await groups.change({ columns: { ...columns, frees_terminal: !guardsTerminal }, ...documents }))
        return { _tag: "Written" }
    }
    const [row] = await call(database, "change_v2", {
      ...{ ...columns, ...documents, seen_json: jsonOf(seen) ?? null },
      ...{ guards_order: guardsOrder, guards_terminal: guardsTerminal }
    })
    if (row?.tag === "none") return { _tag: "Stands", attempt: undefined }
    return row?.tag === "stands" ? { _tag: "Stands", attempt: readable(row) } : { _tag: "Written" }
  }

  const changeOnce = async (seen: Attempt, next: Attempt): Promise<Changed> => {
    const changed = await write(seen, next)
    onChanged(next, changed)
    if (changed._tag === "Written") onWritten()
    return changed
  }

  /**
   * Retries once if the database did not answer: a record in the store that equals the wanted one was written by the first
   * try. The end of an open attempt is not retried here; its caller keeps it and retries it.
   */
  const change = async (seen: Attempt, next: Attempt): Promise<Changed> => {
    try {
      return await changeOnce(seen, next)
    } catch (error) {
      if (isAnswer(error) || seen.state === "open") throw changeFailedBy(error)
    }
    const changed = await changeOnce(seen, next).catch((error: unknown) => {
      throw changeFailedBy(error)
    })
    const stands = changed._tag === "Stands" ? changed.attempt : undefined
    if (stands === undefined || jsonOf(stands) !== storable(AttemptJson.toJson(next))) return changed
    onWritten()
    return { _tag: "Written" }
  }

  return { change, changeOnce }
}

/** The two JSON texts of an attempt: the whole record, and its entry in the history. */
export const documentsOf = (attempt: Attempt) => ({
  json: AttemptJson.toJson(attempt),
  said: JSON.stringify(AttemptJson.historyOf(attempt))
})
