/** The closing report of a day: key figures, payments by hour, and totals to reconcile with the terminals' batch reports. */
import type { AttemptCounts } from "@hipay-pos/core/wire/Attempt"
import type { DayTotals, TerminalTotals } from "@hipay-pos/core/wire/DayTotals"
import { ArrowRight, Download, Printer, Scale } from "lucide"
import { unfiltered } from "../attempts/AttemptList.ts"
import { exportAttempts } from "../attempts/exportCsv.ts"
import { toSheet } from "../attempts/sheet.ts"
import { useAppContext, useFormat } from "../shell/context.ts"
import { saveFile } from "../shell/copy.ts"
import { Dropdown } from "../shell/Dropdown.tsx"
import { useEffect } from "../shell/hooks.ts"
import { Icon } from "../shell/Icon.tsx"
import { ProblemNote } from "../shell/ProblemNote.tsx"
import { type Route, replaceRoute, toHash } from "../shell/route.ts"
import { serverNow } from "../shell/serverClock.ts"
import { showToast } from "../shell/toast.tsx"
import { useLoad } from "../shell/useLoad.ts"
import { useAttempts } from "./useAttempts.ts"
import "../style/day.css"
import { hourOfDay, toDecimal } from "../text/format.ts"
import { byHour, kinds, numbersOf, undecidedSums } from "./batch.ts"
import { DayChooser, dayOf, dayQuery } from "./DayChooser.tsx"
import { DayTable, sumOf } from "./DayTable.tsx"
import { HourChart } from "./HourChart.tsx"

/** How often totals and counts are fetched again, in milliseconds. */
const POLL = 5_000

/** How often the attempts are fetched again; less often, because there are many. */
const POLL_ATTEMPTS = 60_000

export const DayView = ({ route }: { readonly route: Route }) => {
  const { words, session } = useAppContext()
  const { longDay } = useFormat()
  const text = words.day
  const day = dayOf(route)
  const { value: totals, problem: uncounted, reload } = useLoad<DayTotals>(`/attempts?day=${day}&format=totals`, POLL)
  const counted = useLoad<AttemptCounts>(`/attempts?day=${day}&format=counts`, POLL)
  const { value: loaded, problem: unlisted, reload: reloadAttempts } = useAttempts(day, POLL_ATTEMPTS)
  const problem = uncounted ?? counted.problem ?? unlisted
  const attempts = loaded ?? []
  const numbers = totals && kinds.map((kind) => sumOf(totals.totals, kind).count).join()
  // Fetches the attempts again after a payment or a resolution.
  useEffect(() => {
    if (numbers !== undefined && loaded !== undefined && numbers !== numbersOf(loaded).join()) reloadAttempts()
  }, [numbers])
  const retry = () => {
    reload()
    counted.reload()
    reloadAttempts()
  }
  const go = (next: string) => replaceRoute({ place: "day", query: dayQuery(next) })
  const { timeZone, dayStarts = "00:00" } = session
  const currency = totals?.totals.toSorted((a, b) => b.debit.count - a.debit.count)[0]?.currency
  const hours = currency === undefined ? [] : byHour(attempts, currency, hourOfDay, Number.parseInt(dayStarts, 10))
  return (
    <div class="view day-view">
      <header class="view-head">
        <div>
          <h1>
            {capitalized(longDay(day))} {day.slice(0, 4)}
          </h1>
          <p class="hint">
            {timeZone ?? text.inUtc}
            {dayStarts === "00:00" ? "" : ` · ${text.starts(dayStarts)}`}
            <PrintedAt />
          </p>
        </div>
        <div class="actions">
          <DayChooser day={day} choose={go} />
          <button type="button" class="button" onClick={() => print()}>
            <Icon of={Printer} />
            {text.print}
          </button>
          <Exports day={day} totals={totals?.totals ?? []} />
          <a class="button" href={toHash({ place: "reconcile", query: dayQuery(day) })}>
            <Icon of={Scale} />
            {words.places.reconcile}
          </a>
        </div>
      </header>
      {problem ? <ProblemNote problem={problem} onRetry={retry} /> : null}
      {totals === undefined ? (
        <p class="hint centred">{words.loading} …</p>
      ) : (
        <>
          <KeyFigures day={day} totals={totals.totals} counts={counted.value} currency={currency} />
          {totals.totals.length === 0 ? <p class="hint centred">{text.empty}</p> : null}
          {hours.length > 0 && currency !== undefined ? <HourChart hours={hours} currency={currency} /> : null}
          {totals.totals.length > 0 ? (
            <DayTable key={day} day={day} totals={totals.totals} attempts={attempts} />
          ) : null}
          <p>
            <a href={toHash({ place: "attempts", query: { day } })}>{text.show}</a>
          </p>
          <p class="signature" aria-hidden="true">
            {text.signature}
          </p>
        </>
      )}
    </div>
  )
}

const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

interface FiguresProps {
  readonly day: string
  readonly totals: ReadonlyArray<TerminalTotals>
  readonly counts: AttemptCounts | undefined
  readonly currency: string | undefined
}

const KeyFigures = ({ day, totals, counts, currency }: FiguresProps) => {
  const { words, language } = useAppContext()
  const { amount, signedAmount, count } = useFormat()
  const text = words.day
  const currencies = [...Map.groupBy(totals, (row) => row.currency)]
  const main = totals.filter((row) => row.currency === currency)
  const debit = sumOf(main, "debit")
  const all = counts === undefined ? 0 : Object.values(counts.counts).reduce((sum, each) => sum + each, 0)
  const undecided = sumOf(totals, "unknown").count
  // A payment that a terminal is working on is no reason for an alarm.
  const underWay = Math.min(undecided, counts?.counts.open ?? 0)
  const toResolve = undecided - underWay
  const percent = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 })
  return (
    <ul class="figures">
      <li>
        <span>{text.netTakings}</span>
        {currencies.length === 0 ? <strong>–</strong> : null}
        {currencies.map(([code, rows]) => (
          <strong key={code}>
            {amount(
              rows.reduce((sum, { net }) => sum + net, 0),
              code
            )}
          </strong>
        ))}
      </li>
      <li>
        <span>{text.payments}</span>
        <strong>{count(totals.reduce((sum, row) => sum + row.debit.count, 0))}</strong>
        {debit.count > 0 && currency !== undefined ? (
          <small>{text.average(amount(Math.round(debit.amount / debit.count), currency))}</small>
        ) : null}
      </li>
      <li>
        <span>{text.declined}</span>
        <strong>{counts === undefined ? "–" : count(counts.counts.declined)}</strong>
        {counts !== undefined && all > 0 ? (
          <small>{text.declinedOf(percent.format(counts.counts.declined / all))}</small>
        ) : null}
      </li>
      <li class={toResolve > 0 ? "has-alarm" : ""}>
        <span>{text.toResolve}</span>
        <strong>
          {count(undecided)}
          {currencies.map(([code, rows]) => {
            const { taken, returned } = undecidedSums(rows)
            return `${taken > 0 ? ` ·\u00A0${amount(taken, code)}` : ""}${returned > 0 ? ` ·\u00A0${signedAmount("Credit", returned, code)}` : ""}`
          })}
        </strong>
        {underWay > 0 ? <small>{text.underWay(underWay)}</small> : null}
        {toResolve > 0 ? (
          <a href={toHash({ place: "attempts", query: { state: "unknown", day } })}>
            {text.resolveNow} <Icon of={ArrowRight} />
          </a>
        ) : undecided === 0 ? (
          <small>{text.nothingToResolve}</small>
        ) : null}
      </li>
    </ul>
  )
}

/** The time of printing, shown only on paper. */
const PrintedAt = () => {
  const { words } = useAppContext()
  const { day, minute } = useFormat()
  const now = serverNow()
  return <span class="printed-at"> · {words.day.printedAt(`${day(now)} ${minute(now)}`)}</span>
}

/** One table per file, formatted for the reader's spreadsheet. */
const Exports = ({ day, totals }: { readonly day: string; readonly totals: ReadonlyArray<TerminalTotals> }) => {
  const { words, language, server } = useAppContext()
  const text = words.day
  const saveTotals = () => {
    const titles = [
      words.mock.terminal,
      words.mock.currency,
      ...kinds.flatMap((kind) => [`${text[kind]} #`, text[kind]]),
      text.unknownReturned,
      text.net
    ]
    const lines = totals.map(({ terminal, currency, net, ...row }) => [
      terminal,
      currency,
      ...kinds.flatMap((kind) => [
        { number: String(row[kind].count) },
        { number: toDecimal(row[kind].amount, currency) }
      ]),
      { number: toDecimal(row.unknownReturned?.amount ?? 0, currency) },
      { number: toDecimal(net, currency) }
    ])
    saveFile(`totals-${day}.csv`, toSheet([titles, ...lines], language), "text/csv")
  }
  const savePayments = async () => {
    showToast({ text: await exportAttempts(server, { ...unfiltered, day }, words, language) })
  }
  return (
    <Dropdown
      label={
        <>
          <Icon of={Download} />
          {text.export}
        </>
      }
    >
      <button type="button" onClick={savePayments}>
        {text.csvPayments}
      </button>
      <button type="button" onClick={saveTotals}>
        {text.csvTotals}
      </button>
    </Dropdown>
  )
}
