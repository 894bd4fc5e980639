/**
 * A terminal's store in a file: one JSON record a line, on disk before an operation is answered, readable by its owner
 * only. The lock `PATH.lock` ensures one terminal per file.
 *
 * A last line that a crash cut off is dropped; another program's file is refused and not changed.
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Store from "../machine/Store.ts"
import { AppendLog } from "./files.ts"

/** Opens or creates a file and reads its records. Closed with the scope. */
export const open = (path: string): Effect.Effect<Store.Store, Store.StoreFailed, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      attempt(() =>
        AppendLog.open(path, { schema: Store.StoreRecord, beginning: '{"_tag":"', record: "a terminal's record" })
      ),
      (log) => Effect.sync(log.close)
    ),
    (log) => ({
      records: log.records,
      append: (record) => attempt(() => log.append([record])),
      clear: attempt(log.clear)
    })
  )

const attempt = <A>(run: () => A): Effect.Effect<A, Store.StoreFailed> =>
  Effect.suspend(() => {
    try {
      return Effect.succeed(run())
    } catch (error) {
      if (!(error instanceof AppendLog.AppendLogFailed)) throw error
      const { action, path, detail } = error
      return Effect.fail(new Store.StoreFailed({ action, path, detail }))
    }
  })
