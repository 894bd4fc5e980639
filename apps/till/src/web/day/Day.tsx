/** A day's report: takings by hour, by means of payment and by tax rate, best sellers, and how the drawer was closed. */
import { useRef, useState } from "hono/jsx/dom"
import { Printer } from "lucide"
import type { DayView } from "../../api.ts"
import { DayField, useToday } from "../DayField.tsx"
import { useWhileShown } from "../effects.ts"
import { Icon } from "../Icon.tsx"
import { ShopHead } from "../Paper.tsx"
import { ticketText, useMoney, useNames, useScreen, useTimes } from "../Screen.ts"
import { TaxTable } from "../TaxTable.tsx"
import { useAnswer } from "../useAnswer.ts"
import { Closing } from "./Closing.tsx"
import { Hours } from "./Hours.tsx"
import { Section } from "./Section.tsx"

export const Day = () => {
  const { words } = useScreen()
  const today = useToday()
  const [chosen, setChosen] = useState<string | undefined>(undefined)
  const day = chosen ?? today
  const report = useAnswer<DayView>(day === undefined ? undefined : `/api/days/${day}`)
  return (
    <div class="panel day">
      <div class="panel-head">
        <h1>{words.dayTitle}</h1>
        <div class="actions screen-only">
          <DayField day={day} setDay={setChosen} />
          <button type="button" onClick={() => print()}>
            <Icon of={Printer} />
            {words.printDay}
          </button>
        </div>
      </div>
      {!report || day === undefined ? <p class="loading">{words.loadingView}</p> : <Report day={day} report={report} />}
    </div>
  )
}

interface ReportProps {
  readonly day: string
  readonly report: DayView
}

const Report = ({ day, report }: ReportProps) => {
  const { words } = useScreen()
  const { show } = useMoney()
  const { terminalName } = useNames()
  const { sales } = report
  return (
    <div class="report">
      <PrintHead day={day} report={report} />
      {report.unknown.count === 0 ? null : (
        <p class="outcome warn">{words.unknownOnDay(report.unknown.count, show(report.unknown.amount))}</p>
      )}
      {report.unknownRefunds.count === 0 ? null : (
        <p class="outcome warn">
          {words.ofRefund.unknownOnDay(report.unknownRefunds.count, show(report.unknownRefunds.amount))}
        </p>
      )}
      {report.extra.count === 0 ? null : (
        <p class="hint extra">{words.extraOnDay(report.extra.count, show(report.extra.amount))}</p>
      )}
      <dl class="figures">
        <Figure name={words.takings} amount={show(report.net)} />
        <Figure name={`${words.sales} (${sales.count})`} amount={show(sales.amount)} />
        <Figure name={`${words.refundsOfDay} (${report.refunds.count})`} amount={show(-report.refunds.amount)} />
        {sales.count === 0 ? null : (
          <Figure name={words.averageSale} amount={show(Math.round(sales.amount / sales.count))} />
        )}
      </dl>
      <Hours hours={report.hours} />
      <Section title={words.byMeans}>
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
                  {row.means === "cash" ? words.cash : `${words.card} · ${terminalName(row.name)}`}
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
      </Section>
      <Section title={words.byRate}>
        <TaxTable rows={report.taxes} />
      </Section>
      <BestSellers articles={report.articles} />
      <Closing key={day} day={day} report={report} />
      <p class="print-only signature">{words.signature}</p>
      <p class="hint">{words.demoLong}</p>
    </div>
  )
}

/** A printed report says which shop and day it is for, and when it was printed. */
const PrintHead = ({ day, report: { tickets } }: { readonly day: string; readonly report: DayView }) => {
  const { words, state, skew } = useScreen()
  const { clock, moment, day: dayText } = useTimes()
  const printed = useRef<HTMLParagraphElement>(null)
  const printedAt = words.printedAt(moment(state.now))
  // The page may have been open for hours. Written directly, because a render would come too late for printing.
  useWhileShown(() => {
    const write = () => {
      if (printed.current) printed.current.textContent = words.printedAt(moment(Date.now() + skew))
    }
    addEventListener("beforeprint", write)
    return () => removeEventListener("beforeprint", write)
  }, [words, skew, state.details.timeZone])
  return (
    <header class="print-only print-head">
      <ShopHead />
      <p class="print-title">{words.dayOf(dayText(day))}</p>
      <p>
        {words.register(state.details.register)}
        {tickets === undefined
          ? ""
          : ` · ${words.ticketsOfDay(ticketText(tickets.first.ticket), ticketText(tickets.last.ticket))} · ${words.fromTo(clock(tickets.first.at), clock(tickets.last.at))}`}
      </p>
      <p ref={printed}>{printedAt}</p>
      {state.simulated ? <p>{words.noValue}</p> : null}
    </header>
  )
}

const BestSellers = ({ articles }: { readonly articles: DayView["articles"] }) => {
  const { words } = useScreen()
  const { show } = useMoney()
  const { lineName } = useNames()
  if (articles.length === 0) return null
  return (
    <Section title={words.bestSellers}>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.articles}</th>
            <th scope="col">{words.quantity}</th>
            <th scope="col">{words.gross}</th>
          </tr>
        </thead>
        <tbody>
          {articles.map((article) => (
            <tr key={`${article.reference} ${article.name}`}>
              <th scope="row" dir="auto">
                {lineName(article)}
              </th>
              <td>{article.quantity}</td>
              <td>{show(article.amount)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  )
}

const Figure = ({ name, amount }: { readonly name: string; readonly amount: string }) => (
  <div>
    <dt>{name}</dt>
    <dd>{amount}</dd>
  </div>
)
