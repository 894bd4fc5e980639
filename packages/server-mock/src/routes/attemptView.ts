/**
 * What the API shows of an attempt: a summary for lists, and all of it with one timeline from the request to the answer.
 *
 * Times are ISO texts, amounts minor units. Frames come masked from the codec and are shown field by field.
 */
import * as Explain from "@hipay-pos/concert-codec/Explain"
import type { MockSpace } from "../mock/MockSpace.ts"
import { toFinding } from "../transactions/Alarm.ts"
import { type Alarm, type Answer, type Attempt, errorName, terminalNameOf } from "../transactions/Attempt.ts"
import { messages } from "../transactions/ConsoleTransactions.ts"
import type { Moment } from "../transactions/Moment.ts"
import { sentIn } from "../transactions/redactAttempt.ts"

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

/** All of an attempt, and in a mock what the Console and the notifications made of it. */
export const detail = (attempt: Attempt, mock?: Books) => ({
  ...summary(attempt),
  ...exchange(attempt.moments),
  outcome: attempt.outcome,
  error: attempt.error && { reason: errorName(attempt.error), kind: attempt.error.kind, detail: attempt.error.detail },
  findings: [...attempt.findings, ...(attempt.alarms ?? []).map(toFinding)],
  resolutions: said(attempt),
  order: attempt.order,
  answer: attempt.answer,
  timeline: timeline(attempt, mock === undefined ? [] : aftermath(attempt.id, mock))
})

/** Where it is written down what followed from attempts. */
interface Books {
  readonly transactions: Pick<MockSpace["transactions"], "list">
  readonly notifications: Pick<MockSpace["notifications"], "list">
}

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
  followed: ReadonlyArray<{ readonly at: number; readonly kind: string }>
) => {
  const sent = sentIn(moments)
  const sentAt = moments.find(({ kind }) => kind === "terminal-request")?.at ?? openedAt
  return [
    { at: openedAt, kind: "request", method: "POST", path: "/v1/connector/order", requestId, body: order },
    ...(findings.length === 0 ? [] : [{ at: openedAt, kind: "findings", findings }]),
    ...moments.map((moment) => explained(moment, answer, sent)),
    ...resolutions.map((resolution) => ({ kind: "resolution", ...resolution })),
    ...alarms.map((alarm) => ({ kind: "alarm", ...alarm })),
    ...followed.map((each) => ({ ...each, at: Math.max(each.at, sentAt) }))
  ]
    .sort((a, b) => a.at - b.at)
    .map(({ at, ...rest }) => ({ at: time(at), ...rest }))
}

/** What followed from an attempt: each status of its transaction, and each notification. */
const aftermath = (attempt: string, { transactions, notifications }: Books) => [
  ...transactions
    .list()
    .filter((transaction) => transaction.attempt.id === attempt)
    .flatMap(({ reference, history }) =>
      history.map(({ status, at }) => ({ at, kind: "transaction", reference, status, message: messages[status] }))
    ),
  ...notifications
    .list()
    .filter((sent) => sent.attempt === attempt)
    .map(({ id, at, status, state }) => ({ at, kind: "notification", id, status, state }))
]

/** A moment as an entry of a timeline. */
export const entry = (
  attempt: Attempt,
  moment: Moment
): { readonly at: string; readonly kind: Moment["kind"]; readonly [detail: string]: unknown } => {
  const { at, ...rest } = explained(moment, attempt.answer, sentIn(attempt.moments))
  return { at: time(at), ...rest }
}

/** An alarm as an entry of a timeline. */
export const alarmEntry = ({ at, ...alarm }: Alarm) => ({ at: time(at), kind: "alarm", ...alarm })

/** A moment with its frame field by field, with what the screen showed, or with the whole of the caller's answer. */
const explained = (moment: Moment, answer: Answer | undefined, sent: ReadonlyArray<string>) => {
  if (moment.kind === "stage") {
    const { _tag, terminal, at: _, ...shown } = moment.shown
    return { at: moment.at, kind: moment.kind, ...shown }
  }
  if (moment.kind === "answer") return answer?.status === moment.status ? { ...moment, ...answer } : moment
  const frame = "frame" in moment ? moment.frame : undefined
  return frame === undefined ? moment : { ...moment, fields: Explain.explainPrefix(frame, { sent }).fields }
}
