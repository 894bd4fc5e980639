/**
 * Ends attempts that no process performs any more: those of instances that were given up, and those that this instance
 * claimed without getting an answer, even if another instance has made them unknown since. It ends them one by one and apart
 * from the renewals, so that the lease is renewed however many there are.
 */
import * as ErrorText from "@hipay-pos/core/ErrorText"
import { NotStarted, OutcomeUnknown } from "@hipay-pos/core/Terminal"
import { type AttemptState, isUndecided } from "@hipay-pos/core/wire/AttemptState"
import { type Attempt, close } from "@hipay-pos/server/Attempt"
import { StoreFailed } from "@hipay-pos/server/AttemptStore"
import type { Database, Row } from "./Database.ts"
import { COLUMNS } from "./listQuery.ts"

/** What it works with. */
interface Dependencies {
  readonly database: Database
  /** Ids of attempts that are in progress in this process. */
  readonly inHand: ReadonlySet<string>
  /**
   * When each claim of this process failed without an answer, by the monotonic clock. Nothing was sent for it, whether or not
   * it was written.
   */
  readonly unanswered: Map<string, number>
  readonly read: (row: Row) => Attempt | StoreFailed
  readonly change: (seen: Attempt, next: Attempt) => Promise<unknown>
  /** Called once for each attempt that cannot be ended. */
  readonly onWarning: (detail: string) => void
}

/**
 * Ends the attempts of `beat_v2`'s rows. Rows that arrive while others are being ended are ignored: the next renewal returns
 * them again.
 */
export const lostAttempts = ({ database, inHand, unanswered, read, change, onWarning }: Dependencies) => {
  const told = new Set<string>()
  let ending: Promise<void> | undefined
  let isClosed = false

  const endOne = async (row: Row) => {
    const id = String(row.id)
    const attempt = read(row)
    if (attempt instanceof StoreFailed) {
      await database.query(END_UNREAD, [id, Date.now()])
      unanswered.delete(id)
      return
    }
    const isNotSent = row.is_own === true || unanswered.has(id)
    const reason = isNotSent ? notKnownHere : row.queued === true ? stoppedInLine : stopped
    await change(attempt, close(attempt, { _tag: "Error", reason }, Date.now()))
  }

  /**
   * Unanswered claims that are written all the same: those that are open, and those that another instance has made unknown.
   * For the latter, other instances would expect an answer for as long as this process lives.
   */
  const findUnanswered = async (): Promise<ReadonlyArray<Row>> => {
    if (unanswered.size === 0) return []
    const rows = await database.query(BY_IDS, [[...unanswered.keys()].join("\n")])
    const states = new Map(rows.map(({ id, state }) => [id, state as AttemptState]))
    for (const [id, at] of unanswered) {
      const state = states.get(id)
      if (state === undefined ? performance.now() > at + LATEST : !isUndecided({ state })) unanswered.delete(id)
    }
    return rows.filter(({ id }) => unanswered.has(String(id)))
  }

  const warnOf = (id: string, error: unknown) => {
    if (told.has(id)) return
    told.add(id)
    onWarning(
      `attempt ${id} is performed by no gateway any more and cannot be ended: ${ErrorText.of(error)}; it is tried again`
    )
  }

  const endAll = async (rows: ReadonlyArray<Row>) => {
    for (const row of [...(await findUnanswered()), ...rows]) {
      if (isClosed) return
      const id = String(row.id)
      // An attempt in progress here ends with its answer, although the incarnation that claimed it was given up.
      if (inHand.has(id)) continue
      try {
        await endOne(row)
      } catch (error) {
        // Rejects if the database cannot be reached: then the others could not be ended either.
        await database.query("SELECT 1")
        warnOf(id, error)
      }
    }
  }

  return {
    end: (rows: ReadonlyArray<Row>): void => {
      if (ending !== undefined || rows.length + unanswered.size === 0) return
      // The next renewal returns what is left.
      ending = endAll(rows)
        .catch(() => {})
        .finally(() => {
          ending = undefined
        })
    },
    /** Ends no further attempt, and waits for the one that is being ended. */
    close: async (): Promise<void> => {
      isClosed = true
      await ending
    }
  }
}

const BY_IDS = `SELECT ${COLUMNS} FROM hipay_pos.attempts WHERE id = ANY (string_to_array($1, E'\\n'))`

/**
 * Makes an unreadable attempt unknown, if it is still open. Left in the queue, it would hold up the orders behind it for
 * ever.
 */
const END_UNREAD = `WITH ended AS (
    UPDATE hipay_pos.attempts SET state = 'unknown', queued = false WHERE id = $1 AND state = 'open'
    RETURNING id, key, opened_at
  ),
  orders AS (
    UPDATE hipay_pos.order_guards g SET state = 'unknown' FROM ended e WHERE g.key = e.key AND g.attempt = e.id
  ),
  queue AS (DELETE FROM hipay_pos.queue q USING ended e WHERE q.attempt = e.id)
  INSERT INTO hipay_pos.history (attempt, opened_at, at, state, json)
    SELECT id, opened_at, $2, 'unknown', '{}' FROM ended`

/** How long after its failure an unanswered claim may still be written, in milliseconds. */
const LATEST = 60_000

const stopped = new OutcomeUnknown({
  kind: "SilentAfterSend",
  detail: "the gateway that had sent the payment, or was about to, is gone"
})

const stoppedInLine = new NotStarted({
  kind: "QueueFull",
  detail: "the gateway that had the order ended before the terminal was free"
})

const notKnownHere = new NotStarted({
  kind: "StoreFailed",
  detail: "the store did not confirm in time that the order was written, and nothing was sent"
})
