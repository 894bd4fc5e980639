/**
 * What pruning makes of an attempt's row, whether a file has it or a database: what may go, what is left, and from when on
 * nothing is touched.
 */
import * as BusinessDay from "@hipay-pos/core/BusinessDay"
import * as CardNumber from "@hipay-pos/core/CardNumber"
import { prune, staysWhole } from "../attempts/pruneAttempt.ts"
import { fromRow, type Row, toJson, wordsOf } from "./attemptJson.ts"
import { digestSync } from "./digestSync.ts"
import { StartFailed } from "./StartFailed.ts"

/** What is pruned. */
export interface PruneOptions {
  /** A file, or the address of a database. */
  readonly store: string
  /** The first day that is kept as it is, `YYYY-MM-DD`: at least {@link YOUNGEST} days ago. */
  readonly before: string
  /** What a day is; UTC's by default. */
  readonly days?: BusinessDay.BusinessDay | undefined
  /** Changes nothing, and says what would be; false by default. */
  readonly dryRun?: boolean | undefined
  /** In milliseconds since 1970. */
  readonly now: number
}

/** What was pruned, or would be; of a database, since where the last run ended. */
export interface Pruned {
  /** Of a file: absolute, without symbolic links. */
  readonly store: string
  /** Attempts that moved no money and are gone. */
  readonly removed: number
  /** Approved attempts of which key, outcome and amount are left. */
  readonly reduced: number
  /** Attempts of the time before that are as they were: undecided, resolved by a person, with an alarm or damaged. */
  readonly kept: number
  /** Attempts that were reduced before. */
  readonly earlier: number
  /** What their records took, in bytes. The file keeps its size, and new attempts go where they were. */
  readonly bytes: number
}

/** No attempt is pruned that is younger, in days: late answers, notifications and people may still change it. */
export const YOUNGEST = 30

/** At most so many attempts are written in one go, and how long others have their turn then, in milliseconds. */
export const BATCH = 50
export const PAUSE = 50

/** When the first day that is kept begins. Throws {@link StartFailed} for what is not a day, and for a day that is too recent. */
export const startOf = ({ before, days = BusinessDay.utc, now }: PruneOptions): number => {
  const bounds = days.boundsOf(before)
  if (bounds === undefined)
    throw new StartFailed({ problem: `--before: expected a day as YYYY-MM-DD, got ${CardNumber.maskWritten(before)}` })
  if (bounds.from > now - YOUNGEST * 86_400_000)
    throw new StartFailed({ problem: `--before: expected a day at least ${YOUNGEST} days ago, got ${before}` })
  return bounds.from
}

/** What becomes of a row, and the bytes that are won. */
export type PrunedRow =
  /** For good: no later run prunes it either. */
  | { readonly _tag: "Kept"; readonly isForGood: boolean }
  /** It was reduced before. */
  | { readonly _tag: "Earlier" }
  | { readonly _tag: "Removed"; readonly bytes: number }
  | { readonly _tag: "Reduced"; readonly bytes: number; readonly json: string; readonly words: string }

export const kept = { _tag: "Kept", isForGood: false } as const satisfies PrunedRow

/** Decides on a row; one that cannot be read is kept. */
export const decide = (row: Row, before: number, at: number): PrunedRow => {
  const attempt = fromRow(row)
  if (attempt === undefined) return { ...kept, isForGood: true }
  if (attempt.prunedAt !== undefined) return { _tag: "Earlier" }
  const pruning = prune(attempt, before, at, digestSync)
  const size = sizeOf(row.json, wordsOf(attempt))
  switch (pruning._tag) {
    case "Kept":
      return { ...kept, isForGood: staysWhole(attempt) }
    case "Removed":
      return { _tag: "Removed", bytes: size }
    case "Reduced": {
      const [json, words] = [toJson(pruning.attempt), wordsOf(pruning.attempt)]
      return { _tag: "Reduced", bytes: size - sizeOf(json, words), json, words }
    }
  }
}

const sizeOf = (...texts: ReadonlyArray<string>): number =>
  texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0)
