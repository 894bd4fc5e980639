/** A final action status where no field is read: in bytes that were skipped, or in a field of a wrong length. */
import type { Contradiction } from "@hipay-pos/core/TerminalEvidence"
import type { Status } from "../ActionStatus.ts"
import type { Warning } from "../Warning.ts"
import { isDigitTag } from "./header.ts"

/** A hidden status, and the code of the warning about it. */
export interface HiddenStatus {
  readonly status: Status
  readonly code: string
  readonly field: string
}

/** How many bytes such a field has. */
export const STATUS_LENGTH = 7

const all: ReadonlyArray<HiddenStatus> = [
  { status: "done", code: "hidden-done", field: "AE00210" },
  { status: "not-done", code: "hidden-not-done", field: "AE00201" }
]

/** The hidden statuses in a text. */
export const hiddenStatuses = (text: string): ReadonlyArray<HiddenStatus> =>
  text.includes("AE002") ? all.filter(({ field }) => text.includes(field)) : []

/** The warnings about a field that has these inside. A tag of digits may be the middle of a card number. */
export const hiddenIn = (tag: string, offset: number, hidden: ReadonlyArray<HiddenStatus>): ReadonlyArray<Warning> =>
  hidden.map(({ code }) => ({
    code,
    ...(isDigitTag(tag) ? {} : { tag }),
    offset,
    message: "an action status (AE) stands inside"
  }))

/**
 * Whether one of the warnings is about another status than this one, so that another answer was damaged. The same status does
 * not count: a terminal may repeat its answer.
 */
export const isContradicted = (status: Status | undefined, warnings: ReadonlyArray<Warning>): boolean =>
  all.some((hidden) => hidden.status !== status && warnings.some(({ code }) => code === hidden.code))

/** The contradiction. */
export const statusHidden: Contradiction = {
  kind: "second-answer",
  message: "another action status stands outside the fields, or inside one of a wrong length"
}
