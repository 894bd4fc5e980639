/**
 * An order as its attempt keeps it: the JSON of its body, with the contract's defaults.
 *
 * Many attempts are kept for long, and their orders are seldom read. A parsed order is a hundred objects for the garbage
 * collector to move; its text is one.
 */
import { hasPersonalData } from "./personalData.ts"

export class KeptOrder {
  /** A single line. */
  readonly json: string
  /** Whether it has data about a customer or a delivery. */
  readonly hasPersonalData: boolean
  #body: unknown

  /**
   * Takes a body and the text that it was parsed from. The text is kept if it is a single line, as stores need it, without
   * indentation. Caches the body until {@link dropBody}.
   */
  constructor(body: unknown, text?: string) {
    this.json = text === undefined || indented.test(text) ? JSON.stringify(body) : text
    this.hasPersonalData = hasPersonalData(body)
    this.#body = body
  }

  /** The parsed JSON; not to be changed. */
  get body(): unknown {
    return this.#body === undefined ? JSON.parse(this.json) : this.#body
  }

  /** The order with another body; the same object if the body did not change. */
  map(change: (body: unknown) => unknown): KeptOrder {
    const { body } = this
    const changed = change(body)
    return changed === body ? this : new KeptOrder(changed)
  }

  /** From now on the body is parsed on each access. */
  dropBody(): void {
    this.#body = undefined
  }

  /** The body, when an attempt is written as JSON. */
  toJSON(): unknown {
    return this.body
  }
}

const indented = /[\r\n\t]| {3}/

/** Stands in for an order that was removed or is left out of a list. */
export const NO_ORDER = new KeptOrder(null)
