import * as BusinessDay from "@hipay-pos/core/BusinessDay"
import * as Result from "effect/Result"
import { StartFailed } from "./StartFailed.ts"

/** How a shop counts its days. */
export interface DayOptions {
  /** The time zone of days and times: a name of the IANA database; `UTC` by default. */
  readonly timeZone?: string | undefined
  /** The hour at which the shop's day begins, as `HH:MM`; `00:00` by default. */
  readonly dayStarts?: string | undefined
}

/** The shop's days, or undefined without settings; throws {@link StartFailed} for a wrong setting. */
export const businessDayOf = ({ timeZone, dayStarts }: DayOptions): BusinessDay.BusinessDay | undefined =>
  timeZone === undefined && dayStarts === undefined
    ? undefined
    : Result.getOrThrowWith(
        BusinessDay.make({ timeZone, startsAt: dayStarts }),
        ({ setting, expected, actual }) =>
          new StartFailed({
            problem: `${setting === "startsAt" ? "dayStarts" : setting}: expected ${expected}, got ${actual}`
          })
      )
