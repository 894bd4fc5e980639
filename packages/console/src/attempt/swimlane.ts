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

/** The lanes of a timeline; those of an open attempt end at `now`, in milliseconds since 1970. */
export const swimlane = (entries: ReadonlyArray<TimelineEntry>, now: number): Swimlane => {
  const sorted = inOrder(entries)
  const answered = sorted.findIndex(({ kind }) => kind === "answer")
  const shown = (answered === -1 ? sorted : sorted.slice(0, answered + 1)).filter(
    (entry) => entry.kind !== "findings" && (entry.kind !== "evidence" || isWhole(entry.evidence))
  )
  const [first] = shown
  if (first === undefined) return { bars: [], milliseconds: 0, waiting: 0 }
  const start = Date.parse(first.at)
  const times = shown.map(({ at }) => Date.parse(at) - start)
  if (answered === -1) times.push(Math.max(now - start, times.at(-1) ?? 0))
  const end = times.length - 1
  const total = Math.max(1, times[end] ?? 0)

  const raw = times.slice(1).map((time, index) => Math.max(least(end), (time - (times[index] ?? 0)) / total))
  const sum = raw.reduce((all, each) => all + each, 0)
  const places = [0]
  for (const each of raw) places.push((places.at(-1) ?? 0) + each / sum)

  const bars: Array<Bar> = []
  const add = (lane: Lane, kind: BarKind, from: number, to: number, stage?: string) => {
    if (to <= from) return
    const left = places[from] ?? 0
    bars.push({
      lane,
      kind,
      milliseconds: (times[to] ?? 0) - (times[from] ?? 0),
      left,
      width: (places[to] ?? 1) - left,
      ...(stage === undefined ? {} : { stage })
    })
  }
  const find = (...kinds: ReadonlyArray<TimelineEntry["kind"]>) => shown.findIndex(({ kind }) => kinds.includes(kind))
  const asked = find("terminal-request", "upstream-request")
  const said = find("terminal-response", "upstream-response", "evidence")
  const isRelayed = shown[asked]?.kind === "upstream-request"

  add("till", "request", 0, end)
  if (asked === -1) add("api", "prepare", 0, end)
  else {
    add("api", "prepare", 0, asked)
    const over = said === -1 ? end : said
    const stages = shown.flatMap((entry, index) =>
      entry.kind === "stage" && index > asked && index < over ? [{ index, stage: entry.stage }] : []
    )
    if (stages.every(({ stage }) => stage === "idle")) {
      add("terminal", isRelayed ? "upstream" : said === -1 && answered !== -1 ? "silent" : "serving", asked, over)
    } else {
      add("terminal", "serving", asked, stages[0]?.index ?? over)
      for (const [place, { index, stage }] of stages.entries()) {
        const next = stages[place + 1]?.index ?? over
        if (stage !== "idle") add(stage === "authorising" ? "bank" : "terminal", "stage", index, next, stage)
        // The terminal is done, but its answer does not arrive.
        else if (said === -1) add("terminal", "silent", index, next)
      }
    }
    if (said !== -1) add("api", "answer", said, end)
  }
  const waiting = bars
    .filter(({ stage }) => stage !== undefined && customerStages.has(stage))
    .reduce((all, { milliseconds }) => all + milliseconds, 0)
  return { bars, milliseconds: times[end] ?? 0, waiting }
}
