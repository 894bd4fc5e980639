/** Bytes before the first message: skipped until a `CZ` with a length. Nothing else ends them, however they are cut. */
import type { Warning } from "../Warning.ts"
import { type Failure, HEADER, lengthAt, NOT_A_HEADER } from "./header.ts"
import { type HiddenStatus, hiddenStatuses, STATUS_LENGTH } from "./hiddenStatus.ts"
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
  /** The action statuses among them, as in a message whose `CZ` was damaged. */
  private readonly hidden = new Set<HiddenStatus>()
  /** The last of them, which may be the beginning of an action status. */
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
    for (const each of hiddenStatuses(skipped)) this.hidden.add(each)
    this.end = skipped.slice(1 - STATUS_LENGTH)
    if (this.start.length < KEPT) this.start += text.slice(from, Math.min(found, from + KEPT - this.start.length))
    this.isSeeking = text.length - found < HEADER
    return found
  }

  /** The warnings about them, when the message begins at `end`. */
  warnings(end: number): ReadonlyArray<Warning> {
    const offset = end - this.count
    const message = `skipped ${pluralize(this.count, "byte")} before the message`
    const among = `${message}, with an action status (AE) among them`
    const hidden = Array.from(this.hidden, ({ code }) => ({ code, offset, message: among }))
    return hidden.length > 0 ? hidden : [{ code: "leading-bytes", offset, message }]
  }
}

/** How many bytes are kept. */
const KEPT = 16
