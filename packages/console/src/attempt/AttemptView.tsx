/** One payment: its header and facts, where the time went, the screens, and the messages on the wire. */
import type { Attempt, AttemptList as AttemptPage, AttemptSummary } from "@hipay-pos/core/wire/Attempt"
import { isPaid } from "@hipay-pos/core/wire/AttemptState"
import type { ProblemCode } from "@hipay-pos/core/wire/Problem"
import type { TimelineEntry } from "@hipay-pos/core/wire/TimelineEntry"
import { useRef } from "hono/jsx/dom"
import type { AttemptFeed } from "../attempts/AttemptFeed.ts"
import { StateMark } from "../attempts/StateMark.tsx"
import { useAppContext, useCanControl, useFormat } from "../shell/context.ts"
import { lazy } from "../shell/lazy.tsx"
import { ProblemNote } from "../shell/ProblemNote.tsx"
import { toHash } from "../shell/route.ts"
import { showToast } from "../shell/toast.tsx"
import { useLoad } from "../shell/useLoad.ts"
import { Slip } from "../terminal/Slip.tsx"
import { textFor } from "../text/words.ts"
import { Actions } from "./Actions.tsx"
import { AlarmText } from "./AlarmText.tsx"
import { cancellationOf } from "./cancellation.ts"
import { DamagedForm } from "./DamagedForm.tsx"
import { EvidenceNote } from "./EvidenceNote.tsx"
import { FilmStrip } from "./FilmStrip.tsx"
import { Facts, Head } from "./Head.tsx"
import { Inspector } from "./Inspector.tsx"
import { LedgerTruth } from "./LedgerTruth.tsx"
import { LostDraft } from "./LostDraft.tsx"
import { relatedTo, stemOf } from "./orderId.ts"
import { ResolveForm } from "./ResolveForm.tsx"
import { receiptOf } from "./receipt.ts"
import { SwimlaneView } from "./SwimlaneView.tsx"
import { useAttempt } from "./useAttempt.ts"

/** Set by the build: whether the pages include the simulation. False for a gateway. */
declare const SIMULATION: boolean

const LivePinpad = SIMULATION
  ? lazy(async () => (await import("../terminal/LivePinpad.tsx")).LivePinpad)
  : (_: { readonly name: string }) => <></>

interface Props {
  readonly id: string
  readonly feed: AttemptFeed
  readonly query: Readonly<Record<string, string>>
}

export const AttemptView = ({ id, feed, query }: Props) => {
  const { words, session } = useAppContext()
  const canControl = useCanControl()
  const { value, problem, reload, put, timeline } = useAttempt(id, feed)
  /** Keeps the terminal's pinpad, with the receipt, after the payment has ended. */
  const isPlayed = useRef(false)
  /** Keeps what was typed while the server is briefly unreachable. */
  const isDamaged = useRef(false)
  if (problem?.code === ("attempt.damaged" satisfies ProblemCode)) isDamaged.current = true
  const back = (
    <a class="back" href={toHash({ place: "attempts", query })}>
      ← {words.attempt.back}
    </a>
  )
  if (value === undefined) {
    return (
      <div class="attempt">
        {back}
        {problem === undefined ? (
          <p class="hint">{words.loading} …</p>
        ) : isDamaged.current ? (
          <DamagedForm id={id} />
        ) : (
          <ProblemNote problem={problem} onRetry={reload} />
        )}
      </div>
    )
  }
  const isGone = problem?.code === ("attempt.not.found" satisfies ProblemCode)
  const isMock = session.mode === "simulated" && canControl
  if (value.state === "open" && isMock && value.terminal.kind === "simulated") isPlayed.current = true
  const receipt = receiptOf({ ...value, timeline })
  const resolved = (attempt: Attempt) => {
    put(attempt)
    showToast({ text: words.attempt.resolve.recorded(words.states[attempt.state]) })
    // The form was removed, and with it the focus.
    document.querySelector<HTMLElement>(".attempt-head h1")?.focus({ preventScroll: true })
    document.querySelector(".attempt-head")?.scrollIntoView({ block: "center" })
  }
  return (
    <article class={`attempt ${isPlayed.current ? "is-played" : ""}`}>
      {back}
      {problem === undefined ? null : <ProblemNote problem={problem} onRetry={reload} />}
      <Head attempt={value} timeline={timeline} />
      {value.state === "unknown" || value.state === "open" ? null : <LostDraft attempt={value} />}
      <Actions attempt={value} timeline={timeline} />
      {value.transactionType === "Debit" && isPaid(value) ? <Cancellation attempt={value} query={query} /> : null}
      <Alarms entries={timeline} />
      <Facts attempt={value} timeline={timeline} />
      {value.state === "unknown" ? (
        <div class="to-resolve">
          <div class="known">
            <EvidenceNote attempt={value} />
            {isMock && value.terminal.kind === "simulated" ? <LedgerTruth attempt={value} timeline={timeline} /> : null}
          </div>
          {isGone ? null : <ResolveForm attempt={value} onResolved={resolved} />}
        </div>
      ) : value.error === undefined ? null : (
        <EvidenceNote attempt={value} />
      )}
      {isPlayed.current ? (
        <aside class="played">
          <LivePinpad name={value.terminal.name} />
        </aside>
      ) : null}
      <SwimlaneView entries={timeline} />
      <FilmStrip entries={timeline} />
      <Inspector attempt={value} timeline={timeline} />
      <Related attempt={value} query={query} />
      {receipt === undefined ? null : (
        <div class="print-receipt" aria-hidden="true">
          <Slip text={receipt} />
        </div>
      )}
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

interface RelatedProps {
  readonly attempt: Attempt
  readonly query: Readonly<Record<string, string>>
}

/** How often the cancellation of a sale is looked for, in milliseconds. */
const POLL = 5_000

/** Says that a sale was cancelled later: its own state stays approved. */
const Cancellation = ({ attempt, query }: RelatedProps) => {
  const { words } = useAppContext()
  const { value } = useLoad<AttemptPage>(`/attempts?limit=1000&orderId=${encodeURIComponent(attempt.orderId)}`, POLL)
  const cancellation = cancellationOf(attempt, value?.attempts ?? [])
  if (cancellation === undefined) return null
  return (
    <p class={`say state-${cancellation.state === "approved" ? "declined" : cancellation.state}`}>
      <a href={toHash({ place: "attempts", name: cancellation.id, query })}>
        {words.cancelledLater[cancellation.state]}
      </a>
    </p>
  )
}

/** One page of attempts: a search finds other orders, too. */
const useAttemptsOf = (parameter: "orderId" | "q", text: string): ReadonlyArray<AttemptSummary> =>
  useLoad<AttemptPage>(`/attempts?limit=1000&${parameter}=${encodeURIComponent(text)}`).value?.attempts ?? []

/** Other attempts of the same order, those under a derived id included. */
const Related = ({ attempt, query }: RelatedProps) => {
  const { words } = useAppContext()
  const { signedAmount, moment } = useFormat()
  const own = useAttemptsOf("orderId", attempt.orderId)
  const derived = useAttemptsOf("q", stemOf(attempt.orderId))
  const others = relatedTo(attempt, [...own, ...derived])
  if (others.length === 0) return null
  return (
    <section class="panel related">
      <h2>{words.attempt.related}</h2>
      <ul>
        {others.map((each) => (
          <li key={each.id}>
            <a href={toHash({ place: "attempts", name: each.id, query })} dir="auto">
              {each.orderId}
            </a>
            <StateMark state={each.state} />
            <span class="amount">
              {each.transactionType === "Debit" ? null : (
                <span class="tiny">{textFor(words.types, each.transactionType)}</span>
              )}
              {signedAmount(each.transactionType, each.paid ?? each.amount, each.currency)}
            </span>
            <time dateTime={each.openedAt}>{moment(each.openedAt)}</time>
          </li>
        ))}
      </ul>
    </section>
  )
}
