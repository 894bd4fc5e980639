/** Claims, turns and changes of attempts in the store's file: each is one transaction together with the guards it concerns. */
import * as Effect from "effect/Effect"
import type { Attempt } from "../attempts/Attempt.ts"
import {
  type AttemptStore,
  always,
  type Changed,
  type Claimed,
  changedAt,
  type DamagedEnd,
  damaged,
  earlierUnknown,
  endOf,
  keyIn,
  StoreFailed,
  type Turn,
  textOf
} from "../attempts/AttemptStore.ts"
import { guardsOrder, guardsTerminal, namesOf, resolutionsOf, resolvedAs } from "../attempts/Guards.ts"
import { Wakers } from "../attempts/Wakers.ts"
import type { AttemptRows } from "./attemptRows.ts"
import { type Commits, failed } from "./commits.ts"
import { emptyLog } from "./displacedFile.ts"
import { makeGuards } from "./guardTables.ts"
import type { SqliteFile } from "./SqliteFile.ts"

type Acts = Pick<
  AttemptStore,
  "standing" | "claim" | "turn" | "freed" | "change" | "changeMoved" | "resolveDamaged" | "ended"
>

/** A row's columns. */
interface Columns {
  /** In the order of the claims. */
  readonly number: number
  readonly key: string
  readonly state: string
  readonly queued: number
  readonly resolutions: number
  readonly terminal: string | null
  readonly connected: string | null
}

/** Makes the operations that take and release guards. */
export const makeClaims = (
  file: Pick<SqliteFile, "database" | "descriptor">,
  rows: AttemptRows,
  commits: Commits,
  now: () => number
): Acts => {
  const { database } = file
  const guards = makeGuards(database)
  const wakers = new Wakers()
  const columns = database.prepare(
    "SELECT number, key, state, queued, resolutions, terminal, connected FROM attempts WHERE id = ?"
  )
  const dequeue = database.prepare("UPDATE attempts SET queued = 0 WHERE id = ?")
  const columnsOf = (id: string) => columns.get(id) as Columns | undefined

  const blocked = (
    names: ReadonlyArray<string>,
    own?: string
  ): "Queued" | Extract<Turn, { attempt: string }> | undefined => {
    const holder = guards.holder(names, own)
    if (holder === undefined) return undefined
    return holder.state === "open" ? "Queued" : { _tag: "TerminalUndecided", attempt: holder.id }
  }

  /** The attempt that has an order's guard; undefined for a simulated attempt in a gateway's store. */
  const standingAs = (key: string, id: string): Attempt | StoreFailed | undefined => {
    if (columnsOf(id) === undefined) return gone(id)
    const standing = rows.get(id)
    if (standing === undefined) guards.releaseOrder(key, id)
    return standing
  }

  /** Ids of the queued attempts to wake after a change: the first, or all if none will be served. */
  const nextInLine = (names: ReadonlyArray<string>, all: boolean) => {
    const queued = guards.queued(names)
    return all ? queued : queued.slice(0, 1)
  }

  const change = (seen: Attempt, next: Attempt, flushed: boolean, refuseDisplaced: () => void) => {
    let woken: ReadonlyArray<string> = []
    return commits.write({
      // A terminal's outcome survives the end of the process. After a power failure the attempt is unknown at the next
      // start, which is safe. A person's resolution is worth a flush.
      flushed: flushed || next.resolutions !== undefined,
      act: (): Changed => {
        const own = columnsOf(next.id)
        if (own === undefined) return { _tag: "Stands", attempt: undefined }
        if (own.state !== seen.state || own.resolutions !== resolutionsOf(seen) || rows.hasChanged(seen)) {
          const attempt = rows.get(next.id)
          if (attempt instanceof StoreFailed) throw attempt
          return { _tag: "Stands", attempt }
        }
        refuseDisplaced()
        rows.update(next, changedAt(seen, next, now()))
        if (own.queued === 1) dequeue.run(next.id)
        if (guardsOrder(next)) guards.takeOrder(own.key, next.id)
        else guards.releaseOrder(own.key, next.id)
        if (!guardsTerminal(next)) guards.releaseTerminal(next.id)
        woken = nextInLine(namesIn(own), guardsTerminal(next))
        return { _tag: "Written" }
      },
      done: ({ _tag }) => {
        if (_tag === "Stands") return
        for (const id of [next.id, ...woken]) wakers.wake(id)
        if (next.state !== "open") wakers.wake(endOf(next.id))
      }
    })
  }

  return {
    standing: (key, after = "") =>
      Effect.try({
        try: () => {
          const holder = guards.order(textOf(key))
          if (holder === undefined) return undefined
          const own = columnsOf(holder)
          if (own === undefined) throw gone(holder)
          if (own.number <= (columnsOf(after)?.number ?? 0)) return undefined
          const standing = rows.get(holder)
          if (standing instanceof StoreFailed) throw standing
          return standing
        },
        catch: failed
      }),

    claim: ({ attempt, terminal, payAgain }) => {
      const key = textOf(attempt.key)
      const names = namesOf(terminal)
      let isEarlierUnknown = true
      const act = (): Claimed | StoreFailed => {
        isEarlierUnknown = true
        const holder = payAgain ? undefined : guards.order(key)
        const standing = holder === undefined ? undefined : standingAs(key, holder)
        isEarlierUnknown = false
        if (standing instanceof StoreFailed) return standing
        if (standing !== undefined) return { _tag: "OrderTaken", attempt: standing }
        const block = blocked(names)
        if (typeof block === "object") return block
        const isQueued = block === "Queued" || guards.queued(names).length > 0
        commits.refuseDisplaced()
        rows.insert(attempt, terminal, isQueued)
        if (!payAgain) guards.takeOrder(key, attempt.id)
        if (!isQueued) guards.takeTerminal(names, attempt.id)
        return { _tag: "Written", isQueued, mayDial: always }
      }
      const written = commits.write({
        act,
        // No money moves at a simulated terminal.
        flushed: attempt.terminal !== "simulated",
        failed: (error) => (isEarlierUnknown ? earlierUnknown(failed(error)) : failed(error))
      })
      return Effect.flatMap(written, (claimed) =>
        claimed instanceof StoreFailed ? Effect.fail(claimed) : Effect.succeed(claimed)
      )
    },

    turn: (id) =>
      commits.write({
        // Dialling follows: after a power failure, this attempt must not look as if it had never had its turn.
        flushed: true,
        act: (): Turn => {
          const own = columnsOf(id)
          if (own?.state !== "open") return { _tag: "Ended" }
          const names = namesIn(own)
          const block = blocked(names, id)
          if (block !== undefined) return block === "Queued" ? { _tag: "Queued" } : block
          commits.refuseDisplaced()
          dequeue.run(id)
          guards.takeTerminal(names, id)
          return { _tag: "Taken" }
        }
      }),

    freed: (id) =>
      wakers.wait(id, () => {
        try {
          const own = columnsOf(id)
          if (own?.queued !== 1) return true
          const names = namesIn(own)
          const block = blocked(names, id)
          return block === undefined ? guards.queued(names)[0] === id : block !== "Queued"
        } catch {
          // The call that takes the turn will report a store that cannot be read.
          return true
        }
      }),

    change: (seen, next, flushed = false) => change(seen, next, flushed, commits.refuseDisplaced),

    changeMoved: (seen, next) =>
      Effect.tap(
        change(seen, next, true, () => {}),
        () =>
          Effect.try({
            try: () => {
              // Closing does not merge the log of a moved file, and under another name the log is not found.
              if (!emptyLog(file)) throw new Error("a reader keeps the log from being merged into the store's file")
            },
            catch: failed
          })
      ),

    resolveDamaged: (id, resolution, login) => {
      let woken: ReadonlyArray<string> = []
      return commits.write({
        flushed: true,
        act: (): DamagedEnd | undefined => {
          const own = columnsOf(id)
          if (own?.state !== "unknown" || !(rows.get(id) instanceof StoreFailed)) return undefined
          const key = keyIn(own.key)
          if (login !== undefined && key.login !== login) return undefined
          const next = resolvedAs(resolution)
          commits.refuseDisplaced()
          rows.resolveDamaged(id, next.state, resolution)
          if (!next.guardsOrder) guards.releaseOrder(own.key, id)
          if (!next.guardsTerminal) guards.releaseTerminal(id)
          woken = nextInLine(namesIn(own), next.guardsTerminal)
          return { id, key, state: next.state }
        },
        done: () => {
          for (const each of woken) wakers.wake(each)
        }
      })
    },

    ended: (id) =>
      Effect.andThen(
        wakers.wait(endOf(id), () => {
          try {
            return columnsOf(id)?.state !== "open"
          } catch {
            return true
          }
        }),
        Effect.try({
          try: (): Attempt | undefined => {
            const attempt = rows.get(id)
            if (attempt instanceof StoreFailed) throw attempt
            return attempt
          },
          catch: failed
        })
      )
  }
}

const gone = (id: string) => damaged(id, "is gone")

const namesIn = ({ terminal, connected }: Columns): ReadonlyArray<string> =>
  terminal === null ? [] : namesOf({ name: terminal, address: connected ?? undefined })
