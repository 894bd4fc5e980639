/** One attempt in the list; the whole row is a link. */
import type { AttemptSummary } from "@hipay-pos/core/wire/Attempt"
import { useAppContext, useFormat } from "../shell/context.ts"
import { toHash } from "../shell/route.ts"
import { textFor } from "../text/words.ts"
import { StateMark } from "./StateMark.tsx"
import { splitOrderId } from "./splitOrderId.ts"

interface Props {
  readonly attempt: AttemptSummary
  readonly index: number
  readonly picked: boolean
}

export const AttemptRow = ({ attempt, index, picked }: Props) => {
  const { words } = useAppContext()
  const { amount, clock, day } = useFormat()
  const { warnings, paid } = attempt
  const { begin, end } = splitOrderId(attempt.orderId)
  return (
    <tr aria-rowindex={index + 2} class={picked ? "picked" : ""}>
      <td class="state">
        <StateMark state={attempt.state} />
      </td>
      <td class="order">
        <a
          href={toHash({ place: "attempts", name: attempt.id })}
          aria-current={picked ? "true" : undefined}
          dir="auto"
          title={attempt.orderId}
          aria-label={attempt.orderId}
        >
          <span class="begin">{begin}</span>
          <span>{end}</span>
        </a>
        {warnings > 0 ? (
          <span class="tiny warn" title={words.attempts.warnings(warnings)}>
            <span aria-hidden="true">⚠ {warnings}</span>
            <span class="visually-hidden">{words.attempts.warnings(warnings)}</span>
          </span>
        ) : null}
        {attempt.alarms ? <span class="tiny warn">{words.attempts.alarm}</span> : null}
        {attempt.resolution ? <span class="tiny">{words.attempts.resolved}</span> : null}
      </td>
      <td class="terminal" dir="auto" title={attempt.terminal.name}>
        {attempt.terminal.name}
      </td>
      <td class="amount">
        {attempt.transactionType === "Debit" ? null : (
          <span class="tiny">{textFor(words.types, attempt.transactionType)}</span>
        )}
        {paid !== undefined && paid !== attempt.amount ? (
          <>
            {amount(paid, attempt.currency)}
            <span class="tiny">{words.attempts.ofAsked(amount(attempt.amount, attempt.currency))}</span>
          </>
        ) : (
          amount(attempt.amount, attempt.currency)
        )}
      </td>
      <td class="time">
        <time dateTime={attempt.openedAt} title={day(attempt.openedAt)}>
          {clock(attempt.openedAt)}
        </time>
      </td>
    </tr>
  )
}
