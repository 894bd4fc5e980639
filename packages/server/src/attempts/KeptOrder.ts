/**
 * An order as its attempt keeps it: the JSON of its body, with the contract's defaults.
 *
 * Attempts are many and are kept for long, and what they ordered is seldom asked for again. A parsed order is a hundred objects
 * that every collection of garbage moves; its text is one.
 */
import { hasPersonalData } from "./personalData.ts"

export class KeptOrder {
  /** On one line. */
  readonly json: string
  /** Whether it says something about a customer or a delivery. */
  readonly hasPersonalData: boolean
  #body: unknown

  /**
   * Of a body and the text that it came as, which is kept where it is one line, as stores need it, and has no indentation.
   * Remembers the body until {@link dropBody}.
   */
  constructor(body: unknown, text?: string) {
    this.json = text === undefined || indented.test(text) ? JSON.stringify(body) : text
    this.hasPersonalData = hasPersonalData(body)
    this.#body = body
  }

  /** What the JSON stands for, to be read and not to be changed. */
  get body(): unknown {
    return this.#body === undefined ? JSON.parse(this.json) : this.#body
  }

  /** The order with another body; itself where that is the same. */
  map(change: (body: unknown) => unknown): KeptOrder {
    const { body } = this
    const changed = change(body)
    return changed === body ? this : new KeptOrder(changed)
  }

  /** From now on the body is parsed where it is asked for. */
  dropBody(): void {
    this.#body = undefined
  }

  /** As it stands in the JSON of an attempt that somebody writes down. */
  toJSON(): unknown {
    return this.body
  }
}

const indented = /[\r\n\t]| {3}/

/** Stands for an order that was removed, or is left out of a list. */
export const NO_ORDER = new KeptOrder(null)
