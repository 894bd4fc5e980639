/** Bytes before the first message: skipped until a `CZ` with a length. Nothing else ends them, however they are cut. */
import type { Warning } from "../Warning.ts"
import { type Failure, HEADER, lengthAt, NOT_A_HEADER } from "./header.ts"
import { HIDDEN_STATUS, holdsStatus, STATUS_LENGTH } from "./hiddenStatus.ts"
import { pluralize } from "./pluralize.ts"

export class LeadingBytes {
  /** The failure if no message comes. */
  readonly failure: Failure
  /** Whether no message has begun yet. */
  isSeeking = true
  /** How many bytes were skipped. */
  count = 1
  /** The first of them, unmasked, to recognize another protocol. Never shown as they are. */
  start: string
  /** Whether an action status is among them, as in a message whose `CZ` was damaged. */
  private hidesStatus = false
  /** The last of them, which may be the beginning of one. */
  private end: string

  constructor(failure: Failure, first: string) {
    this.failure = failure
    this.start = first
    this.end = first
  }

  /** Skips bytes of the text; returns where the message begins, or the first byte that could belong to it. */
  skip(text: string, from: number): number {
    let found = text.indexOf("CZ", from)
    while (found !== -1 && found + HEADER <= text.length && lengthAt(text, found) === NOT_A_HEADER) {
      found = text.indexOf("CZ", found + 1)
    }
    if (found === -1) found = text.endsWith("C") ? Math.max(from, text.length - 1) : text.length
    this.count += found - from
    const skipped = this.end + text.slice(from, found)
    this.hidesStatus ||= holdsStatus(skipped)
    this.end = skipped.slice(1 - STATUS_LENGTH)
    if (this.start.length < KEPT) this.start += text.slice(from, Math.min(found, from + KEPT - this.start.length))
    this.isSeeking = text.length - found < HEADER
    return found
  }

  /** The warning about them, when the message begins at `offset`. */
  warning(offset: number): Warning {
    const message = `skipped ${pluralize(this.count, "byte")} before the message`
    return this.hidesStatus
      ? {
          code: HIDDEN_STATUS,
          offset: offset - this.count,
          message: `${message}, with an action status (AE) among them`
        }
      : { code: "leading-bytes", offset: offset - this.count, message }
  }
}

/** How many bytes are kept. */
const KEPT = 16
