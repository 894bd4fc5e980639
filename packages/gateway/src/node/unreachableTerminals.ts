/** How many times in a row each terminal was unreachable, by its payments and by checks without one. */
import type { NotStarted } from "@hipay-pos/core/Terminal"
import { type Attempt, terminalNameOf } from "@hipay-pos/server/Attempt"

/** Counts. */
export interface UnreachableTerminals {
  /** Called with whether a terminal, by its name, was reachable. */
  readonly onReach: (terminal: string, isReachable: boolean) => void
  /** Called when an attempt has changed. */
  readonly onChange: (attempt: Attempt) => void
}

/** Calls `onLimit` when a terminal has been unreachable `limit` times. */
export const countUnreachable = (
  limit: number,
  onLimit: (terminal: string, times: number) => void
): UnreachableTerminals => {
  const failures = new Map<string, number>()
  /** Open attempts: only their first end shows whether their terminal was reachable. */
  const underWay = new Set<string>()

  const onReach: UnreachableTerminals["onReach"] = (terminal, isReachable) => {
    if (isReachable) {
      failures.delete(terminal)
      return
    }
    const times = (failures.get(terminal) ?? 0) + 1
    failures.set(terminal, times)
    if (times === limit) onLimit(terminal, times)
  }

  return {
    onReach,
    onChange: (attempt) => {
      if (attempt.terminal !== "dialled") return
      if (attempt.state === "open") return void underWay.add(attempt.id)
      if (!underWay.delete(attempt.id)) return
      const isReachable = attempt.state === "not-started" ? reachOf(attempt.error) : true
      if (isReachable !== undefined) onReach(terminalNameOf(attempt), isReachable)
    }
  }
}

/** Whether the terminal was reachable; undefined if it was busy, or not connected to at all. */
const reachOf = ({ kind }: NotStarted): boolean | undefined => {
  switch (kind) {
    case "AnsweredEarly":
      return true
    case "Unreachable":
    case "ConnectionRefused":
    case "HostUnknown":
      return false
    default:
      return undefined
  }
}
