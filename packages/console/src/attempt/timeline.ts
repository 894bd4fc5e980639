/** The rows of an attempt's timeline: each entry with its time since the first entry and since the one before. Pure. */
import type { Attempt } from "@hipay-pos/core/wire/Attempt"
import type { TimelineEntry } from "@hipay-pos/core/wire/TimelineEntry"

/** How a row is coloured. */
export type Tone = "plain" | "good" | "bad" | "warn" | "wire"

export interface TimelineRow {
  readonly entry: TimelineEntry
  /** Milliseconds since the first entry. */
  readonly since: number
  /** Milliseconds since the entry before; 0 for the first. */
  readonly gap: number
  readonly tone: Tone
}

/** Entries in order of their times; equal times keep their order. */
export const inOrder = (entries: ReadonlyArray<TimelineEntry>): ReadonlyArray<TimelineEntry> =>
  entries.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))

/**
 * Whether an open attempt's order is not known to have been passed to its terminal, or to HiPay's service, yet. Another gateway of
 * a shared store tells that only once the attempt has ended.
 */
export const isQueued = ({ state }: Pick<Attempt, "state">, entries: ReadonlyArray<TimelineEntry>): boolean =>
  state === "open" && !entries.some(({ kind }) => ["terminal-request", "upstream-request", "stage"].includes(kind))

/** The rows of entries, in order of their times. */
export const timelineRows = (entries: ReadonlyArray<TimelineEntry>): ReadonlyArray<TimelineRow> => {
  const sorted = inOrder(entries)
  const start = sorted[0] === undefined ? 0 : Date.parse(sorted[0].at)
  return sorted.map((entry, index) => {
    const at = Date.parse(entry.at)
    return {
      entry,
      since: at - start,
      gap: at - Date.parse(sorted[index - 1]?.at ?? entry.at),
      tone: toneOf(entry)
    }
  })
}

const toneOf = (entry: TimelineEntry): Tone => {
  switch (entry.kind) {
    case "findings":
      return entry.findings.length === 0 ? "plain" : "warn"
    case "terminal-request":
    case "terminal-response":
      return "wire"
    case "stage":
      return goodStages.has(entry.stage) ? "good" : badStages.has(entry.stage) ? "bad" : "plain"
    case "fault":
      return "bad"
    case "alarm":
      return entry.code === "attempt.end.written.late" ? "warn" : "bad"
    case "late-response":
    case "evidence":
      return "warn"
    case "answer":
      return entry.status >= 400 ? "bad" : "good"
    case "resolution":
      return entry.outcome === "approved" ? "good" : entry.outcome === "declined" ? "bad" : "warn"
    case "notification":
      return entry.state === "failed" ? "bad" : "plain"
    default:
      return "plain"
  }
}

const goodStages: ReadonlySet<string> = new Set(["approved"])
const badStages: ReadonlySet<string> = new Set(["refused", "cancelled", "timed-out"])

/**
 * When an attempt ended. If a person resolved it, the time when the till was answered, however much later the resolution came.
 * Undefined while it is open, or if the attempt was pruned.
 */
export const endOf = (
  { endedAt, resolutions }: Pick<Attempt, "endedAt" | "resolutions">,
  timeline: ReadonlyArray<TimelineEntry>
): string | undefined => {
  const first = resolutions[0]
  if (first === undefined) return endedAt
  const before = timeline.filter(({ kind, at }) => kind !== "resolution" && Date.parse(at) <= Date.parse(first.at))
  return (before.find(({ kind }) => kind === "answer") ?? before.at(-1))?.at
}

/** Appends an entry from the live stream, unless it is there already. */
export const withEntry = (
  entries: ReadonlyArray<TimelineEntry>,
  entry: TimelineEntry
): ReadonlyArray<TimelineEntry> => {
  const text = JSON.stringify(entry)
  return entries.some((each) => JSON.stringify(each) === text) ? entries : [...entries, entry]
}
