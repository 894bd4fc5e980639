/**
 * One exchange at a time per terminal inside a process, first come first served.
 *
 * Locks belong to a connector, so that simulated terminals of different connectors do not wait for each other; the TCP
 * connector is one for the process. Only terminals with an exchange take memory. Not effect's `Semaphore`: a lock is released
 * from socket callbacks, outside of any fiber, and the map of terminals would need the same bookkeeping around it.
 */
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { Address, Connector } from "./Connection.ts"

/** The requests for a terminal's lock, in order; the first one holds it. */
type Queue = Array<TerminalLock>

/** The queues of the terminals in use, by address. */
type Queues = Map<string, Queue>

const queuesOf = new WeakMap<Connector, Queues>()

/** A request for a terminal's lock. However the wait ends, `release` must be called. */
export class TerminalLock {
  private readonly queues: Queues
  private readonly terminal: string
  private wake: (() => void) | undefined

  constructor(queues: Queues, terminal: string) {
    this.queues = queues
    this.terminal = terminal
  }

  /** Whether the lock was acquired and not released yet. */
  get isHeld(): boolean {
    return this.queues.get(this.terminal)?.[0] === this
  }

  /** Waits for the lock, no longer than `atMost`; false if it was not acquired by then. */
  wait(atMost: Duration.Input): Effect.Effect<boolean> {
    const acquired = Effect.callback<void>((resume) => {
      if (this.isHeld) resume(Effect.void)
      else this.wake = () => resume(Effect.void)
    })
    return Effect.map(Effect.timeoutOption(acquired, atMost), () => this.isHeld)
  }

  /**
   * Leaves the queue, and passes the lock on if this request held it. Idempotent. The next request is resumed in a microtask,
   * after this exchange has emitted its events, so that its checks before connecting see them.
   */
  release(): void {
    const queue = this.queues.get(this.terminal)
    const place = queue?.indexOf(this) ?? -1
    if (queue === undefined || place === -1) return
    queue.splice(place, 1)
    const [next] = queue
    if (next === undefined) this.queues.delete(this.terminal)
    else if (place === 0) queueMicrotask(() => next.wake?.())
  }
}

/** Requests a terminal's lock; it is held at once if the terminal is free. */
export const request = (connector: Connector, address: Address): TerminalLock => {
  const queues = queuesOf.get(connector) ?? new Map<string, Queue>()
  queuesOf.set(connector, queues)
  const terminal = `${address.host}\0${address.port}`
  const lock = new TerminalLock(queues, terminal)
  const queue = queues.get(terminal)
  if (queue === undefined) queues.set(terminal, [lock])
  else queue.push(lock)
  return lock
}
