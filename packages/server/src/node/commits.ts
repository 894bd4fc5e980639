/**
 * Writes to the store's file: all writes of one turn of the event loop share one transaction and one flush. If one of them
 * fails, the others are written individually.
 */

import type { DatabaseSync } from "node:sqlite"
import { setImmediate } from "node:timers"
import * as ErrorText from "@hipay-pos/core/ErrorText"
import * as Effect from "effect/Effect"
import { StoreFailed, unavailable } from "../attempts/AttemptStore.ts"

/** A write. */
export interface Write<A> {
  /** Runs inside the transaction, and again alone if the transaction fails. */
  readonly act: () => A
  /** Whether it must survive a power failure. */
  readonly flushed: boolean
  /** Called once it is committed. */
  readonly done?: (result: A) => void
  readonly failed?: (error: unknown) => StoreFailed
}

/** Writes to one file. */
export interface Commits {
  readonly write: <A>(write: Write<A>) => Effect.Effect<A, StoreFailed>
  /** Writes something that changes nothing, and flushes it. */
  readonly tryWrite: Effect.Effect<void, StoreFailed>
  /** Throws if writes would be lost with the file. Called in a write, before what others will rely on. */
  readonly refuseDisplaced: () => void
  /** Does some work in one transaction, all or nothing, without waiting for the disk. */
  readonly inTransaction: <A>(work: () => A) => A
}

/** Describes a failure of the store's file. */
export const failed = (error: unknown): StoreFailed =>
  error instanceof StoreFailed ? error : unavailable(ErrorText.of(error))

/** How long the log may grow before it is merged into the file, in pages: 32 MB. */
export const LOG_PAGES = 8_000

/** Inserts and deletes a row, because SQLite does not write values that are there already. */
const NO_CHANGE = `INSERT INTO identity (name, value) VALUES ('tried', ''); DELETE FROM identity WHERE name = 'tried'`

interface Waiting {
  readonly flushed: boolean
  readonly act: () => void
  readonly done: () => void
  readonly fail: (error: unknown) => void
}

/** `problem` returns why writes would be lost. */
export const makeCommits = (database: DatabaseSync, problem: () => string | undefined = () => undefined): Commits => {
  let waiting: Array<Waiting> = []
  let isFlushing: boolean | undefined
  let isMerging = true
  /** Why the writes of this transaction would be lost. */
  let lost: string | undefined

  const flushing = (flushes: boolean) => {
    if (flushes === isFlushing) return
    database.exec(`PRAGMA synchronous = ${flushes ? "FULL" : "NORMAL"}`)
    isFlushing = flushes
  }

  /**
   * The log is not merged into a file that is no longer at its path. A file that was moved to another disk is a copy, which needs
   * that log: a long one would be merged into the removed file, and then overwritten.
   */
  const merging = (merges: boolean) => {
    if (merges === isMerging) return
    database.exec(`PRAGMA wal_autocheckpoint = ${merges ? LOG_PAGES : 0}`)
    isMerging = merges
  }

  const rollBack = () => {
    try {
      if (database.isTransaction) database.exec("ROLLBACK")
    } catch {
      // A closed file has nothing to roll back.
    }
  }

  /**
   * A commit whose flush failed is reported as failed but is still in the log: after a kill, the next start would take it as
   * written. Another commit overwrites it there.
   */
  const overwrite = () => {
    try {
      database.exec(`BEGIN IMMEDIATE; ${NO_CHANGE}; COMMIT`)
    } catch {
      rollBack()
    }
  }

  const transact = <A>(flushes: boolean, work: () => A): A => {
    let isCommitting = false
    try {
      flushing(flushes)
      // Another process may be pruning the file: what is read must still hold when it is written.
      database.exec("BEGIN IMMEDIATE")
      // Only now, because the wait for that process may have been long enough to move the file.
      lost = problem()
      merging(lost === undefined)
      const done = work()
      isCommitting = true
      database.exec("COMMIT")
      return done
    } catch (error) {
      rollBack()
      if (isCommitting) overwrite()
      throw error
    }
  }

  const settle = (writes: ReadonlyArray<Waiting>): void => {
    try {
      transact(
        writes.some(({ flushed }) => flushed),
        () => {
          for (const { act } of writes) act()
        }
      )
    } catch (error) {
      if (writes.length > 1) for (const each of writes) settle([each])
      else for (const { fail } of writes) fail(error)
      return
    }
    for (const { done } of writes) done()
  }

  const write = <A>({ act, flushed, done, failed: toFailure = failed }: Write<A>) =>
    Effect.callback<A, StoreFailed>((resume) => {
      let result: A
      const each: Waiting = {
        flushed,
        act: () => {
          result = act()
        },
        done: () => {
          resume(Effect.succeed(result))
          done?.(result)
        },
        fail: (error) => resume(Effect.fail(toFailure(error)))
      }
      if (waiting.push(each) > 1) return
      setImmediate(() => {
        const writes = waiting
        waiting = []
        settle(writes)
      })
    })

  const refuseDisplaced = () => {
    if (lost !== undefined) throw unavailable(lost)
  }

  return {
    write,
    tryWrite: write({
      flushed: true,
      act: () => {
        refuseDisplaced()
        database.exec(NO_CHANGE)
      }
    }),
    refuseDisplaced,
    inTransaction: (work) => transact(false, work)
  }
}
