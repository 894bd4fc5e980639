/** Reads attempts from the rows of a shared store, and remembers what they were read from. */
import type { Attempt } from "@hipay-pos/server/Attempt"
import { damaged, StoreFailed } from "@hipay-pos/server/AttemptStore"
import { AttemptJson } from "@hipay-pos/server/node"
import { rowOf } from "./attemptRows.ts"
import type { Row } from "./Database.ts"

/** Reads rows. */
export interface StoredRows {
  /** The attempt of a row, or a failure that names it if it cannot be read. */
  readonly read: (row: Row) => Attempt | StoreFailed
  /** Like `read`, and remembers the row's JSON: the change is not written if the row has other JSON by then. */
  readonly readToChange: (row: Row) => Attempt | StoreFailed
  /** Like `readToChange`, but throws if it cannot be read. */
  readonly readable: (row: Row) => Attempt
  /** The attempt that holds an order's guard; throws if it is gone. */
  readonly guarding: (row: Row) => Attempt
  /** The JSON that an attempt was read from, if it was to be changed. */
  readonly jsonOf: (attempt: Attempt) => string | undefined
}

/** `onWarning` is called with what an attempt lacks. */
export const makeStoredRows = (onWarning: (detail: string) => void): StoredRows => {
  const attemptIn = AttemptJson.makeRowReader(onWarning)
  const jsonOf = new WeakMap<Attempt, string>()

  const read = (row: Row): Attempt | StoreFailed => attemptIn(rowOf(row)) ?? damaged(String(row.id))

  const readToChange = (row: Row): Attempt | StoreFailed => {
    const attempt = read(row)
    if (!(attempt instanceof StoreFailed)) jsonOf.set(attempt, String(row.json))
    return attempt
  }

  const readable = (row: Row): Attempt => {
    const attempt = readToChange(row)
    if (attempt instanceof StoreFailed) throw attempt
    return attempt
  }

  return {
    read,
    readToChange,
    readable,
    guarding: (row) => {
      if (row.id === null) throw damaged(String(row.attempt), "is gone")
      return readable(row)
    },
    jsonOf: (attempt) => jsonOf.get(attempt)
  }
}
