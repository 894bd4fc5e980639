/** The result for the till, and the messages that led to it. */

import { EvidenceNote } from "@hipay-pos/console/attempt/EvidenceNote.tsx"
import { FilmStrip } from "@hipay-pos/console/attempt/FilmStrip.tsx"
import { LedgerTruth } from "@hipay-pos/console/attempt/LedgerTruth.tsx"
import { receiptOf } from "@hipay-pos/console/attempt/receipt.ts"
import { SwimlaneView } from "@hipay-pos/console/attempt/SwimlaneView.tsx"
import { Timeline } from "@hipay-pos/console/attempt/Timeline.tsx"
import { useAttempt } from "@hipay-pos/console/attempt/useAttempt.ts"
import type { AttemptFeed } from "@hipay-pos/console/attempts/AttemptFeed.ts"
import { StateMark } from "@hipay-pos/console/attempts/StateMark.tsx"
import { useAppContext, useFormat } from "@hipay-pos/console/shell/context.ts"
import { useEffect } from "@hipay-pos/console/shell/hooks.ts"
import { Icon } from "@hipay-pos/console/shell/Icon.tsx"
import { Tabs } from "@hipay-pos/console/shell/Tabs.tsx"
import { Slip } from "@hipay-pos/console/terminal/Slip.tsx"
import type { Attempt } from "@hipay-pos/core/wire/Attempt"
import type { TimelineEntry } from "@hipay-pos/core/wire/TimelineEntry"
import { useState } from "hono/jsx/dom"
import { FastForward } from "lucide"
import { FramesTab } from "./FramesTab.tsx"
import { NotificationTab } from "./NotificationTab.tsx"
import type { Texts } from "./text/en.ts"
import type { PaymentState, TillAnswer } from "./usePayment.ts"

interface Props {
  readonly texts: Texts
  readonly payment: PaymentState
  readonly feed: AttemptFeed
  readonly onSkip: () => void
}

const tabIds = ["frames", "http", "notification", "screens", "receipt", "all"] as const
type TabId = (typeof tabIds)[number]

export const OutcomePanel = ({ texts, payment, feed, onSkip }: Props) => {
  const t = texts.outcome
  const [tab, setTab] = useState<TabId>("frames")
  const { attempt, answer, paying } = payment
  // The console's own links: their targets are tabs here.
  useEffect(() => {
    const followed = (event: Event) => {
      if (!(event.target instanceof Element) || event.target.closest('a[href^="#/"]') === null) return
      event.preventDefault()
      setTab("notification")
    }
    addEventListener("click", followed)
    return () => removeEventListener("click", followed)
  }, [])
  return (
    <section class="pane outcome-pane" aria-labelledby="outcome-title">
      <header class="pane-head">
        <h2 id="outcome-title">
          <span class="step">3</span> {t.title}
        </h2>
      </header>
      {attempt !== undefined ? (
        <Followed key={attempt} {...{ texts, payment, feed, onSkip, attempt, tab, setTab }} />
      ) : paying ? (
        <p class="verdict" role="status">
          {t.waiting}
        </p>
      ) : answer === undefined ? (
        <Empty texts={texts} />
      ) : (
        <>
          <p class="verdict is-refused" role="status">
            {t.httpRefused}
          </p>
          <HttpAnswer answer={answer} />
        </>
      )}
    </section>
  )
}

const Empty = ({ texts }: { readonly texts: Texts }) => (
  <div class="outcome-empty">
    <p>{texts.outcome.empty}</p>
    <ol>
      {texts.outcome.emptySteps.map((step) => (
        <li key={step}>{step}</li>
      ))}
    </ol>
  </div>
)

interface FollowedProps extends Props {
  readonly attempt: string
  readonly tab: TabId
  readonly setTab: (tab: TabId) => void
}

const Followed = ({ texts, payment, feed, onSkip, attempt: id, tab, setTab }: FollowedProps) => {
  const t = texts.outcome
  const { value, timeline } = useAttempt(id, feed)
  if (value === undefined) return null
  const attempt: Attempt = { ...value, timeline: [...timeline] }
  const notified = timeline.filter((entry) => entry.kind === "notification")
  const receipt = receiptOf(attempt)
  return (
    <>
      <Verdict attempt={attempt} />
      {payment.repeated ? <p class="repeated">{t.repeated}</p> : null}
      {value.state === "open" && hasStalled(timeline) ? (
        <button type="button" class="button skip-wait" onClick={onSkip}>
          <Icon of={FastForward} />
          {t.skipWait}
        </button>
      ) : null}
      {value.error === undefined ? null : <EvidenceNote attempt={attempt} />}
      {value.state === "unknown" ? <LedgerTruth attempt={attempt} timeline={timeline} /> : null}
      <SwimlaneView entries={timeline} />
      <div class="wires">
        <Tabs
          label={t.tabsLabel}
          tabs={tabIds.map((each) => ({ id: each, title: t.tabs[each] }))}
          current={tab}
          onChange={(chosen) => setTab(chosen as TabId)}
        />
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a panel without a control of its own is reached all the same. */}
        <div role="tabpanel" tabIndex={0} aria-label={t.tabs[tab]} key={tab}>
          {tab === "frames" ? <FramesTab texts={texts} entries={timeline} /> : null}
          {tab === "http" ? (
            payment.answer === undefined ? (
              <p class="hint">{t.noHttp}</p>
            ) : (
              <HttpAnswer answer={payment.answer} />
            )
          ) : null}
          {tab === "notification" ? <NotificationTab texts={texts} entries={notified} /> : null}
          {tab === "screens" ? (
            timeline.some((entry) => entry.kind === "stage") ? (
              <FilmStrip entries={timeline} />
            ) : (
              <p class="hint">{t.noScreens}</p>
            )
          ) : null}
          {tab === "receipt" ? (
            receipt === undefined ? (
              <p class="hint">{t.noReceipt}</p>
            ) : (
              <div class="paper receipt">
                <Slip text={receipt} />
              </div>
            )
          ) : null}
          {tab === "all" ? <Timeline entries={timeline} /> : null}
        </div>
      </div>
    </>
  )
}

/** Whether only a timeout can end it: a fault was applied, and the terminal is done. */
const hasStalled = (entries: ReadonlyArray<TimelineEntry>): boolean => entries.some(({ kind }) => kind === "fault")

const Verdict = ({ attempt }: { readonly attempt: Attempt }) => {
  const { words } = useAppContext()
  const { amount } = useFormat()
  const { state, paid, outcome } = attempt
  const asked = amount(attempt.amount, attempt.currency)
  const other = paid !== undefined && paid !== attempt.amount
  return (
    <div class={`verdict state-${state}`}>
      <p class="amount-line">
        <span class="big-amount">{other ? amount(paid ?? 0, attempt.currency) : asked}</span>
        {other ? <span class="of-asked">{words.attempts.ofAsked(asked)}</span> : null}
        <StateMark state={state} large />
      </p>
      <p class="verdict-say" role="status">
        {state === "approved" ? null : words.statesLong[attempt.transactionType][state]}
        {outcome?._tag === "Declined" ? <span lang="en"> {outcome.label}</span> : null}
      </p>
    </div>
  )
}

const HttpAnswer = ({ answer: { status, headers, body, took } }: { readonly answer: TillAnswer }) => {
  const { duration } = useFormat()
  return (
    <div class="http">
      <p class="mono">
        <strong>HTTP {status}</strong> <span class="hint">{duration(took)}</span>
      </p>
      <dl class="http-headers mono">
        {Object.entries(headers).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <pre dir="auto">{JSON.stringify(body, null, 2)}</pre>
    </div>
  )
}
