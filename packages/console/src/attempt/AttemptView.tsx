/** One attempt: its state, the actions on it, and its timeline. */

import type { Attempt } from "@hipay-pos/core/wire/Attempt"
import type { TimelineEntry } from "@hipay-pos/core/wire/TimelineEntry"
import { useState } from "hono/jsx/dom"
import type { AttemptFeed } from "../attempts/AttemptFeed.ts"
import { StateMark } from "../attempts/StateMark.tsx"
import { CopyButton } from "../shell/CopyButton.tsx"
import { useAppContext, useCanControl, useFormat, useHasRole } from "../shell/context.ts"
import { saveJson } from "../shell/copy.ts"
import { useEffect } from "../shell/hooks.ts"
import { ProblemNote } from "../shell/ProblemNote.tsx"
import { toHash } from "../shell/route.ts"
import { textFor } from "../text/words.ts"
import { AlarmText } from "./AlarmText.tsx"
import { toCurl } from "./curl.ts"
import { EvidenceNote } from "./EvidenceNote.tsx"
import { ResolveForm } from "./ResolveForm.tsx"
import { SendAgain } from "./SendAgain.tsx"
import { Timeline } from "./Timeline.tsx"
import { useAttempt } from "./useAttempt.ts"

export const AttemptView = ({ id, feed }: { readonly id: string; readonly feed: AttemptFeed }) => {
  const { words } = useAppContext()
  const { value, problem, reload, put, timeline } = useAttempt(id, feed)
  if (value === undefined) {
    return (
      <div class="attempt">
        <BackLink />
        {problem === undefined ? (
          <p class="hint">{words.loading} …</p>
        ) : (
          <ProblemNote problem={problem} onRetry={reload} />
        )}
      </div>
    )
  }
  return (
    <article class="attempt">
      <BackLink />
      <Head attempt={value} />
      <Alarms entries={timeline} />
      <Actions attempt={value} timeline={timeline} />
      {value.error === undefined ? null : <EvidenceNote attempt={value} />}
      {value.state === "unknown" ? <ResolveForm attempt={value} onResolved={put} /> : null}
      <h2>{words.attempt.timeline}</h2>
      <Timeline entries={timeline} />
    </article>
  )
}

/** The alarms that need an action, above everything else. */
const Alarms = ({ entries }: { readonly entries: ReadonlyArray<TimelineEntry> }) => (
  <>
    {entries.map((entry) =>
      entry.kind === "alarm" && entry.code !== "attempt.end.written.late" ? (
        <div key={`${entry.at} ${entry.code}`} class="note problem" role="alert">
          <AlarmText alarm={entry} />
        </div>
      ) : null
    )}
  </>
)

const BackLink = () => (
  <a class="back" href={toHash({ place: "attempts" })}>
    ← {useAppContext().words.attempt.back}
  </a>
)

const Head = ({ attempt }: { readonly attempt: Attempt }) => {
  const { words } = useAppContext()
  const { amount, duration, clock, day } = useFormat()
  const { attempt: text } = words
  const asked = amount(attempt.amount, attempt.currency)
  const other = attempt.paid !== undefined && attempt.paid !== attempt.amount
  return (
    <header class="attempt-head">
      <h1 dir="auto">{text.title(attempt.orderId)}</h1>
      <p class="amount-line">
        <span class="big-amount">{other ? text.of(amount(attempt.paid ?? 0, attempt.currency), asked) : asked}</span>
        {attempt.tip === undefined ? null : <span class="hint">{text.tip(amount(attempt.tip, attempt.currency))}</span>}
        <StateMark state={attempt.state} large />
      </p>
      <p class={`say state-${attempt.state}`}>{words.statesLong[attempt.state]}</p>
      <dl class="facts">
        <div>
          <dt>{text.opened}</dt>
          <dd>
            <time dateTime={attempt.openedAt}>
              {day(attempt.openedAt)}, {clock(attempt.openedAt)}
            </time>
            {", "}
            {attempt.endedAt === undefined ? (
              <ElapsedTime at={attempt.openedAt} />
            ) : (
              text.took(duration(Date.parse(attempt.endedAt) - Date.parse(attempt.openedAt)))
            )}
          </dd>
        </div>
        <div>
          <dt>{text.terminal}</dt>
          <dd dir="auto">
            {attempt.terminal.name} ({text[attempt.terminal.kind]})
          </dd>
        </div>
        <div>
          <dt>{text.login}</dt>
          <dd dir="auto">
            {attempt.login}, {textFor(words.types, attempt.transactionType)}
          </dd>
        </div>
        <div>
          <dt>{text.id}</dt>
          <dd>
            <code>{attempt.id}</code>
          </dd>
        </div>
      </dl>
    </header>
  )
}

/** How long the attempt has been open, updated every second. */
const ElapsedTime = ({ at }: { readonly at: string }) => {
  const { words } = useAppContext()
  const { duration } = useFormat()
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [])
  return <>{words.attempt.since(duration(Math.max(0, Math.floor((now - Date.parse(at)) / 1000) * 1000)))}</>
}

interface ActionsProps {
  readonly attempt: Attempt
  readonly timeline: ReadonlyArray<TimelineEntry>
}

const Actions = ({ attempt, timeline }: ActionsProps) => {
  const { words, session } = useAppContext()
  const { attempt: text } = words
  const mayPay = useHasRole("pay")
  const canControl = useCanControl()
  const [sending, setSending] = useState(false)
  const simulated = attempt.terminal.kind === "simulated" && session.mode === "simulated"
  return (
    <>
      <div class="actions">
        <CopyButton label={text.copyCurl} text={() => toCurl(location.origin, attempt.order)} />
        <button
          type="button"
          class="button"
          onClick={() => saveJson(`attempt-${attempt.id}.json`, { ...attempt, timeline })}
        >
          {text.export}
        </button>
        {simulated && canControl ? (
          <a class="button" href={toHash({ place: "terminals", name: attempt.terminal.name })}>
            {text.openTerminal}
          </a>
        ) : null}
        {simulated && mayPay ? (
          <button type="button" class="button" aria-expanded={sending} onClick={() => setSending(!sending)}>
            {text.sendAgain.action}
          </button>
        ) : null}
      </div>
      {sending ? <SendAgain attempt={attempt} onClose={() => setSending(false)} /> : null}
    </>
  )
}
