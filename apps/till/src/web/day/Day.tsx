/** A day's totals: takings, by means of payment, by tax rate. */
import { useState } from "hono/jsx/dom"
import type { DayReport } from "../sale/DayReport.ts"
import { DayField, useToday } from "./DayField.tsx"
import { useMoney, useScreen } from "./Screen.ts"
import { TaxTable } from "./TaxTable.tsx"
import { useAnswer } from "./useAnswer.ts"

export const Day = () => {
  const { words, state } = useScreen()
  const { show } = useMoney()
  const today = useToday()
  const [chosen, setChosen] = useState<string | undefined>(undefined)
  const day = chosen ?? today
  const report = useAnswer<DayReport>(day === undefined ? undefined : `/api/days/${day}`, state.sale?.revision)
  return (
    <div class="panel day">
      <div class="panel-head">
        <h1>{words.dayTitle}</h1>
        <DayField day={day} setDay={setChosen} />
      </div>
      {report === undefined ? (
        <p class="loading">{words.loading}</p>
      ) : (
        <div class="report">
          {report.unknown.count === 0 ? null : (
            <p class="outcome warn">{words.unknownOnDay(report.unknown.count, show(report.unknown.amount))}</p>
          )}
          {report.extra.count === 0 ? null : (
            <p class="hint">{words.extraOnDay(report.extra.count, show(report.extra.amount))}</p>
          )}
          <dl class="figures">
            <Figure name={words.takings} amount={show(report.net)} />
            <Figure name={`${words.sales} (${report.sales.count})`} amount={show(report.sales.amount)} />
            <Figure name={`${words.refund} (${report.refunds.count})`} amount={show(-report.refunds.amount)} />
          </dl>
          <section>
            <h2>{words.byMeans}</h2>
            <table>
              <thead>
                <tr>
                  <th scope="col">{words.means}</th>
                  <th scope="col">{words.in}</th>
                  <th scope="col">{words.out}</th>
                  <th scope="col">{words.balance}</th>
                </tr>
              </thead>
              <tbody>
                {report.means.map((row) => (
                  <tr key={`${row.means} ${row.name}`}>
                    <th scope="row" dir="auto">
                      {row.means === "cash" ? words.cash : `${words.card} · ${row.name}`}
                    </th>
                    <td>
                      {row.in.count} · {show(row.in.amount)}
                    </td>
                    <td>
                      {row.out.count} · {show(row.out.amount)}
                    </td>
                    <td>{show(row.net)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
          <section>
            <h2>{words.byRate}</h2>
            <TaxTable rows={report.taxes} />
          </section>
          <button type="button" class="screen-only" onClick={() => print()}>
            {words.printDay}
          </button>
        </div>
      )}
    </div>
  )
}

const Figure = ({ name, amount }: { readonly name: string; readonly amount: string }) => (
  <div>
    <dt>{name}</dt>
    <dd>{amount}</dd>
  </div>
)
