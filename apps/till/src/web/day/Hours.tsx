/** Takings hour by hour, as bars, and as a list for screen readers. */
import type { DayView } from "../../api.ts"
import { useMoney, useScreen } from "../Screen.ts"
import { Section } from "./Section.tsx"

/** The fewest hours shown, so that a bar looks like one hour of a day. */
const MIN_HOURS = 8

/** The hours of a short day, padded with empty ones. */
const whole = (hours: DayView["hours"]): DayView["hours"] => {
  const [first, last] = [hours.at(0), hours.at(-1)]
  if (first === undefined || last === undefined) return []
  const missing = Math.max(0, MIN_HOURS - hours.length)
  const empty = (hour: number) => ({ hour: (hour + 24) % 24, count: 0, amount: 0 })
  const before = Math.floor(missing / 2)
  return [
    ...Array.from({ length: before }, (_, n) => empty(first.hour - before + n)),
    ...hours,
    ...Array.from({ length: missing - before }, (_, n) => empty(last.hour + 1 + n))
  ]
}

export const Hours = ({ hours }: { readonly hours: DayView["hours"] }) => {
  const { words } = useScreen()
  const { show } = useMoney()
  const most = Math.max(1, ...hours.map(({ amount }) => amount))
  const hourText = (hour: number) => words.hour(hour)
  return (
    <Section title={words.byHour}>
      {hours.length === 0 ? <p class="hint">{words.noSalesYet}</p> : null}
      <div class="bars" aria-hidden="true">
        {whole(hours).map(({ hour, count, amount }, n) => (
          <div key={String(n)} class="bar-column">
            <span class="bar-value">{count === 0 ? "" : show(amount)}</span>
            <svg viewBox="0 0 10 100" preserveAspectRatio="none" aria-hidden="true">
              <rect
                x={0}
                y={100 - (100 * Math.max(0, amount)) / most}
                width={10}
                height={(100 * Math.max(0, amount)) / most}
              />
            </svg>
            <span class="bar-hour">{hourText(hour)}</span>
          </div>
        ))}
      </div>
      <ul class="sr">
        {hours.map(({ hour, count, amount }, n) => (
          <li key={String(n)}>{words.salesInHour(hourText(hour), words.salesCount(count), show(amount))}</li>
        ))}
      </ul>
    </Section>
  )
}
