/** Chooses the day to show; the shop's today by default. */

import { inputValue } from "./input.ts"
import { useScreen } from "./Screen.ts"
import { useAnswer } from "./useAnswer.ts"

/** The shop's today, as YYYY-MM-DD. */
export const useToday = (): string | undefined => useAnswer<{ day: string }>("/api/today")?.day

interface DayFieldProps {
  readonly day: string | undefined
  readonly setDay: (day: string) => void
}

export const DayField = ({ day, setDay }: DayFieldProps) => {
  const { words } = useScreen()
  return (
    <label class="day-field">
      {words.date}
      <input
        type="date"
        value={day ?? ""}
        onChange={(event: Event) => {
          const value = inputValue(event)
          if (value !== "") setDay(value)
        }}
      />
    </label>
  )
}
