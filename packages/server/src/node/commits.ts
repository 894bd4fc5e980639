/**
 * Writes to the store's file: what comes in one turn of the loop is one transaction and one flush, and goes to the disk at
 * once. Where one of it cannot be written, the rest is written by itself.
 */

import type { DatabaseSync } from "node:sqlite"
import { setImmediate } from "node:timers"
import * as ErrorText from "@hipay-pos/core/ErrorText"
import * as Effect from "effect/Effect"
import { StoreFailed, unavailable } from "../attempts/AttemptStore.ts"

/** Something that is written. */
export interface Write<A> {
  /** Runs inside the transaction, and again alone where the transaction fails. */
  readonly act: () => A
  /** Whether it has to survive a loss of power. */
  readonly flushed: boolean
  /** Called once it is on record. */
  readonly done?: (result: A) => void
  readonly failed?: (error: unknown) => StoreFailed
}

/** Writes to one file. */
export interface Commits {
  readonly write: <A>(write: Write<A>) => Effect.Effect<A, StoreFailed>
  /** Writes something that changes nothing, and flushes it. */
  readonly tryWrite: Effect.Effect<void, StoreFailed>
  /** Throws where what is written would be lost with the file. What writes for others to rely on asks it first. */
  readonly refuseDisplaced: () => void
  /** Does all of some work in one transaction, or nothing, without waiting for the disk. */
  readonly inTransaction: <A>(work: () => A) => A
}

/** What the store's file says of a failure. */
export const failed = (error: unknown): StoreFailed =>
  error instanceof StoreFailed ? error : unavailable(ErrorText.of(error))

/** A row that comes and goes: SQLite writes no value that stands there already. */
const NO_CHANGE = `INSERT INTO identity (name, value) VALUES ('tried', ''); DELETE FROM identity WHERE name = 'tried'`

interface Waiting {
  readonly flushed: boolean
  readonly act: () => void
  readonly done: () => void
  readonly fail: (error: unknown) => void
}

/** `problem` says why what is written now would be lost. */
export const makeCommits = (database: DatabaseSync, problem: () => string | undefined = () => undefined): Commits => {
  let waiting: Array<Waiting> = []
  let isFlushing: boolean | undefined

  const flushing = (flushes: boolean) => {
    if (flushes === isFlushing) return
    database.exec(`PRAGMA synchronous = ${flushes ? "FULL" : "NORMAL"}`)
    isFlushing = flushes
  }

  const rollBack = () => {
    try {
      if (database.isTransaction) database.exec("ROLLBACK")
    } catch {
      // A file that is closed has nothing left to roll back.
    }
  }

  /**
   * A commit whose flush failed is said to have failed, and is in the log all the same: after a kill, the next start would take it
   * for written. Another one takes its place there.
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
      // Another process may be pruning the file: what was read must not be outdated before it is written.
      database.exec("BEGIN IMMEDIATE")
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
    const lost = problem()
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
