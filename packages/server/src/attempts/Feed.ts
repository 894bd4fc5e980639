/**
 * Numbered changes of attempts, and their watchers. A watcher that reconnects names the last change it saw and gets the ones
 * it missed.
 *
 * A single process numbers its own changes and keeps the newest. Processes that share a store read all changes back from it in
 * one order, so that a number means the same in each. What is not stored, such as terminal events as they happen, reaches
 * only the watchers of the process that performs the payment.
 */
import * as ErrorText from "@hipay-pos/core/ErrorText"
import * as Effect from "effect/Effect"
import type { Alarm, Attempt } from "./Attempt.ts"
import type { AttemptListener } from "./AttemptListener.ts"
import { type StoreFailed, unavailable } from "./AttemptStore.ts"
import { sizeOf } from "./sizeOf.ts"

/** An attempt that was opened, ended or resolved. */
export interface Change {
  readonly number: number
  readonly attempt: Attempt
}

/** Every method is optional. */
export interface Watcher extends Pick<AttemptListener, "onAlarm" | "onEvent"> {
  /** The one attempt that it watches; all by default. */
  readonly attempt?: string | undefined
  readonly onChange?: ((change: Change) => void) | undefined
}

/** What a new watcher gets. */
export interface Following {
  /** The number of the last change before the watcher's first. */
  readonly last: number
  /** The missed changes, read from the store on demand; undefined if they are no longer known, or are too many. */
  readonly missed: ReadonlyArray<Change> | AsyncIterable<Change> | undefined
  /** Releases what came after `last`, which is held back until then. */
  readonly start: () => void
  readonly stop: () => void
}

/** The changes of one server's attempts. */
export interface Feed {
  readonly onChange: NonNullable<AttemptListener["onChange"]>
  readonly onEvent: NonNullable<AttemptListener["onEvent"]>
  readonly onAlarm: NonNullable<AttemptListener["onAlarm"]>
  /** Watches from now on. Given the number of a change, `missed` has all attempts' changes after it. */
  readonly follow: (last: number | undefined, watcher: Watcher) => Effect.Effect<Following, StoreFailed>
}

/** The changes that several processes write to one store, in one order for all of them. */
export interface SharedChanges {
  /** Calls back for each change after the returned `last`, until `stop`. Rejects if the store cannot be read. */
  readonly follow: (
    after: number | undefined,
    onChange: (change: SharedChange) => void
  ) => Promise<Omit<Following, "start">>
}

/** A change by any of the processes. */
export interface SharedChange extends Change {
  /** When it was written, in milliseconds since 1970; no later than the alarms that were written with it. */
  readonly at: number
}

/** Holds back a watcher's reports until it starts. */
const held = (watcher: Watcher) => {
  let waiting: Array<() => void> | undefined = []
  const through = (run: () => void) => {
    if (waiting === undefined) run()
    else waiting.push(run)
  }
  return {
    watcher: {
      attempt: watcher.attempt,
      onChange: (change) => through(() => watcher.onChange?.(change)),
      onEvent: (attempt, event) => through(() => watcher.onEvent?.(attempt, event)),
      onAlarm: (attempt, alarm) => through(() => watcher.onAlarm?.(attempt, alarm))
    } satisfies Watcher,
    start: () => {
      for (const run of waiting ?? []) run()
      waiting = undefined
    }
  }
}

/** Watchers indexed by attempt: thousands may each watch a different one. */
class Watchers {
  readonly #ofAll = new Set<Watcher>()
  readonly #ofOne = new Map<string, Set<Watcher>>()

  add(watcher: Watcher): void {
    const { attempt } = watcher
    if (attempt === undefined) this.#ofAll.add(watcher)
    else this.#ofOne.set(attempt, (this.#ofOne.get(attempt) ?? new Set()).add(watcher))
  }

  delete(watcher: Watcher): void {
    const { attempt } = watcher
    if (attempt === undefined) return void this.#ofAll.delete(watcher)
    const others = this.#ofOne.get(attempt)
    others?.delete(watcher)
    if (others?.size === 0) this.#ofOne.delete(attempt)
  }

  tell(attempt: Attempt, tell: (watcher: Watcher) => void): void {
    for (const watcher of this.#ofAll) tell(watcher)
    for (const watcher of this.#ofOne.get(attempt.id) ?? []) tell(watcher)
  }
}

/**
 * The first number for a process that starts at `time`, in milliseconds since 1970. A millisecond has fewer than 100 changes,
 * so a later start's numbers are above all of an earlier one's, and numbers from before a restart are recognised as too old.
 * Fifteen digits until the year 2286.
 */
export const startingAt = (time: number): number => time * NUMBERS

/** Numbers per millisecond. */
const NUMBERS = 100

let lastStart = 0

/**
 * The first number for a feed that starts now, above any that this process used before. Uses real time, because numbers must
 * grow: a mock's clock may stand still or be set back.
 */
export const startingNow = (): number => {
  lastStart = Math.max(startingAt(Date.now()), lastStart + NUMBERS)
  return lastStart
}

/** A feed of this process's changes, counted from `start`. Keeps `capacity`, or fewer if their orders exceed `budget` bytes. */
export const make = (start: number, capacity = 2_000, budget = 16_000_000): Feed => {
  const ring: Array<Change | undefined> = []
  const watchers = new Watchers()
  let last = start
  /** The number before the oldest change that is kept. */
  let forgotten = start
  let bytes = 0
  const forget = () => {
    const place = forgotten++ % capacity
    const oldest = ring[place]
    if (oldest !== undefined) bytes -= sizeOf(oldest.attempt)
    ring[place] = undefined
  }
  const since = (number: number): ReadonlyArray<Change> | undefined => {
    if (number > last || number < forgotten) return undefined
    const changes: Array<Change> = []
    for (let next = number + 1; next <= last; next++) {
      const change = ring[(next - 1) % capacity]
      if (change !== undefined) changes.push(change)
    }
    return changes
  }
  return {
    onChange: (attempt) => {
      if (last - forgotten === capacity) forget()
      const change = { number: ++last, attempt }
      ring[(last - 1) % capacity] = change
      bytes += sizeOf(attempt)
      while (bytes > budget && forgotten < last - 1) forget()
      watchers.tell(attempt, (watcher) => watcher.onChange?.(change))
    },
    onEvent: (attempt, event) => {
      watchers.tell(attempt, (watcher) => watcher.onEvent?.(attempt, event))
    },
    onAlarm: (attempt, alarm) => {
      watchers.tell(attempt, (watcher) => watcher.onAlarm?.(attempt, alarm))
    },
    follow: (number, watcher) =>
      Effect.sync(() => {
        const { watcher: own, start } = held(watcher)
        watchers.add(own)
        return {
          last,
          missed: number === undefined ? [] : since(number),
          start,
          stop: () => watchers.delete(own)
        }
      })
  }
}

/** A feed of the changes of all processes that share a store. */
export const shared = (changes: SharedChanges): Feed => {
  const watchers = new Watchers()
  return {
    // The change comes back from the store, in its place among the others'.
    onChange: () => {},
    onEvent: (attempt, event) => {
      watchers.tell(attempt, (watcher) => watcher.onEvent?.(attempt, event))
    },
    onAlarm: (attempt, alarm) => {
      watchers.tell(attempt, (watcher) => watcher.onAlarm?.(attempt, alarm))
    },
    follow: (number, watcher) =>
      Effect.tryPromise({
        try: async () => {
          const { watcher: own, start } = held(oncePerAlarm(watcher))
          watchers.add(own)
          try {
            const { last, missed, stop } = await changes.follow(number, ({ at, ...change }) => {
              if (watcher.attempt !== undefined && watcher.attempt !== change.attempt.id) return
              own.onChange(change)
              // An alarm is written with its change, by whichever process raised it.
              for (const alarm of change.attempt.alarms ?? []) if (alarm.at >= at) own.onAlarm(change.attempt, alarm)
            })
            return {
              last,
              missed,
              start,
              stop: () => {
                watchers.delete(own)
                stop()
              }
            }
          } catch (error) {
            watchers.delete(own)
            throw error
          }
        },
        catch: (error) => unavailable(ErrorText.of(error))
      })
  }
}

/** Alarms raised by this process are reported at once, so they are skipped when they come back with their change. */
const oncePerAlarm = (watcher: Watcher): Watcher => {
  const told = new Set<string>()
  const nameOf = ({ id }: Attempt, { code, at }: Alarm) => `${id} ${code} ${at}`
  return {
    ...watcher,
    onAlarm: (attempt, alarm) => {
      const name = nameOf(attempt, alarm)
      if (told.has(name)) return
      told.add(name)
      watcher.onAlarm?.(attempt, alarm)
    }
  }
}
