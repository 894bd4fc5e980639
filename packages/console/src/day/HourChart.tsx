/** Payments by hour as bars, and as a table for screen readers. */
import { useAppContext, useFormat } from "../shell/context.ts"
import { exponentOf } from "../text/format.ts"
import type { Hour } from "./batch.ts"

const HEIGHT = 150

export const HourChart = ({ hours, currency }: { readonly hours: ReadonlyArray<Hour>; readonly currency: string }) => {
  const { words, language } = useAppContext()
  const { amount, count } = useFormat()
  const text = words.day
  const most = Math.max(1, ...hours.map((hour) => hour.amount + hour.unknown))
  const short = new Intl.NumberFormat(language, { style: "currency", currency, maximumFractionDigits: 0 })
  const inUnits = (minorUnits: number) => minorUnits / 10 ** exponentOf(currency)
  const share = (value: number) => `${(100 * value) / most}%`
  return (
    <section class="panel hours">
      <h2>{text.byHour}</h2>
      <div class={`bars ${hours.length > 10 ? "is-long" : ""}`} style={{ height: `${HEIGHT}px` }} aria-hidden="true">
        {hours.map(({ hour, count: many, amount: much, unknown }, index) => (
          <div
            key={index}
            class="bar-column"
            title={[
              text.hourSaid(text.hour(hour), count(many), amount(much, currency)),
              ...(unknown > 0 ? [`${text.unknown} ${amount(unknown, currency)}`] : [])
            ].join(", ")}
          >
            <span class="bar-value">{many === 0 ? "" : short.format(inUnits(much))}</span>
            <span class="bar-stack">
              {unknown > 0 ? <i class="is-unknown" style={{ height: share(unknown) }} /> : null}
              <i style={{ height: share(much) }} />
            </span>
            <span class="bar-hour">{text.hour(hour)}</span>
          </div>
        ))}
      </div>
      <div class="visually-hidden">
        <table>
          <caption>{text.byHour}</caption>
          <thead>
            <tr>
              <th scope="col">{text.byHour}</th>
              <th scope="col">{text.number}</th>
              <th scope="col">{words.mock.amount}</th>
              <th scope="col">{text.unknown}</th>
            </tr>
          </thead>
          <tbody>
            {hours.map(({ hour, count: many, amount: much, unknown }, index) => (
              <tr key={index}>
                <th scope="row">{text.hour(hour)}</th>
                <td>{count(many)}</td>
                <td>{amount(much, currency)}</td>
                <td>{amount(unknown, currency)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}
