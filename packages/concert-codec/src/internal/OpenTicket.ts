/** A ticket that was read last, if the rest of its last field follows its end, or may. */
import type { Warning } from "../Warning.ts"
import type { InnerField } from "./LastField.ts"

export interface OpenTicket {
  /** Whether everything after its end, `behind`, belongs to it. */
  readonly isEnd: (behind: string) => boolean
  /** Takes what belongs to it from `at` on, where there is at least one byte; `undefined` if that needs more bytes. */
  readonly continue: (text: string, at: number) => Continuation | undefined
}

/** How a ticket goes on after its end. */
export interface Continuation {
  /** How many bytes belong to it. */
  readonly taken: number
  /** Whether more bytes may belong to it. */
  readonly isOpen: boolean
  readonly warnings: ReadonlyArray<Warning>
  /** Its last field, if that has changed. */
  readonly last?: InnerField
}

/** Nothing belongs to it, and nothing can. */
export const NOTHING: Continuation = { taken: 0, isOpen: false, warnings: [] }

/** Nothing belongs to it yet. */
export const NOTHING_YET: Continuation = { ...NOTHING, isOpen: true }
