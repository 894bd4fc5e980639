/** Chooses a day of the server: the previous or next one, today, or any day of the calendar. */
import { ChevronLeft, ChevronRight } from "lucide"
import { useAppContext } from "../shell/context.ts"
import { Icon } from "../shell/Icon.tsx"
import { inputValue } from "../shell/input.ts"
import type { Route } from "../shell/route.ts"
import { serverNow } from "../shell/serverClock.ts"
import { dayAfter, dayKey, isDay } from "../text/format.ts"

/** The day of a route; today if it does not name a valid one. */
export const dayOf = (route: Route): string => {
  const asked = route.query?.day ?? ""
  return isDay(asked) ? asked : dayKey(serverNow())
}

/** The query of a route for a day; empty for today. */
export const dayQuery = (day: string): NonNullable<Route["query"]> => (day === dayKey(serverNow()) ? {} : { day })

interface Props {
  readonly day: string
  readonly choose: (day: string) => void
}

export const DayChooser = ({ day, choose }: Props) => {
  const { words } = useAppContext()
  const text = words.day
  const today = dayKey(serverNow())
  return (
    <>
      <button
        type="button"
        class="button icon-only"
        aria-label={text.previous}
        onClick={() => choose(dayAfter(day, -1))}
      >
        <Icon of={ChevronLeft} />
      </button>
      <label>
        <span class="visually-hidden">{text.day}</span>
        <input
          type="date"
          value={day}
          max={today}
          required
          onChange={(event: Event) => {
            const value = inputValue(event)
            if (value !== "") choose(value)
          }}
        />
      </label>
      <button
        type="button"
        class="button icon-only"
        aria-label={text.next}
        disabled={day >= today}
        onClick={() => choose(dayAfter(day, 1))}
      >
        <Icon of={ChevronRight} />
      </button>
      <button type="button" class="button" disabled={day === today} onClick={() => choose(today)}>
        {text.today}
      </button>
    </>
  )
}
