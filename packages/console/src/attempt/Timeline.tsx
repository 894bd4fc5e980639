/**
 * The timeline of an attempt, from the request to the answer and what followed. An entry of an unknown kind is shown with
 * its time and kind.
 */
import type { Finding } from "@hipay-pos/core/Finding"
import type { TimelineEntry } from "@hipay-pos/core/wire/TimelineEntry"
import { Collapsible } from "../shell/Collapsible.tsx"
import { useAppContext, useFormat } from "../shell/context.ts"
import { toHash } from "../shell/route.ts"
import { Slip } from "../terminal/Slip.tsx"
import { fromBase64 } from "../terminal/ticket.ts"
import { textFor } from "../text/words.ts"
import { AlarmText } from "./AlarmText.tsx"
import { Frame } from "./Frame.tsx"
import { type TimelineRow, timelineRows } from "./timeline.ts"

export const Timeline = ({ entries }: { readonly entries: ReadonlyArray<TimelineEntry> }) => {
  const { words } = useAppContext()
  return (
    <ol class="timeline" aria-label={words.attempt.timeline}>
      {timelineRows(entries).map((row, index) => (
        <TimelineItem key={`${index} ${row.entry.at} ${row.entry.kind}`} row={row} first={index === 0} />
      ))}
    </ol>
  )
}

interface TimelineItemProps {
  readonly row: TimelineRow
  readonly first: boolean
}

const TimelineItem = ({ row: { entry, since, gap, tone }, first }: TimelineItemProps) => {
  const { words } = useAppContext()
  const { preciseClock, duration } = useFormat()
  return (
    <li class={`tone-${tone} kind-${entry.kind}`}>
      <div class="when">
        <time dateTime={entry.at} title={preciseClock(entry.at)}>
          {first ? preciseClock(entry.at) : `+${duration(since)}`}
        </time>
      </div>
      <div class="what">
        <h3>
          {textFor(words.entry.kinds, entry.kind)}
          <Headline entry={entry} />
        </h3>
        <Body entry={entry} />
        {gap >= 1000 ? <span class="visually-hidden">{words.entry.wait(duration(gap))}</span> : null}
      </div>
    </li>
  )
}

/** Entries whose headline the server wrote, in English. */
const fromServer: ReadonlySet<string> = new Set(["transaction", "late-response", "evidence"])

/** A short headline of an entry. */
const Headline = ({ entry }: { readonly entry: TimelineEntry }) => {
  const { words } = useAppContext()
  const text = headline(entry, words)
  return text === "" ? null : (
    <span class="headline" dir="auto" lang={fromServer.has(entry.kind) ? "en" : undefined}>
      {text}
    </span>
  )
}

const headline = (entry: TimelineEntry, words: ReturnType<typeof useAppContext>["words"]): string => {
  switch (entry.kind) {
    case "request":
      return `${entry.method} ${entry.path}`
    case "connected":
      return entry.to
    case "stage":
      return textFor(words.stages, entry.stage)
    case "fault":
      return words.entry.faultAt(entry.fault, entry.stage)
    case "answer":
      return [words.entry.httpAnswer(entry.status), ...answerSummary(entry.body)].join(", ")
    case "resolution":
      return textFor(words.entry.resolved, entry.outcome)
    case "transaction":
      return `${entry.status} ${entry.message}`
    case "upstream-notification":
      return `${entry.status} ${entry.message ?? ""} (${entry.reference})`
    case "notification":
      return `${entry.status}, ${textFor(words.mock.states, entry.state)}`
    case "evidence":
      return entry.detail
    case "late-response":
      return entry.detail ?? ""
    default:
      return ""
  }
}

/** The payment status, or the error's code and message, of an answer's body. */
const answerSummary = (body: unknown): ReadonlyArray<string> => {
  const { paymentStatus, error = {} } = (body ?? {}) as {
    readonly paymentStatus?: unknown
    readonly error?: Partial<Record<"errorCode" | "errorDescription" | "code" | "message", unknown>>
  }
  return [paymentStatus, error.code ?? error.errorCode, error.message ?? error.errorDescription].filter(
    (each): each is string => typeof each === "string" && each !== ""
  )
}

const Body = ({ entry }: { readonly entry: TimelineEntry }) => {
  const { words } = useAppContext()
  switch (entry.kind) {
    case "request":
      return <Collapsible title={words.entry.body} text={json(entry.body)} />
    case "findings":
      return <Findings findings={entry.findings} />
    case "terminal-request":
    case "terminal-response":
    case "evidence":
    case "late-response":
      return entry.frame === undefined ? null : <Frame frame={entry.frame} fields={entry.fields ?? []} />
    case "stage":
      return <StageBody entry={entry} />
    case "answer":
      return (
        <>
          {entry.headers && Object.keys(entry.headers).length > 0 ? (
            <Collapsible
              title={words.entry.headers}
              text={Object.entries(entry.headers)
                .map(([name, value]) => `${name}: ${value}`)
                .join("\n")}
            />
          ) : null}
          {entry.body === undefined ? null : <Collapsible title={words.entry.body} text={json(entry.body)} />}
          <Receipt body={entry.body} />
        </>
      )
    case "resolution":
      return <ResolutionBody entry={entry} />
    case "alarm":
      return <AlarmText alarm={entry} />
    case "transaction":
      return (
        <p>
          <a href={toHash({ place: "transactions", name: entry.reference })}>{entry.reference}</a>
        </p>
      )
    case "notification":
      return (
        <p>
          <a href={toHash({ place: "notifications", name: entry.id })}>{entry.id}</a>
        </p>
      )
    default:
      return null
  }
}

const ResolutionBody = ({ entry }: { readonly entry: Extract<TimelineEntry, { readonly kind: "resolution" }> }) => {
  const { words } = useAppContext()
  const { authorization, card } = words.attempt.evidence
  const facts = [
    entry.authorizationNumber && `${authorization} ${entry.authorizationNumber}`,
    entry.lastFour && `${card} ············${entry.lastFour}`
  ].filter((fact) => fact)
  return (
    <p dir="auto">
      <strong>{entry.by}</strong>: {entry.evidence}
      {facts.length > 0 ? ` (${facts.join(", ")})` : ""}
    </p>
  )
}

/** The receipt in an answer, as text. */
const Receipt = ({ body }: { readonly body: unknown }) => {
  const { words } = useAppContext()
  const { receipt } = (body ?? {}) as { readonly receipt?: unknown }
  const text = typeof receipt === "string" ? fromBase64(receipt) : undefined
  return text === undefined ? null : (
    <section class="paper receipt" aria-label={words.attempt.receipt}>
      <Slip text={text} />
    </section>
  )
}

const StageBody = ({ entry }: { readonly entry: Extract<TimelineEntry, { readonly kind: "stage" }> }) => {
  const facts = [entry.card, entry.entryMode, entry.authorizationNumber, entry.complement].filter((each) => each)
  return (
    <div class="stage">
      <p class="mini-screen" lang="fr">
        {entry.screen.join("\n")}
      </p>
      {facts.length > 0 ? <p class="hint">{facts.join(" · ")}</p> : null}
    </div>
  )
}

const Findings = ({ findings }: { readonly findings: ReadonlyArray<Finding> }) => {
  const { words } = useAppContext()
  return (
    <ul class="findings">
      {findings.map((finding) => (
        <li key={`${finding.path} ${finding.code}`}>
          <span class={`badge ${finding.severity}`}>{textFor(words.entry.severity, finding.severity)}</span>{" "}
          <code>{finding.path || finding.code}</code>{" "}
          <span dir="auto">
            {words.entry.expected} <span lang="en">{finding.expected}</span>, {words.entry.actual}{" "}
            <span lang="en">{finding.actual}</span>
          </span>
        </li>
      ))}
    </ul>
  )
}

const json = (value: unknown): string => JSON.stringify(value, null, 2)
