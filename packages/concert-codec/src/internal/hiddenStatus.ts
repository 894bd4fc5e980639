/** A final action status where no field is read: in bytes that were skipped, or in a field of a wrong length. */
import type { Contradiction } from "@hipay-pos/core/TerminalEvidence"
import type { Warning } from "../Warning.ts"
import { isDigitTag } from "./header.ts"

/** The code of the warning about one. */
export const HIDDEN_STATUS = "hidden-status"

/** What it means: another answer was damaged. */
export const statusHidden: Contradiction = {
  kind: "second-answer",
  message: "another action status stands outside the fields, or inside one of a wrong length"
}

/** The bytes of one. */
export const STATUS_LENGTH = 7

export const holdsStatus = (text: string): boolean => text.includes("AE002") && /AE002(?:01|10)/.test(text)

/** The warning about a field that has one inside. A tag of digits may be the middle of a card number. */
export const hiddenIn = (tag: string, offset: number): Warning => ({
  code: HIDDEN_STATUS,
  ...(isDigitTag(tag) ? {} : { tag }),
  offset,
  message: "an action status (AE) stands inside"
})
