/**
 * An attempt as the API shows it: a summary for lists, and a full view with one timeline from the request to the answer.
 *
 * Times are ISO texts, amounts are in minor units. Frames come masked from the codec and are shown field by field.
 */

import { defined } from "@hipay-pos/core/Defined"
import type * as Wire from "@hipay-pos/core/wire/Attempt"
import type { Resolution } from "@hipay-pos/core/wire/Resolution"
import type { MessageField, TimelineEntry } from "@hipay-pos/core/wire/TimelineEntry"
import * as Records from "effect/Record"
import { shownDetail, toFinding } from "../attempts/Alarm.ts"
import {
  type Alarm,
  type Attempt,
  answeredAs,
  cardOf,
  errorName,
  evidenceOf,
  outcomeOf,
  paidOf,
  resultOf,
  terminalNameOf,
  tipOf
} from "../attempts/Attempt.ts"
import type { AttemptEvent } from "../attempts/AttemptEvent.ts"
import { requestIn } from "../attempts/redactAttempt.ts"
import { shownFinding } from "../attempts/shownFinding.ts"
import type { Frames } from "../terminals/Terminals.ts"
import type { Answer } from "./Answer.ts"
import { type AnswerTo, earlierStatus } from "./attemptAnswer.ts"

/** What a view needs: how to explain messages, render the caller's answer, and find what followed from the attempt. */
export interface ViewContext {
  readonly frames: Frames
  readonly answerTo: AnswerTo
  readonly followUps?: ((attempt: string) => ReadonlyArray<FollowUp>) | undefined
}

type Timed<Entry> = Entry extends unknown ? Omit<Entry, "at"> & { readonly at: number } : never

/** Something that followed from an attempt; `at` in milliseconds since 1970. */
export type FollowUp = Timed<TimelineEntry & { readonly kind: "transaction" | "notification" }>

/** An attempt in a list. */
export const summary = (attempt: Attempt): Wire.AttemptSummary => {
  const { alarms = [], error } = attempt
  const outcome = outcomeOf(attempt)
  const card = cardOf(attempt)
  return defined({
    id: attempt.id,
    orderId: attempt.key.orderId,
    transactionType: attempt.key.transactionType,
    login: attempt.key.login,
    amount: attempt.amount.minorUnits,
    currency: attempt.amount.currency,
    terminal: defined({ name: terminalNameOf(attempt), kind: attempt.terminal, guarded: attempt.guarded }),
    state: attempt.state,
    openedAt: time(attempt.openedAt),
    endedAt: attempt.endedAt === undefined ? undefined : time(attempt.endedAt),
    paid: paidOf(attempt)?.minorUnits,
    tip: tipOf(attempt)?.minorUnits,
    card: Object.keys(card).length === 0 ? undefined : card,
    error: error && defined({ ...reasonOf(error), evidence: evidenceOf(attempt) }),
    warnings: attempt.findings.length + alarms.length + (outcome?.warnings.length ?? 0),
    alarms: alarms.length === 0 ? undefined : alarms.map(({ code }) => code),
    resolution: resolutionsOf(attempt).at(-1)
  })
}

const reasonOf = (error: NonNullable<Attempt["error"]>) => ({
  reason: errorName(error),
  kind: error.kind,
  detail: error.detail
})

/** An attempt in full, with what its space knows to have followed from it. */
export const detail = (attempt: Attempt, shown: ViewContext): Wire.Attempt => {
  const { alarms = [] } = attempt
  return {
    ...summary(attempt),
    ...exchange(attempt),
    ...defined({
      outcome: outcomeOf(attempt),
      answer: recordedOf(shown.answerTo(attempt)),
      upstream: attempt.upstream,
      prunedAt: attempt.prunedAt === undefined ? undefined : time(attempt.prunedAt),
      received: attempt.received
    }),
    findings: [...attempt.findings.map(shownFinding), ...alarms.map(toFinding)],
    resolutions: resolutionsOf(attempt),
    order: attempt.order.body,
    timeline: timeline(attempt, shown)
  }
}

const time = (milliseconds: number): string => new Date(milliseconds).toISOString()

const resolutionsOf = ({ resolutions = [] }: Attempt): ReadonlyArray<Resolution> =>
  resolutions.map((resolution) => ({ ...resolution, at: time(resolution.at) }))

/** What went over the line, and when; what did not happen is absent. */
const exchange = (attempt: Attempt): Pick<Wire.Attempt, "connectedAt" | "sentAt" | "answeredAt" | "frames"> => {
  const { events } = attempt
  const connected = events.find(({ kind }) => kind === "connected")
  const request = events.find(({ kind }) => kind === "terminal-request" || kind === "upstream-request")
  const response = events.findLast(
    (event) =>
      event.kind === "terminal-response" ||
      event.kind === "upstream-response" ||
      (event.kind === "late-response" && event.frame !== undefined)
  )
  return {
    ...defined({
      connectedAt: connected && time(connected.at),
      sentAt: request && time(request.at),
      answeredAt: response && time(response.at)
    }),
    frames: defined({
      request: request && "frame" in request ? request.frame : undefined,
      response: response && "frame" in response ? response.frame : evidenceOf(attempt)?.received
    })
  }
}

/** An entry before its time becomes a text. */
type Entry = Timed<TimelineEntry>

/**
 * Everything that happened, in order; entries of the same millisecond are in causal order. A simulated terminal can charge before
 * the write of the request has ended: what followed is still shown after the request.
 */
const timeline = (attempt: Attempt, { frames, answerTo, followUps }: ViewContext): ReadonlyArray<TimelineEntry> => {
  const { openedAt, findings, events, resolutions = [], alarms = [], notifications = [] } = attempt
  const sentAt = events.find(({ kind }) => kind === "terminal-request")?.at ?? openedAt
  const entries: ReadonlyArray<Entry> = [
    {
      at: openedAt,
      kind: "request",
      method: "POST",
      path: "/v1/connector/order",
      ...defined({ requestId: attempt.requestId }),
      body: attempt.order.body
    },
    ...(findings.length === 0 ? [] : [{ at: openedAt, kind: "findings", findings } as const]),
    ...events.flatMap((event) => {
      const shown = explained(attempt, event, frames, answerTo)
      return event.kind === "answer" && event.as === "unknown"
        ? [...evidenceEntries(attempt, event.at, frames), shown]
        : [shown]
    }),
    ...notifications.map((notification) => ({ ...notification, kind: "upstream-notification" }) as const),
    ...resolutions.map((resolution) => ({ ...resolution, kind: "resolution" }) as const),
    ...alarms.map(alarmShown),
    ...(followUps?.(attempt.id) ?? []).map((each): FollowUp => ({ ...each, at: Math.max(each.at, sentAt) }))
  ]
  return entries.toSorted((a, b) => a.at - b.at).map(withTime)
}

const withTime = ({ at, ...rest }: Entry): TimelineEntry => ({ at: time(at), ...rest }) as TimelineEntry

/** The evidence of a payment whose outcome was unknown when its caller was answered. Later evidence has its own entry. */
const evidenceEntries = (attempt: Attempt, at: number, frames: Frames): ReadonlyArray<Entry> => {
  const { state, error, events } = attempt
  if (state === "not-started" || error?.evidence === undefined) return []
  const { kind: reason, detail, evidence } = error
  const frame = evidence.received
  if (events.some((event) => event.kind === "late-response" && event.frame === frame)) return []
  return [{ at, kind: "evidence", reason, detail, frame, fields: frames.explain(frame, requestIn(events)), evidence }]
}

/** The same evidence as timeline entries. */
export const evidenceShown = (attempt: Attempt, frames: Frames): ReadonlyArray<TimelineEntry> =>
  evidenceEntries(attempt, attempt.endedAt ?? attempt.openedAt, frames).map(withTime)

/** An event as an entry of a timeline. */
export const entry = (attempt: Attempt, event: AttemptEvent, { frames, answerTo }: ViewContext): TimelineEntry =>
  withTime(explained(attempt, event, frames, answerTo))

/** An alarm as an entry of a timeline. */
export const alarmEntry = (alarm: Alarm): TimelineEntry => withTime(alarmShown(alarm))

const alarmShown = (alarm: Alarm): Entry => ({
  ...alarm,
  details: Records.map(alarm.details, shownDetail),
  kind: "alarm"
})

/** Fields of messages shown before, kept as long as their events are in memory: views are requested often. */
const shownFields = new WeakMap<AttemptEvent, ReadonlyArray<MessageField>>()

/** An event with its frame's fields, with the screen, or with the caller's full answer. */
const explained = (attempt: Attempt, event: AttemptEvent, frames: Frames, answerTo: AnswerTo): Entry => {
  const fieldsOf = (frame: string) => {
    const fields = shownFields.get(event) ?? frames.explain(frame, requestIn(attempt.events))
    shownFields.set(event, fields)
    return fields
  }
  switch (event.kind) {
    case "stage": {
      const { _tag, ...shown } = event.shown
      return { ...shown, at: event.at, kind: "stage" }
    }
    case "answer":
      return { at: event.at, kind: "answer", ...answerIn(attempt, event.as, answerTo) }
    case "terminal-request":
    case "terminal-response":
      return { ...event, fields: fieldsOf(event.frame) }
    case "late-response":
      return event.frame === undefined ? event : { ...event, fields: fieldsOf(event.frame) }
    default:
      return event
  }
}

/** The caller's answer; only its status if it is superseded. */
const answerIn = (attempt: Attempt, as: (AttemptEvent & { readonly kind: "answer" })["as"], answerTo: AnswerTo) => {
  const result = resultOf(attempt)
  const isOvertaken =
    result === undefined || result._tag === "Resolved" || answeredAs(result) !== as || hasLateAnswer(attempt)
  const answer = isOvertaken ? undefined : answerTo(attempt)
  return recordedOf(answer) ?? { status: earlierStatus(attempt, as) }
}

/** Whether something more was learned about an attempt after its caller was answered. */
const hasLateAnswer = ({ events }: Attempt): boolean =>
  events
    .slice(events.findIndex(({ kind }) => kind === "answer"))
    .some(
      (event) => event.kind === "upstream-response" || (event.kind === "late-response" && event.frame !== undefined)
    )

/** An answer as JSON, even if it was sent as other bytes. */
const recordedOf = (answer: Answer | undefined): Wire.RecordedAnswer | undefined =>
  answer && defined({ status: answer.status, headers: answer.headers, body: answer.body })
