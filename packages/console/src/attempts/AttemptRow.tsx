/** One attempt in the list; the whole row is a link. */
import type { AttemptSummary } from "@hipay-pos/core/wire/Attempt"
import { memo } from "hono/jsx/dom"
import { useAppContext, useFormat } from "../shell/context.ts"
import { toHash } from "../shell/route.ts"
import { shortName } from "../shell/terminalName.tsx"
import { textFor } from "../text/words.ts"
import { cardText } from "./cardText.ts"
import { splitOrderId } from "./splitOrderId.ts"

interface Props {
  readonly attempt: AttemptSummary
  /** Position among all matches, from 1. */
  readonly position?: number
  readonly total?: number
  readonly picked: boolean
  /** Whether to show the day with the time, for a row that is not under its day's title. */
  readonly dated?: boolean
  readonly query: Readonly<Record<string, string>>
}

/** Memoized, so that scrolling does not render it again. */
export const AttemptRow = memo(({ attempt, position, total, picked, dated = false, query }: Props) => {
  const { words } = useAppContext()
  const { amount, clock, day, moment } = useFormat()
  const { warnings, paid, state } = attempt
  const { begin, end } = splitOrderId(attempt.orderId)
  const card = cardText(attempt.card, words.schemes)
  return (
    <li class={`payment state-${state} ${picked ? "picked" : ""}`} aria-posinset={position} aria-setsize={total}>
      <span class="dot" aria-hidden="true" />
      <a
        class="order"
        href={toHash({ place: "attempts", name: attempt.id, query })}
        aria-current={picked ? "true" : undefined}
        dir="auto"
        title={attempt.orderId}
        aria-label={attempt.orderId}
      >
        <span class="begin">{begin}</span>
        <span>{end}</span>
      </a>
      <span class="amount">
        {attempt.transactionType === "Debit" ? null : (
          <span class="tiny">{textFor(words.types, attempt.transactionType)}</span>
        )}
        {paid !== undefined && paid !== attempt.amount ? (
          <>
            <span class="tiny">{words.attempts.paidOf(amount(paid, attempt.currency))}</span>
            {amount(attempt.amount, attempt.currency)}
          </>
        ) : (
          amount(attempt.amount, attempt.currency)
        )}
      </span>
      <span class="about">
        <span class={state === "approved" ? "visually-hidden" : "state"}>{words.states[state]}</span>
        {attempt.alarms ? <span class="tiny warn">{words.attempts.alarm}</span> : null}
        {attempt.resolution ? <span class="tiny">{words.attempts.resolved}</span> : null}
        {card === "" ? null : <span class="card-text">{card}</span>}
        <span class="terminal" dir="auto" title={attempt.terminal.name}>
          {shortName(attempt.terminal.name)}
        </span>
        {warnings > 0 ? (
          <span class="tiny warn" title={words.attempts.warnings(warnings)}>
            <span aria-hidden="true">⚠ {warnings}</span>
            <span class="visually-hidden">{words.attempts.warnings(warnings)}</span>
          </span>
        ) : null}
      </span>
      <time dateTime={attempt.openedAt} title={day(attempt.openedAt)}>
        {dated ? moment(attempt.openedAt) : clock(attempt.openedAt)}
      </time>
    </li>
  )
})
