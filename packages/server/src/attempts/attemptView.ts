/**
 * What the API shows of an attempt: a summary for lists, and all of it with one timeline from the request to the answer.
 *
 * Times are ISO texts, amounts minor units. Frames come masked from the codec and are shown field by field.
 */
import type { Space } from "../Space.ts"
import type { Frames } from "../terminals/Terminals.ts"
import { toFinding } from "./Alarm.ts"
import { type Alarm, type Answer, type Attempt, errorName, terminalNameOf } from "./Attempt.ts"
import type { Moment } from "./AttemptEvent.ts"
import { requestIn } from "./redactAttempt.ts"

/** An attempt in a list. */
export const summary = (attempt: Attempt) => {
  const { outcome, alarms = [] } = attempt
  const resolutions = said(attempt)
  return {
    id: attempt.id,
    orderId: attempt.key.orderId,
    transactionType: attempt.key.transactionType,
    login: attempt.key.login,
    amount: attempt.amount.minorUnits,
    currency: attempt.amount.currency,
    terminal: { name: terminalNameOf(attempt), kind: attempt.terminal },
    state: attempt.state,
    openedAt: time(attempt.openedAt),
    ...(attempt.endedAt === undefined ? {} : { endedAt: time(attempt.endedAt) }),
    ...(outcome?._tag === "Approved" ? { paid: outcome.amount.minorUnits } : {}),
    ...(outcome?._tag === "ApprovedInPart" ? { paid: outcome.paid.minorUnits } : {}),
    warnings: attempt.findings.length + alarms.length + (outcome?.warnings.length ?? 0),
    ...(alarms.length === 0 ? {} : { alarms: alarms.map(({ code }) => code) }),
    ...(resolutions.length === 0 ? {} : { resolution: resolutions.at(-1) })
  }
}

/** All of an attempt, with what its space knows to have followed from it. */
export const detail = (attempt: Attempt, { frames, followed }: Pick<Space, "frames" | "followed">) => ({
  ...summary(attempt),
  ...exchange(attempt.moments),
  outcome: attempt.outcome,
  error: attempt.error && { reason: errorName(attempt.error), kind: attempt.error.kind, detail: attempt.error.detail },
  findings: [...attempt.findings, ...(attempt.alarms ?? []).map(toFinding)],
  resolutions: said(attempt),
  order: attempt.order,
  answer: attempt.answer,
  timeline: timeline(attempt, frames, followed?.(attempt.id) ?? [])
})

const time = (milliseconds: number): string => new Date(milliseconds).toISOString()

/** What people said of it. */
const said = ({ resolutions = [] }: Attempt) => resolutions.map(({ at, ...word }) => ({ ...word, at: time(at) }))

/** What went over the line, and when; absent is what did not happen. */
const exchange = (moments: ReadonlyArray<Moment>) => {
  const connected = moments.find(({ kind }) => kind === "connected")
  const request = moments.find((moment) => moment.kind === "terminal-request")
  const response = moments.findLast(
    (moment) => moment.kind === "terminal-response" || (moment.kind === "late-response" && moment.frame !== undefined)
  )
  return {
    ...(connected === undefined ? {} : { connectedAt: time(connected.at) }),
    ...(request === undefined ? {} : { sentAt: time(request.at) }),
    ...(response === undefined ? {} : { answeredAt: time(response.at) }),
    frames: { request: request?.frame, response: (response as { readonly frame?: string } | undefined)?.frame }
  }
}

/**
 * Everything that happened, in order; what happened in the same millisecond stays in the order of its causes. An instant
 * terminal has charged before the write of the request is over: what followed is shown behind the request all the same.
 */
const timeline = (
  { openedAt, requestId, order, findings, moments, resolutions = [], alarms = [], answer }: Attempt,
  frames: Frames,
  followed: ReadonlyArray<{ readonly at: number; readonly kind: string }>
) => {
  const request = requestIn(moments)
  const sentAt = moments.find(({ kind }) => kind === "terminal-request")?.at ?? openedAt
  return [
    { at: openedAt, kind: "request", method: "POST", path: "/v1/connector/order", requestId, body: order },
    ...(findings.length === 0 ? [] : [{ at: openedAt, kind: "findings", findings }]),
    ...moments.map((moment) => explained(moment, frames, answer, request)),
    ...resolutions.map((resolution) => ({ kind: "resolution", ...resolution })),
    ...alarms.map((alarm) => ({ kind: "alarm", ...alarm })),
    ...followed.map((each) => ({ ...each, at: Math.max(each.at, sentAt) }))
  ]
    .sort((a, b) => a.at - b.at)
    .map(({ at, ...rest }) => ({ at: time(at), ...rest }))
}

/** A moment as an entry of a timeline. */
export const entry = (
  attempt: Attempt,
  moment: Moment,
  frames: Frames
): { readonly at: string; readonly kind: Moment["kind"]; readonly [detail: string]: unknown } => {
  const { at, ...rest } = explained(moment, frames, attempt.answer, requestIn(attempt.moments))
  return { at: time(at), ...rest }
}

/** An alarm as an entry of a timeline. */
export const alarmEntry = ({ at, ...alarm }: Alarm) => ({ at: time(at), kind: "alarm", ...alarm })

/** A moment with its frame field by field, with what the screen showed, or with the whole of the caller's answer. */
const explained = (moment: Moment, frames: Frames, answer: Answer | undefined, request: string | undefined) => {
  if (moment.kind === "stage") {
    const { _tag, ...shown } = moment.shown
    return { ...shown, at: moment.at, kind: moment.kind }
  }
  if (moment.kind === "answer") return answer?.status === moment.status ? { ...moment, ...answer } : moment
  const frame = "frame" in moment ? moment.frame : undefined
  return frame === undefined ? moment : { ...moment, fields: frames.explain(frame, request) }
}
