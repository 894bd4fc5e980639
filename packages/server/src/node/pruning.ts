/**
 * How pruning treats an attempt's row, in a file or a database: what may go, what is left, and how recent ones are left alone.
 */
import * as BusinessDay from "@hipay-pos/core/BusinessDay"
import * as CardNumber from "@hipay-pos/core/CardNumber"
import { prune, staysWhole } from "../attempts/pruneAttempt.ts"
import { fromRow, type Row, toJson, wordsOf } from "./attemptJson.ts"
import { digestSync } from "./digestSync.ts"
import { StartFailed } from "./StartFailed.ts"

/** What to prune. */
export interface PruneOptions {
  /** A file's path, or a database's address. */
  readonly store: string
  /** The first day that is left alone, `YYYY-MM-DD`: at least {@link YOUNGEST} days ago. */
  readonly before: string
  /** The business days; UTC days by default. */
  readonly days?: BusinessDay.BusinessDay | undefined
  /** Changes nothing and only reports; false by default. */
  readonly dryRun?: boolean | undefined
  /** In milliseconds since 1970. */
  readonly now: number
}

/** What was pruned, or would be; in a database, since the point where the last run ended. */
export interface Pruned {
  /** For a file: absolute, without symbolic links. */
  readonly store: string
  /** Attempts that moved no money and are gone. */
  readonly removed: number
  /** Approved attempts reduced to key, outcome and amount. */
  readonly reduced: number
  /** Older attempts left as they are: undecided, resolved by a person, with an alarm, or damaged. */
  readonly kept: number
  /** Attempts that an earlier run reduced. */
  readonly earlier: number
  /** The bytes that their records took. The file keeps its size; new attempts reuse the space. */
  readonly bytes: number
}

/** The age below which no attempt is pruned, in days: late answers, notifications and people may still change it. */
export const YOUNGEST = 30

/** The most attempts that one batch writes, and how long others have their turn then, in milliseconds. */
export const BATCH = 50
export const PAUSE = 50

/** The start of the first day that is left alone. Throws {@link StartFailed} if it is not a day, or too recent. */
export const startOf = ({ before, days = BusinessDay.utc, now }: PruneOptions): number => {
  const bounds = days.boundsOf(before)
  if (bounds === undefined)
    throw new StartFailed({ problem: `--before: expected a day as YYYY-MM-DD, got ${CardNumber.maskWritten(before)}` })
  if (bounds.from > now - YOUNGEST * 86_400_000)
    throw new StartFailed({ problem: `--before: expected a day at least ${YOUNGEST} days ago, got ${before}` })
  return bounds.from
}

/** What pruning does with a row, and the bytes gained. */
export type PrunedRow =
  /** For good: no later run will prune it either. */
  | { readonly _tag: "Kept"; readonly isForGood: boolean }
  /** An earlier run reduced it. */
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
