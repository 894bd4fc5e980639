/** The payments of one client at each terminal: one at a time, in the order in which they were asked for. */

/** A payment's place in the queue of its terminal. */
export interface Place {
  /** Ends once all payments before it have left; `undefined` where there are none. */
  readonly before: Promise<void> | undefined
  /** Lets the next payment go on. To be called once, whatever became of this one. */
  readonly leave: () => void
}

export class TerminalQueue {
  /** By the terminal's name: ends once the last payment that entered, and all before it, have left. */
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
