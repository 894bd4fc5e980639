/** The sales of a day, and one of them, with its receipt to reprint and a button to open a refund. */
import { useRef, useState } from "hono/jsx/dom"
import { Printer, RotateCcw, Search, X } from "lucide"
import type { SaleDetail, SaleList, SaleSummary } from "../api.ts"
import { hashOf, type Route } from "./address.ts"
import { DayField, useToday } from "./DayField.tsx"
import { useOnceOnPage, useWhileShown } from "./effects.ts"
import { Icon } from "./Icon.tsx"
import { inputValue } from "./input.ts"
import { Paper } from "./Paper.tsx"
import { Tenders } from "./payment/Tenders.tsx"
import { ReceiptLink } from "./ReceiptLink.tsx"
import { RefundForm } from "./RefundForm.tsx"
import { goTo } from "./route.ts"
import { ticketText, useMoney, useScreen, useTimes } from "./Screen.ts"
import { useAnswer } from "./useAnswer.ts"

export const History = ({ route }: { readonly route: Route }) =>
  route.sale === undefined ? <List asked={route} /> : <Detail id={route.sale} asked={route} />

/** The list is part of the address, so that Back returns to it. */
interface ListProps {
  readonly asked: Route
}

const List = ({ asked }: ListProps) => {
  const { words } = useScreen()
  const { typed } = useMoney()
  const today = useToday()
  const { search = "" } = asked
  const day = asked.day ?? today
  const [limit, setLimit] = useState(PAGE)
  const [text, setText] = useState(search)
  useWhileShown(() => setText(search), [search])
  const list =
    search !== "" ? `q=${encodeURIComponent(search)}` : day === undefined ? undefined : `day=${encodeURIComponent(day)}`
  const answer = useMore(
    list,
    useAnswer<SaleList>(list === undefined ? undefined : `/api/sales?${list}&limit=${limit}`)
  )
  const rows = useRef<HTMLUListElement>(null)
  const first = useRef<number | undefined>(undefined)
  // Moves the focus to the first of the rows that were added.
  const shown = answer?.sales.length ?? 0
  useOnceOnPage(() => {
    const { current: from } = first
    if (from == null || shown <= from) return
    first.current = undefined
    rows.current?.querySelectorAll("a").item(from)?.focus()
  }, [shown])
  return (
    <div class="panel history">
      <div class="panel-head">
        <h1>{words.history}</h1>
        <DayField day={day} setDay={(day) => goTo({ view: "history", day })} />
      </div>
      <search>
        <form
          class="find past-find"
          onSubmit={(event: Event) => {
            event.preventDefault()
            goTo({ view: "history", search: text.trim(), day: asked.day })
          }}
        >
          <Icon of={Search} />
          <label class="sr" for="find-past">
            {words.searchPast}
          </label>
          <input
            id="find-past"
            type="text"
            autocomplete="off"
            placeholder={words.searchPastHint}
            value={text}
            onInput={(event: Event) => setText(inputValue(event))}
          />
          {search === "" ? null : (
            <button
              type="button"
              class="quiet icon-button"
              aria-label={words.clearSearch}
              onClick={() => goTo({ view: "history", day: asked.day })}
            >
              <Icon of={X} />
            </button>
          )}
          <button type="submit">{words.search}</button>
        </form>
      </search>
      <p class={search === "" ? "sr" : "hint"} role="status">
        {search === "" || !answer || answer.sales.length === 0 ? "" : words.found(answer.sales.length, answer.more)}
      </p>
      {answer?.sales.length === 0 ? (
        <p class="nothing">{search === "" ? words.noSales : words.foundNone(typed(1918))}</p>
      ) : null}
      <ul class="sales" ref={rows}>
        {answer?.sales.map((sale) => (
          <SaleRow key={sale.id} sale={sale} asked={asked} dated={search !== ""} />
        ))}
      </ul>
      {answer?.more ? (
        <button
          type="button"
          onClick={() => {
            first.current = answer.sales.length
            setLimit(limit + PAGE)
          }}
        >
          {words.more100}
        </button>
      ) : null}
    </div>
  )
}

/** How many sales are shown at first, and how many more each time. */
const PAGE = 100

/** The last answer of the same list, while more is fetched. */
const useMore = (list: string | undefined, answer: SaleList | null | undefined): SaleList | null | undefined => {
  const last = useRef<{ readonly list: string | undefined; readonly answer: SaleList } | undefined>(undefined)
  if (answer) last.current = { list, answer }
  return answer ?? (last.current?.list === list ? last.current?.answer : answer)
}

interface SaleRowProps extends ListProps {
  readonly sale: SaleSummary
  readonly dated?: boolean
}

const SaleRow = ({ sale, asked, dated = false }: SaleRowProps) => {
  const { words } = useScreen()
  const { show } = useMoney()
  const { clock, date } = useTimes()
  return (
    <li>
      <a href={hashOf({ ...asked, sale: sale.id })}>
        <span class="time">
          {clock(sale.at)}
          {dated ? <span class="detail">{date(sale.at)}</span> : null}
        </span>
        <span class="grow">
          {sale.kind === "sale" ? words.ticketNumber : words.refund}{" "}
          <span class="ticket-number">{ticketText(sale.ticket)}</span>
          <span class="detail">
            {[
              words.pieces(sale.pieces),
              ...sale.means.map((each) => words[each]),
              ...sale.cards.map((last4) => `••••\u00A0${last4}`)
            ].join(" · ")}
          </span>
          {sale.contradicted ? <span class="state danger">{words.serverContradicts}</span> : null}
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

const Detail = ({ id, asked }: ListProps & { readonly id: string }) => {
  const { words, act } = useScreen()
  const [printing, setPrinting] = useState(false)
  const detail = useAnswer<SaleDetail>(`/api/sales/${id}`)
  // Prints once the paper is marked as a copy.
  useWhileShown(() => {
    if (!printing) return
    print()
    setPrinting(false)
  }, [printing])
  if (detail === undefined) return <p class="loading">{words.loadingView}</p>
  if (detail === null) return <p class="nothing">{words.problems["no-sale"]}</p>
  const { sale, refundable, refunds, receipt } = detail
  const reopen = async () => {
    if (await act({ do: "reopen", sale: sale.id })) goTo({ view: "sale" })
  }
  return (
    <div class="panel past">
      <div class="panel-head screen-only">
        <h1>
          {sale.kind === "sale" ? words.ticketNumber : words.refund}{" "}
          <span class="ticket-number">{ticketText(sale.ticket)}</span>
        </h1>
        <a class="button" href={hashOf({ ...asked, sale: undefined })}>
          {words.back}
        </a>
      </div>
      <div class="past-side screen-only">
        <div class="actions">
          {sale.stage === "completed" ? (
            <button type="button" onClick={() => setPrinting(true)}>
              <Icon of={Printer} />
              {words.reprint}
            </button>
          ) : null}
          {sale.kind === "sale" && sale.stage === "abandoned" ? (
            <button type="button" onClick={() => void reopen()}>
              <Icon of={RotateCcw} />
              {words.reopen}
            </button>
          ) : null}
        </div>
        <Tenders tenders={sale.tenders} />
        {sale.kind === "sale" && sale.stage === "completed" ? <RefundForm sale={sale} refundable={refundable} /> : null}
        {receipt === undefined ? null : <ReceiptLink url={receipt} />}
        {refunds.length === 0 ? null : (
          <section>
            <h2>{words.refunds}</h2>
            <ul class="sales">
              {refunds.map((refund) => (
                <SaleRow key={refund.id} sale={refund} asked={asked} />
              ))}
            </ul>
          </section>
        )}
      </div>
      <Paper sale={sale} copy={printing} />
    </div>
  )
}
