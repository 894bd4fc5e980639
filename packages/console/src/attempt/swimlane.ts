/**
 * Where the time of an attempt went, as bars in the lanes of till, API, terminal and bank. Pure.
 *
 * An interval between two events is as wide as its share of the time, but has a minimum width, so that a millisecond is visible
 * beside a minute. Times are milliseconds since the beginning, positions are shares from 0 to 1.
 */
import type { TerminalEvidence } from "@hipay-pos/core/TerminalEvidence"
import type { TimelineEntry } from "@hipay-pos/core/wire/TimelineEntry"
import { inOrder } from "./timeline.ts"

export const lanes = ["till", "api", "terminal", "bank"] as const
export type Lane = (typeof lanes)[number]

/** What a bar represents. `stage`: a stage of a simulated terminal, by its name. */
export type BarKind = "request" | "prepare" | "answer" | "serving" | "silent" | "upstream" | "stage"

export interface Bar {
  readonly lane: Lane
  readonly kind: BarKind
  readonly stage?: string
  readonly milliseconds: number
  readonly left: number
  readonly width: number
}

export interface Swimlane {
  readonly bars: ReadonlyArray<Bar>
  readonly milliseconds: number
  /** The part of it in which the terminal waited for the customer. */
  readonly waiting: number
}

/** The stages in which the customer has to do something. */
const customerStages: ReadonlySet<string> = new Set(["woken", "chip-asked", "pin"])

/** The minimum share of the width for each of so many intervals. */
const least = (intervals: number): number => 0.55 / Math.max(1, intervals)

/** Whether the terminal's answer was complete and only does not match the request. */
const isWhole = ({ stopped, contradictions }: TerminalEvidence): boolean =>
  stopped === undefined && contradictions.length > 0

/** What a bar shows, between two of the entries, by their index. */
interface Span {
  readonly lane: Lane
  readonly kind: BarKind
  readonly from: number
  readonly to: number
  readonly stage?: string
}

/** The lanes of a timeline; those of an open attempt end at `now`, in milliseconds since 1970. */
export const swimlane = (entries: ReadonlyArray<TimelineEntry>, now: number): Swimlane => {
  const sorted = inOrder(entries)
  const answered = sorted.findIndex(({ kind }) => kind === "answer")
  const isOpen = answered === -1
  const shown = (isOpen ? sorted : sorted.slice(0, answered + 1)).filter(
    (entry) => entry.kind !== "findings" && (entry.kind !== "evidence" || isWhole(entry.evidence))
  )
  const [first] = shown
  if (first === undefined) return { bars: [], milliseconds: 0, waiting: 0 }
  const start = Date.parse(first.at)
  const times = shown.map(({ at }) => Date.parse(at) - start)
  if (isOpen) times.push(Math.max(now - start, times.at(-1) ?? 0))
  const places = placesOf(times)
  const bars = spansOf(shown, times.length - 1, isOpen).flatMap(({ from, to, ...span }): ReadonlyArray<Bar> => {
    if (to <= from) return []
    const left = places[from] ?? 0
    const milliseconds = (times[to] ?? 0) - (times[from] ?? 0)
    return [{ ...span, milliseconds, left, width: (places[to] ?? 1) - left }]
  })
  const waiting = bars
    .filter(({ stage }) => stage !== undefined && customerStages.has(stage))
    .reduce((all, { milliseconds }) => all + milliseconds, 0)
  return { bars, milliseconds: times.at(-1) ?? 0, waiting }
}

/** Where each time is drawn. */
const placesOf = (times: ReadonlyArray<number>): ReadonlyArray<number> => {
  const total = Math.max(1, times.at(-1) ?? 0)
  const narrowest = least(times.length - 1)
  const widths = times.slice(1).map((time, index) => Math.max(narrowest, (time - (times[index] ?? 0)) / total))
  const sum = widths.reduce((all, each) => all + each, 0)
  const places = [0]
  for (const width of widths) places.push((places.at(-1) ?? 0) + width / sum)
  return places
}

/** The spans of the entries; `end` is the index of their end, which for an open attempt is behind the last of them. */
const spansOf = (shown: ReadonlyArray<TimelineEntry>, end: number, isOpen: boolean): ReadonlyArray<Span> => {
  const find = (...kinds: ReadonlyArray<TimelineEntry["kind"]>) => shown.findIndex(({ kind }) => kinds.includes(kind))
  const asked = find("terminal-request", "upstream-request")
  const said = find("terminal-response", "upstream-response", "evidence")
  const whole: Span = { lane: "till", kind: "request", from: 0, to: end }
  if (asked === -1) return [whole, { lane: "api", kind: "prepare", from: 0, to: end }]
  const over = said === -1 ? end : said
  const stages = shown.flatMap((entry, index) =>
    entry.kind === "stage" && index > asked && index < over ? [{ index, stage: entry.stage }] : []
  )
  const isRelayed = shown[asked]?.kind === "upstream-request"
  const kind = isRelayed ? "upstream" : said === -1 && !isOpen ? "silent" : "serving"
  return [
    whole,
    { lane: "api", kind: "prepare", from: 0, to: asked },
    ...(stages.every(({ stage }) => stage === "idle")
      ? [{ lane: "terminal", kind, from: asked, to: over } as const]
      : stageSpans(stages, asked, over, said === -1)),
    ...(said === -1 ? [] : [{ lane: "api", kind: "answer", from: said, to: end } as const])
  ]
}

/** The spans of a simulated terminal's stages. Once it is done, it is silent if its answer does not arrive. */
const stageSpans = (
  stages: ReadonlyArray<{ readonly index: number; readonly stage: string }>,
  asked: number,
  over: number,
  isSilent: boolean
): ReadonlyArray<Span> => [
  { lane: "terminal", kind: "serving", from: asked, to: stages[0]?.index ?? over },
  ...stages.flatMap(({ index: from, stage }, place): ReadonlyArray<Span> => {
    const to = stages[place + 1]?.index ?? over
    if (stage !== "idle")
      return [{ lane: stage === "authorising" ? "bank" : "terminal", kind: "stage", from, to, stage }]
    return isSilent ? [{ lane: "terminal", kind: "silent", from, to }] : []
  })
]
