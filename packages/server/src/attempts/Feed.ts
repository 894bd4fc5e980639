/**
 * Changes of attempts, numbered. The newest are kept, so that a watcher that lost its connection can ask for the changes it
 * missed.
 */
import type { Attempt } from "./Attempt.ts"
import type { AttemptListener } from "./AttemptListener.ts"
import { sizeOf } from "./sizeOf.ts"

/** An attempt that was opened, ended or resolved. Numbers count from 1. */
export interface Change {
  readonly number: number
  readonly attempt: Attempt
}

/** Receives what it has a method for. */
export interface Watcher extends Pick<AttemptListener, "onAlarm" | "onEvent"> {
  readonly onChange?: ((change: Change) => void) | undefined
}

/** The changes of one server's attempts. */
export interface Feed {
  readonly onChange: NonNullable<AttemptListener["onChange"]>
  readonly onEvent: NonNullable<AttemptListener["onEvent"]>
  readonly onAlarm: NonNullable<AttemptListener["onAlarm"]>
  /** The number of the last change. */
  readonly last: () => number
  /** The changes after a number, or `undefined` when some of them are forgotten. */
  readonly since: (number: number) => ReadonlyArray<Change> | undefined
  /** Returns how to stop. */
  readonly watch: (watcher: Watcher) => () => void
}

/** A feed that keeps `capacity` changes, fewer when their orders exceed `budget` bytes. */
export const make = (capacity = 2_000, budget = 16_000_000): Feed => {
  const ring: Array<Change | undefined> = []
  const watchers = new Set<Watcher>()
  let last = 0
  /** The number before the oldest change that is remembered. */
  let forgotten = 0
  let bytes = 0
  const forget = () => {
    const place = forgotten++ % capacity
    const oldest = ring[place]
    if (oldest !== undefined) bytes -= sizeOf(oldest.attempt)
    ring[place] = undefined
  }
  return {
    onChange: (attempt) => {
      if (last - forgotten === capacity) forget()
      const change = { number: ++last, attempt }
      ring[(last - 1) % capacity] = change
      bytes += sizeOf(attempt)
      while (bytes > budget && forgotten < last - 1) forget()
      for (const watcher of watchers) watcher.onChange?.(change)
    },
    onEvent: (attempt, event) => {
      for (const watcher of watchers) watcher.onEvent?.(attempt, event)
    },
    onAlarm: (attempt, alarm) => {
      for (const watcher of watchers) watcher.onAlarm?.(attempt, alarm)
    },
    last: () => last,
    since: (number) => {
      // A number from before a restart says nothing about this run.
      if (number > last || number < forgotten) return undefined
      const changes: Array<Change> = []
      for (let next = number + 1; next <= last; next++) {
        const change = ring[(next - 1) % capacity]
        if (change !== undefined) changes.push(change)
      }
      return changes
    },
    watch: (watcher) => {
      watchers.add(watcher)
      return () => {
        watchers.delete(watcher)
      }
    }
  }
}
