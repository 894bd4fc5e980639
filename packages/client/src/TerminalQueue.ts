/** One client's payments at each terminal: one at a time, first come, first served. */

/** A payment's place in the queue of its terminal. */
export interface Place {
  /** Resolves once all payments before it have left; `undefined` if there are none. */
  readonly before: Promise<void> | undefined
  /** Lets the next payment go on. Call it once, whatever happened to this one. */
  readonly leave: () => void
}

export class TerminalQueue {
  /** By the terminal's name: resolves once every payment that has entered has left. */
  readonly #last = new Map<string, Promise<void>>()

  /** Enters the queue of a terminal. */
  enter(terminal: string): Place {
    const before = this.#last.get(terminal)
    let leave = () => {}
    const left = new Promise<void>((resolve) => {
      leave = resolve
    })
    const own = before === undefined ? left : before.then(() => left)
    this.#last.set(terminal, own)
    return {
      before,
      leave: () => {
        leave()
        if (this.#last.get(terminal) === own) this.#last.delete(terminal)
      }
    }
  }
}
