/** The sales of a day; and one of them, with its receipt to print again and a refund to open. */
import { useState } from "hono/jsx/dom"
import type { SaleDetail, SaleList, SaleSummary } from "../api.ts"
import { DayField, useToday } from "./DayField.tsx"
import { useWhileShown } from "./effects.ts"
import { Paper } from "./Paper.tsx"
import { Tenders } from "./payment/Tenders.tsx"
import { RefundForm } from "./RefundForm.tsx"
import { hashOf } from "./route.ts"
import { localeOf, useMoney, useScreen } from "./Screen.ts"
import { useAnswer } from "./useAnswer.ts"

export const History = ({ sale }: { readonly sale: string | undefined }) =>
  sale === undefined ? <List /> : <Detail id={sale} />

const List = () => {
  const { words, state } = useScreen()
  const today = useToday()
  const [chosen, setChosen] = useState<string | undefined>(undefined)
  const day = chosen ?? today
  // The sale in hand may have ended since: its revision says so.
  const [limit, setLimit] = useState(PAGE)
  const path = day === undefined ? undefined : `/api/sales?day=${day}&limit=${limit}`
  const answer = useAnswer<SaleList>(path, state.sale?.revision)
  return (
    <div class="panel history">
      <div class="panel-head">
        <h1>{words.history}</h1>
        <DayField day={day} setDay={setChosen} />
      </div>
      {answer?.sales.length === 0 ? <p class="nothing">{words.noSales}</p> : null}
      <ul class="sales">
        {answer?.sales.map((sale) => (
          <SaleRow key={sale.id} sale={sale} />
        ))}
      </ul>
      {answer?.more ? (
        <button type="button" onClick={() => setLimit(limit + PAGE)}>
          {words.more100}
        </button>
      ) : null}
    </div>
  )
}

/** How many sales are shown at first, and how many more each time. */
const PAGE = 100

const SaleRow = ({ sale }: { readonly sale: SaleSummary }) => {
  const { words, language } = useScreen()
  const { show } = useMoney()
  const time = new Date(sale.at).toLocaleTimeString(localeOf(language), { hour: "2-digit", minute: "2-digit" })
  return (
    <li>
      <a href={hashOf({ view: "history", sale: sale.id })}>
        <span class="time">{time}</span>
        <span class="grow">
          {sale.kind === "sale" ? words.sale : words.refund} <code>…{sale.id.slice(-6)}</code>
          <span class="detail">
            {[words.pieces(sale.pieces), ...sale.means.map((each) => words[each])].join(" · ")}
          </span>
        </span>
        <span class={`state ${tones[sale.stage]}`}>{words[sale.stage]}</span>
        <span class="sum">
          {sale.kind === "refund" ? "− " : ""}
          {show(sale.total)}
        </span>
      </a>
    </li>
  )
}

const tones = { open: "warn", waiting: "warn", unknown: "warn", completed: "ok", abandoned: "" } as const

const Detail = ({ id }: { readonly id: string }) => {
  const { words, state } = useScreen()
  const [printing, setPrinting] = useState(false)
  const detail = useAnswer<SaleDetail>(`/api/sales/${id}`, state.sale?.revision)
  // Printed once the mark that says copy is on the paper.
  useWhileShown(() => {
    if (!printing) return
    print()
    setPrinting(false)
  }, [printing])
  if (detail === undefined) return <p class="loading">{words.loading}</p>
  if (!("sale" in detail)) return <p class="nothing">{words.problems["no-sale"]}</p>
  const { sale, refundable, refunds } = detail
  return (
    <div class="panel past">
      <div class="panel-head screen-only">
        <h1>
          {sale.kind === "sale" ? words.sale : words.refund} <code>…{sale.id.slice(-6)}</code>
        </h1>
        <a class="button" href="#/history">
          {words.back}
        </a>
      </div>
      <div class="past-side screen-only">
        <div class="actions">
          <button type="button" onClick={() => setPrinting(true)}>
            {words.reprint}
          </button>
        </div>
        <Tenders tenders={sale.tenders} />
        {sale.kind === "sale" && sale.stage === "completed" ? <RefundForm sale={sale} refundable={refundable} /> : null}
        {refunds.length === 0 ? null : (
          <section>
            <h2>{words.refunds}</h2>
            <ul class="sales">
              {refunds.map((refund) => (
                <SaleRow key={refund.id} sale={refund} />
              ))}
            </ul>
          </section>
        )}
      </div>
      <Paper sale={sale} copy={printing} />
    </div>
  )
}
