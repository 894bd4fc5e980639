/** Totals per terminal and currency, beside those of the terminal's own batch report. */
import type { AttemptSummary } from "@hipay-pos/core/wire/Attempt"
import type { CountAndSum, TerminalTotals } from "@hipay-pos/core/wire/DayTotals"
import { useState } from "hono/jsx/dom"
import { useAppContext, useFormat } from "../shell/context.ts"
import { inputValue } from "../shell/input.ts"
import { toHash } from "../shell/route.ts"
import { breakableName } from "../shell/terminalName.tsx"
import { readAmount } from "../text/typedAmount.ts"
import { guessOf, type Kind, kinds, tipsOf, undecidedSums } from "./batch.ts"
import { figureKeyOf, figureOf, keepFigure } from "./typedFigures.ts"

interface Props {
  readonly day: string
  readonly totals: ReadonlyArray<TerminalTotals>
  readonly attempts: ReadonlyArray<AttemptSummary>
}

/** The CSS class for the columns of a kind that no terminal has on that day. */
type IsNoKind = (kind: Kind) => string

/** Sums over terminals; the amount is only meaningful for a single currency. */
export const sumOf = (rows: ReadonlyArray<TerminalTotals>, kind: Kind): CountAndSum => ({
  count: rows.reduce((sum, row) => sum + row[kind].count, 0),
  amount: rows.reduce((sum, row) => sum + row[kind].amount, 0)
})

export const DayTable = ({ day, totals, attempts }: Props) => {
  const { words } = useAppContext()
  const text = words.day
  const isNoKind = (kind: Kind) => (sumOf(totals, kind).count === 0 ? "is-no-kind" : "")
  return (
    <div class="panel day-table">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by the keyboard. */}
      <section class="scroll" tabIndex={0} aria-label={words.places.day}>
        <table class="report">
          <caption class="visually-hidden">{words.places.day}</caption>
          <thead>
            <tr>
              <th scope="col">{words.mock.terminal}</th>
              {kinds.flatMap((kind) => [
                <th key={`${kind} number`} scope="col" class={`numeric many ${isNoKind(kind)}`}>
                  <span class="visually-hidden">
                    {text[kind]}, {text.number}
                  </span>
                  <span aria-hidden="true">#</span>
                </th>,
                <th key={kind} scope="col" class={`numeric ${isNoKind(kind)}`}>
                  {text[kind]}
                </th>
              ])}
              <th scope="col" class="numeric">
                {text.net}
              </th>
              <th scope="col" class="numeric batch">
                {text.batch}
              </th>
              <th scope="col" class="numeric">
                {text.difference}
              </th>
            </tr>
          </thead>
          {[...Map.groupBy(totals, ({ currency }) => currency)].map(([currency, rows]) => (
            <tbody key={currency}>
              {rows.map((row) => (
                <Row key={row.terminal} day={day} row={row} attempts={attempts} isNoKind={isNoKind} />
              ))}
              <tr class="total">
                <th scope="row">{text.total(currency, rows.length)}</th>
                {kinds.map((kind) => (
                  <Sum
                    key={kind}
                    sum={sumOf(rows, kind)}
                    currency={currency}
                    kind={kind}
                    isNoKind={isNoKind}
                    rows={rows}
                  />
                ))}
                <td class="numeric" data-title={text.net}>
                  <Plain amount={rows.reduce((sum, { net }) => sum + net, 0)} currency={currency} />
                </td>
                <td />
                <td />
              </tr>
            </tbody>
          ))}
        </table>
      </section>
    </div>
  )
}

/** An amount without its currency, which the total's row names. */
const Plain = ({ amount, currency }: { readonly amount: number; readonly currency: string }) => {
  const { plainAmount } = useFormat()
  return <>{plainAmount(amount, currency)}</>
}

interface SumProps {
  readonly sum: CountAndSum
  readonly currency: string
  readonly kind: Kind
  readonly isNoKind: IsNoKind
  /** The totals that the sum adds up. */
  readonly rows: ReadonlyArray<TerminalTotals>
}

/** What may have been paid, and apart from it what may have been refunded. */
const Undecided = ({ rows, currency }: Pick<SumProps, "rows" | "currency">) => {
  const { plainAmount } = useFormat()
  const { taken, returned } = undecidedSums(rows)
  return (
    <>
      {taken > 0 ? plainAmount(taken, currency) : ""}
      {taken > 0 && returned > 0 ? " · " : ""}
      {returned > 0 ? `−\u00A0${plainAmount(returned, currency)}` : ""}
    </>
  )
}

const Sum = ({ sum, currency, kind, isNoKind, rows }: SumProps) => {
  const { words } = useAppContext()
  const { count, plainAmount } = useFormat()
  const tips = tipsOf(rows)
  const isAlarm = kind === "unknown" && sum.count > 0
  return (
    <>
      <td class={`numeric many ${isNoKind(kind)}`}>{sum.count === 0 ? "–" : count(sum.count)}</td>
      <td
        class={`numeric ${isAlarm ? "alarm" : ""} ${sum.count === 0 ? "is-none" : ""} ${isNoKind(kind)}`}
        data-title={words.day[kind]}
      >
        {sum.count === 0 ? (
          "–"
        ) : kind === "unknown" ? (
          <Undecided rows={rows} currency={currency} />
        ) : (
          <span>
            <Plain amount={sum.amount} currency={currency} />
            {kind === "debit" && tips > 0 ? <small>{words.day.tips(plainAmount(tips, currency))}</small> : null}
          </span>
        )}
      </td>
    </>
  )
}

interface RowProps {
  readonly day: string
  readonly row: TerminalTotals
  readonly attempts: ReadonlyArray<AttemptSummary>
  readonly isNoKind: IsNoKind
}

const Row = ({ day, row, attempts, isNoKind }: RowProps) => {
  const { words, language, session } = useAppContext()
  const key = figureKeyOf(session, day, row)
  const [typed, setTyped] = useState(() => figureOf(key))
  const { terminal, currency, net } = row
  const reported = readAmount(typed, currency, language)
  return (
    <tr>
      <th scope="row" dir="auto">
        {breakableName(terminal)}
      </th>
      {kinds.map((kind) => (
        <Sum key={kind} sum={row[kind]} currency={currency} kind={kind} isNoKind={isNoKind} rows={[row]} />
      ))}
      <td class="numeric net" data-title={words.day.net}>
        <Plain amount={net} currency={currency} />
      </td>
      <td class="numeric batch" data-title={words.day.batch}>
        <input
          aria-label={words.day.batchOf(terminal)}
          inputmode="decimal"
          autocomplete="off"
          value={typed}
          onInput={(event: Event) => {
            const value = inputValue(event)
            setTyped(value)
            keepFigure(key, value)
          }}
        />
      </td>
      <td class="numeric difference" data-title={words.day.difference}>
        {typed.trim() === "" ? null : reported === undefined ? (
          <span class="alarm">{words.day.notAmount}</span>
        ) : (
          <Difference day={day} difference={reported - net} row={row} attempts={attempts} />
        )}
      </td>
    </tr>
  )
}

const Difference = ({
  day,
  difference,
  row,
  attempts
}: Pick<RowProps, "day" | "row" | "attempts"> & { readonly difference: number }) => {
  const { words } = useAppContext()
  const text = words.day
  if (difference === 0) return <span class="agrees">✓ {text.agrees}</span>
  const guess = guessOf(difference, row, attempts)
  return (
    <span class="alarm">
      {difference > 0 ? "+" : ""}
      <Plain amount={difference} currency={row.currency} />
      {guess === undefined ? null : guess.kind === "all-unknown" ? (
        <a href={toHash({ place: "attempts", query: { state: "unknown", day } })}>
          {text.guessAllUnknown(guess.count)}
        </a>
      ) : (
        <a href={toHash({ place: "attempts", name: guess.attempt.id })}>
          {guess.kind === "unknown"
            ? text.guessUnknown[guess.attempt.transactionType]
            : guess.kind === "declined"
              ? text.guessDeclined(guess.attempt.orderId)
              : text.guessOnce(guess.attempt.orderId)}
        </a>
      )}
    </span>
  )
}
