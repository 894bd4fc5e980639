/**
 * Triggers keep history from being changed. This lifts one for what may change it: masking, pruning, and a mock that starts
 * over.
 */
import type { DatabaseSync } from "node:sqlite"

/** Does some work in a transaction without one of the triggers. */
export const withoutTrigger = <A>(
  database: DatabaseSync,
  name: "history_stays" | "history_is_kept",
  work: () => A
): A => {
  const found = database.prepare("SELECT sql FROM sqlite_schema WHERE type = 'trigger' AND name = ?").get(name)
  if (found === undefined) throw new Error("it is not a store of attempts")
  database.exec(`DROP TRIGGER ${name}`)
  const done = work()
  database.exec(String(found.sql))
  return done
}
