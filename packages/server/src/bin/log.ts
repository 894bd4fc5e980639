/**
 * Writes one line per order to stderr: its result, without the order itself, which holds personal data. Alarms are errors with
 * their own code and sentence. Lines about callers without a login are limited, however many of them call.
 *
 * As text for people, in colour if stderr is a terminal, or as JSON for programs, one object per line. Whatever an order
 * contains, a line stays one line and moves no cursor.
 */
import { styleText } from "node:util"
import { isColoured, jsonLine, lostInWords, makeLogLines, printable } from "@hipay-pos/cli-kit"
import * as BusinessDay from "@hipay-pos/core/BusinessDay"
import * as CardNumber from "@hipay-pos/core/CardNumber"
import type { Listener } from "../ServerEvent.ts"
import { makeLineLimit } from "./lineLimit.ts"
import { type Fields, type Level, type Line, levels, lineOf } from "./logLine.ts"

/** What is logged, as words or as JSON. */
export interface Log {
  readonly listener: Listener
  /** Writes the pending counts. */
  readonly end: () => void
}

/** How lines are written. */
export interface LogOptions {
  /** Text for people, or one JSON object per line. */
  readonly format: "text" | "json"
  /** The lowest level that is written; `info` by default. */
  readonly level?: Level | "none" | undefined
  /** The business days whose clock times are written in; UTC by default. */
  readonly days?: BusinessDay.BusinessDay | undefined
  /** The link to an attempt's path, for people; the bare path by default. */
  readonly linkTo?: ((path: string) => string) | undefined
}

/** Makes a log on a stream of lines, standard error by default. */
export const makeLog = (
  { format, level = "info", days = BusinessDay.utc, linkTo }: LogOptions,
  line?: (text: string) => void
): Log => {
  const isJson = format === "json"
  const toText = (entry: Line): string => (isJson ? toJson(days, entry) : toWords(days, entry, line === undefined))
  const out = line ?? toStderr((lost) => toText({ level: "warn", fields: { lost }, words: [lostInWords(lost)] }))
  const least = level === "none" ? levels.length : levels.indexOf(level)
  const write = (entry: Line) => {
    if (levels.indexOf(entry.level) >= least) out(toText(entry))
  }
  const limited = makeLineLimit<Line>({
    write,
    writeMore: (more, from) => write({ level: "warn", fields: { more, from }, words: [`${more} more from ${from}`] })
  })
  const listener: Listener = (event) => {
    const entry = lineOf(event, linkTo)
    if (entry === undefined) return
    if (entry.limit === undefined) write(entry)
    else limited.write(entry.limit.address, entry)
  }
  return { listener, end: limited.end }
}

const toStderr = (lost: (count: number) => string) => makeLogLines(process.stderr, { lost })

const toJson = (days: BusinessDay.BusinessDay, { level, fields }: Line): string =>
  jsonLine({ time: days.format(Date.now()), level: level.toUpperCase(), ...masked(fields) })

const masked = (fields: Fields): Fields =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === "string" ? CardNumber.maskWritten(value) : value
    ])
  )

const toWords = (days: BusinessDay.BusinessDay, { level, words }: Line, mayColour: boolean): string => {
  const [first = "", ...others] = words.map((word) => printable(CardNumber.maskWritten(word)))
  const time = days.format(Date.now()).slice(11, 23)
  const colour = mayColour && isColoured(process.stderr) ? colours[level] : undefined
  const painted = colour === undefined ? first : styleText(colour, first, { validateStream: false })
  return [time, painted, ...others].join("  ")
}

const colours = { debug: "gray", info: "green", warn: "yellow", error: "red" } as const
