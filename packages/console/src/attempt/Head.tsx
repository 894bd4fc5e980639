/** An attempt in two lines: amount and state, order and id; then the card, the terminal and the time. */
import type { Attempt } from "@hipay-pos/core/wire/Attempt"
import type { TimelineEntry } from "@hipay-pos/core/wire/TimelineEntry"
import { useState } from "hono/jsx/dom"
import { cardText } from "../attempts/cardText.ts"
import { StateMark } from "../attempts/StateMark.tsx"
import { CopyButton } from "../shell/CopyButton.tsx"
import { useAppContext, useFormat } from "../shell/context.ts"
import { useEffect } from "../shell/hooks.ts"
import { serverNow } from "../shell/serverClock.ts"
import { breakableName } from "../shell/terminalName.tsx"
import { textFor } from "../text/words.ts"
import { endOf, isQueued } from "./timeline.ts"

/** Why the terminal or the service declined. Undefined if a person resolved it: they are named below, with their evidence. */
const declineOf = ({ outcome, resolution }: Attempt) =>
  outcome?._tag !== "Declined" || (resolution?.outcome === "declined" && outcome.complement === undefined)
    ? undefined
    : outcome

const asSentence = (text: string): string =>
  `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`

interface Props {
  readonly attempt: Attempt
  readonly timeline: ReadonlyArray<TimelineEntry>
}

export const Head = ({ attempt, timeline }: Props) => {
  const { words } = useAppContext()
  const { amount, day, moment } = useFormat()
  const { attempt: text } = words
  const asked = amount(attempt.amount, attempt.currency)
  const reason = declineOf(attempt)
  const other = attempt.paid !== undefined && attempt.paid !== attempt.amount
  return (
    <header class="attempt-head">
      <p class="amount-line">
        <span class="big-amount">{other ? amount(attempt.paid ?? 0, attempt.currency) : asked}</span>
        {other ? <span class="of-asked">{words.attempts.ofAsked(asked)}</span> : null}
        {attempt.tip === undefined ? null : <span class="hint">{text.tip(amount(attempt.tip, attempt.currency))}</span>}
        <StateMark state={attempt.state} large />
        {attempt.transactionType === "Debit" ? null : (
          <span class="badge">{textFor(words.types, attempt.transactionType)}</span>
        )}
      </p>
      <div class="ids">
        <h1 dir="auto" tabIndex={-1}>
          {text.title(attempt.orderId)}
        </h1>
        <CopyButton small label={text.copyOrder} text={() => attempt.orderId} />
        <span class="attempt-id">
          {text.id} <code>{attempt.id}</code> <CopyButton small label={text.copyId} text={() => attempt.id} />
        </span>
      </div>
      {attempt.state === "approved" ? null : (
        <p class={`say state-${attempt.state}`}>
          {isQueued(attempt, timeline) ? words.queued : words.statesLong[attempt.transactionType][attempt.state]}
          {reason === undefined ? null : ` ${asSentence(text.decline(reason))}`}
        </p>
      )}
      {attempt.resolutions.map(({ at, outcome, by, evidence }) => (
        <p key={at} class="say" dir="auto">
          {text.resolve.recordedBy(outcome, by, moment(at), evidence)}
        </p>
      ))}
      {attempt.outcome?.warnings.map(({ code, message }) => {
        const translated = Object.hasOwn(text.warning, code) ? text.warning[code] : undefined
        return (
          <p key={code} class="say">
            <span class="badge warning">{words.entry.severity.warning}</span>{" "}
            <span lang={translated === undefined ? "en" : undefined}>{translated ?? message}</span>
          </p>
        )
      })}
      {attempt.prunedAt === undefined ? null : <p class="hint">{text.pruned(day(attempt.prunedAt))}</p>}
    </header>
  )
}

/** The contract that was used, or the one that the order names. */
const contractOf = ({ card, order }: Attempt): string | undefined => {
  const body = order as {
    readonly pos_technical_info?: {
      readonly terminal_transaction_display?: {
        readonly contract_array?: ReadonlyArray<{ readonly merchant_contract?: unknown; readonly rank?: unknown }>
      }
    }
  } | null
  const contracts = body?.pos_technical_info?.terminal_transaction_display?.contract_array
  const contract = Array.isArray(contracts)
    ? (contracts.find((each) => each?.merchant_contract === card?.merchantContract) ?? contracts[0])
    : undefined
  const number = card?.merchantContract ?? contract?.merchant_contract
  if (number === undefined) return undefined
  return contract?.rank === undefined ? String(number) : `${number} / ${contract.rank}`
}

export const Facts = ({ attempt, timeline }: Props) => {
  const { words } = useAppContext()
  const { duration, clock, day } = useFormat()
  const { attempt: text } = words
  const { card } = attempt
  const contract = contractOf(attempt)
  const end = endOf(attempt, timeline)
  return (
    <dl class="facts-card">
      <div>
        <dt>{words.mock.card}</dt>
        <dd>
          <strong>{cardText(card, words.schemes) || "–"}</strong>
          <small>{card?.entryMode === undefined ? "" : words.terminal.modes[card.entryMode]}</small>
        </dd>
      </div>
      <div>
        <dt>{words.mock.authorization}</dt>
        <dd>
          <strong>{card?.authorizationNumber ?? "–"}</strong>
          {card?.authorizationNumber === undefined ? null : (
            <CopyButton small label={text.copyAuthorization} text={() => card.authorizationNumber ?? ""} />
          )}
        </dd>
      </div>
      <div>
        <dt>{text.terminal}</dt>
        <dd dir="auto">
          <strong>{breakableName(attempt.terminal.name)}</strong>
          <small>{text[attempt.terminal.kind]}</small>
        </dd>
      </div>
      <div>
        <dt>{text.contract}</dt>
        <dd>
          <strong>{contract ?? "–"}</strong>
          <small dir="auto">{attempt.login}</small>
        </dd>
      </div>
      <div>
        <dt>{attempt.endedAt === undefined ? text.openFor : text.duration}</dt>
        <dd>
          <strong>
            {attempt.endedAt === undefined ? (
              <ElapsedTime at={attempt.openedAt} />
            ) : end !== undefined ? (
              duration(Date.parse(end) - Date.parse(attempt.openedAt))
            ) : (
              "–"
            )}
          </strong>
          <small>
            <time dateTime={attempt.openedAt}>
              {day(attempt.openedAt)}, {clock(attempt.openedAt)}
            </time>
          </small>
        </dd>
      </div>
    </dl>
  )
}

/** How long the attempt has been open by the server's clock, updated every second. */
const ElapsedTime = ({ at }: { readonly at: string }) => {
  const { duration } = useFormat()
  const [now, setNow] = useState(serverNow)
  useEffect(() => {
    const timer = setInterval(() => setNow(serverNow()), 1000)
    return () => clearInterval(timer)
  }, [])
  return <>{duration(Math.max(0, Math.floor((now - Date.parse(at)) / 1000) * 1000))}</>
}
