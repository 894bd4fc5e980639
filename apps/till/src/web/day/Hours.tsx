/** Takings hour by hour, as bars, and as a list for readers of screens. */
import type { DayView } from "../../api.ts"
import { useMoney, useScreen } from "../Screen.ts"

export const Hours = ({ hours }: { readonly hours: DayView["hours"] }) => {
  const { words } = useScreen()
  const { show } = useMoney()
  const most = Math.max(1, ...hours.map(({ amount }) => amount))
  const hourText = (hour: number) => words.hour(String(hour).padStart(2, "0"))
  return (
    <section class="hours">
      <h2>{words.byHour}</h2>
      {hours.length === 0 ? <p class="hint">{words.noSalesYet}</p> : null}
      <div class="bars" aria-hidden="true">
        {hours.map(({ hour, count, amount }) => (
          <div key={String(hour)} class="bar-column">
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
        {hours.map(({ hour, count, amount }) => (
          <li key={String(hour)}>{words.salesInHour(hourText(hour), words.salesCount(count), show(amount))}</li>
        ))}
      </ul>
    </section>
  )
}
