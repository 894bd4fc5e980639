/** One attempt: what it came to, what can be done with it, and its timeline. */
import { useState } from "hono/jsx/dom"
import type { AttemptFeed } from "../attempts/AttemptFeed.ts"
import { StateMark } from "../attempts/StateMark.tsx"
import type { Detail, Entry } from "../server/model.ts"
import { CopyButton } from "../shell/CopyButton.tsx"
import { useDesk, useFormat, useMay, useSteers } from "../shell/context.ts"
import { saveJson } from "../shell/copy.ts"
import { useEffect } from "../shell/hooks.ts"
import { ProblemNote } from "../shell/ProblemNote.tsx"
import { toHash } from "../shell/route.ts"
import { AlarmText } from "./AlarmText.tsx"
import { toCurl } from "./curl.ts"
import { ResolveForm } from "./ResolveForm.tsx"
import { SendAgain } from "./SendAgain.tsx"
import { Timeline } from "./Timeline.tsx"
import { useAttempt } from "./useAttempt.ts"

export const AttemptView = ({ id, feed }: { readonly id: string; readonly feed: AttemptFeed }) => {
  const { words } = useDesk()
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
      {value.state === "unknown" ? <ResolveForm attempt={value} onResolved={put} /> : null}
      <h2>{words.attempt.timeline}</h2>
      <Timeline entries={timeline} />
    </article>
  )
}

/** What is left to do for a person, before anything else. */
const Alarms = ({ entries }: { readonly entries: ReadonlyArray<Entry> }) => (
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
    ← {useDesk().words.attempt.back}
  </a>
)

const Head = ({ attempt }: { readonly attempt: Detail }) => {
  const { words } = useDesk()
  const { amount, duration, clock, day } = useFormat()
  const { attempt: text } = words
  const asked = amount(attempt.amount, attempt.currency)
  const inPart = attempt.state === "approved-in-part" && attempt.paid !== undefined
  return (
    <header class="attempt-head">
      <h1 dir="auto">{text.title(attempt.orderId)}</h1>
      <p class="amount-line">
        <span class="big-amount">{inPart ? text.of(amount(attempt.paid ?? 0, attempt.currency), asked) : asked}</span>
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
              <Since at={attempt.openedAt} />
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
            {attempt.login}, {words.types[attempt.transactionType] ?? attempt.transactionType}
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

/** For how long it has been open, second by second. */
const Since = ({ at }: { readonly at: string }) => {
  const { words } = useDesk()
  const { duration } = useFormat()
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [])
  return <>{words.attempt.since(duration(Math.max(0, Math.floor((now - Date.parse(at)) / 1000) * 1000)))}</>
}

interface ActionsProps {
  readonly attempt: Detail
  readonly timeline: ReadonlyArray<Entry>
}

const Actions = ({ attempt, timeline }: ActionsProps) => {
  const { words, session } = useDesk()
  const { attempt: text } = words
  const mayPay = useMay("pay")
  const steers = useSteers()
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
        {simulated && steers ? (
          <a class="button" href={toHash({ place: "terminals", name: attempt.terminal.name })}>
            {text.openFace}
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
