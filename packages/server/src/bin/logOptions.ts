/** How a program logs, by its flags. */
import * as BusinessDay from "@hipay-pos/core/BusinessDay"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import { businessDayOf, type DayOptions } from "../node/businessDayOf.ts"
import type { LogOptions } from "./log.ts"

/** The flags that say how. */
export interface LogFlags {
  readonly json: boolean
  readonly logFormat: Option.Option<"text" | "json">
  readonly logLevel: NonNullable<LogOptions["level"]>
}

/** Text on a terminal, with the machine's local times unless a time zone was given; JSON otherwise. */
export const logOptions = ({ json, logFormat, logLevel }: LogFlags, days: DayOptions): LogOptions => {
  const format = Option.getOrElse(logFormat, () => (json || process.stderr.isTTY !== true ? "json" : "text"))
  const timeZone = days.timeZone ?? (format === "text" ? Intl.DateTimeFormat().resolvedOptions().timeZone : undefined)
  // A machine's time zone that the product does not know must not prevent the start.
  const own =
    days.timeZone === undefined ? Result.getOrElse(BusinessDay.make({ timeZone }), () => BusinessDay.utc) : undefined
  return { format, level: logLevel, days: own ?? businessDayOf(days) }
}
