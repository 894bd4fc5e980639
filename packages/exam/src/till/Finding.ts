/** A fault of a till, described by the loss to the shop. */
import type { Words } from "../Language.ts"

/** `critical`: money is lost or taken twice. A `note` does not fail a till. */
export type Grade = "critical" | "high" | "medium" | "note"

/** One fault that was found. */
export interface Finding {
  readonly code: string
  readonly severity: Grade
  /** What the shop loses. */
  readonly loses: Words
  /** Ids of at most two requests that show it. */
  readonly exchanges: ReadonlyArray<number>
}

/** Requests that show a finding, if there are any. */
export type Shown = ReadonlyArray<{ readonly id: number } | undefined>

/** Makes a finding that some requests show, the first two of them. */
export const finding = (code: string, severity: Grade, loses: Words, exchanges: Shown = []): Finding => ({
  code,
  severity,
  loses,
  exchanges: exchanges.flatMap((each) => (each === undefined ? [] : [each.id])).slice(0, 2)
})
