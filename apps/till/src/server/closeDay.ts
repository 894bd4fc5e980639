/** Closes a day: compares the counted drawer with the day's cash, and stores the result. The day's takings do not change. */
import type * as BusinessDay from "@hipay-pos/core/BusinessDay"
import type { CurrencyCode } from "@hipay-pos/core/Currency"
import * as Result from "effect/Result"
import type { Action, DayView } from "../api.ts"
import type { Closing } from "../sale/Closing.ts"
import { countedOf, differenceOf } from "../sale/drawer.ts"
import type { ClosingStore } from "./ClosingStore.ts"
import { type Refused, refuse } from "./Refused.ts"

interface DayToClose {
  readonly closings: ClosingStore
  readonly days: BusinessDay.BusinessDay
  readonly currency: CurrencyCode
  readonly report: (day: string) => DayView | undefined
  /** Whether a card payment is pending: its money would belong to the day. */
  readonly isWaiting: boolean
}

/** Returns the stored closing. Throws if it cannot be stored. */
export const closeDay = (
  { closings, days, currency, report, isWaiting }: DayToClose,
  { day, closings: seen, float, counts, by, note = "" }: Extract<Action, { do: "close-day" }>
): Result.Result<Closing, Refused> => {
  const now = Date.now()
  if (isWaiting) return refuse("waiting", "a card is being waited for")
  if (by.trim() === "") return refuse("name", "expected who closes the day")
  const taken = report(day)
  if (taken === undefined || day > days.dayOf(now)) return refuse("day", "expected a day up to today")
  const { means, net, sales, unknown, unknownRefunds, closings: before } = taken
  if (before.length !== seen) return refuse("stale", "the day has been closed since this was shown")
  const cash = means.find((row) => row.means === "cash")?.net ?? 0
  const counted = Result.flatMap(countedOf(counts, currency), (counted) =>
    Result.map(differenceOf({ float, counted, cash }), (against) => ({ counted: counted.minorUnits, ...against }))
  )
  if (Result.isFailure(counted)) return refuse("too-large", counted.failure.message)
  const closing: Closing = {
    closing: (closings.all().at(-1)?.closing ?? 0) + 1,
    day,
    at: now,
    by: by.trim(),
    float,
    counts: counts.filter(({ count }) => count > 0),
    ...counted.success,
    ...(note.trim() === "" ? {} : { note: note.trim() }),
    net,
    sales: sales.count,
    unknown: unknown.count + unknownRefunds.count
  }
  closings.append(closing)
  return Result.succeed(closing)
}
