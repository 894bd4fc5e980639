/** The log's line about an event: its level, its fields for programs, its words for people. */
import { defined } from "@hipay-pos/core/Defined"
import * as Money from "@hipay-pos/core/Money"
import { type Attempt, evidenceOf, paidOf, terminalNameOf, urlOf } from "../attempts/Attempt.ts"
import { APPLIED, RECORDED } from "../render/Answer.ts"
import { UNRESOLVED } from "../render/attemptAnswer.ts"
import { LOGIN_REFUSED } from "../render/problems.ts"
import type { AnsweredOrder, ServerEvent } from "../ServerEvent.ts"

/** From what concerns only developers to what a person has to act on. */
export const levels = ["debug", "info", "warn", "error"] as const
export type Level = (typeof levels)[number]

/** For programs. */
export type Fields = Readonly<Record<string, string | number>>

/** A line. */
export interface Line {
  readonly level: Level
  readonly fields: Fields
  /** The first word says what happened. */
  readonly words: ReadonlyArray<string>
  /** Set if callers without a login can cause the line: then lines are limited per address. */
  readonly limit?: { readonly address: string | undefined } | undefined
}

/** The line about an event; undefined if there is none. `linkTo` makes links of the paths in its words. */
export const lineOf = (event: ServerEvent, linkTo = (path: string): string => path): Line | undefined => {
  switch (event._tag) {
    case "OrderAnswered":
      // The line of an order under way is written once it has ended.
      return event.answer.headers?.[APPLIED] === undefined ? orderLine(event, linkTo) : undefined
    case "OrderEnded":
      return orderLine(event, linkTo)
    case "Defect": {
      const defect = placeOf(event.error)
      const { attempt } = event
      return {
        level: "error",
        fields: defined({ defect, attempt }),
        words: ["bug", defect, ...(attempt === undefined ? [] : [linkTo(urlOf({ id: attempt }))])]
      }
    }
    case "Unreadable":
      return refused({ request: event.requestId, refused: event.code }, event.address)
    case "RequestRefused":
      return refused({ request: event.requestId, refused: event.refusal }, event.address)
    case "Unauthorized": {
      const { requestId: request, credentials, login } = event
      const which =
        credentials === "none" ? "no login" : login === undefined ? "unknown login" : `wrong password: ${login}`
      return refused({ request, status: 401, refused: which }, event.address)
    }
    case "Action": {
      const { requestId: request, login, method, path, status, address } = event
      return {
        level: status < 400 ? "info" : "warn",
        fields: defined({ request, status, action: `${method} ${path}`, login, address }),
        words: ["action", `${method} ${path}`, login, String(status), ...(address === undefined ? [] : [address])]
      }
    }
    case "StoreWarning":
      return { level: "warn", fields: { store: event.detail }, words: ["store", event.detail] }
    case "SettingsRead":
      return {
        level: event.isTaken ? "info" : "warn",
        fields: { settings: event.detail },
        words: ["settings", event.detail]
      }
    case "Stopping": {
      const stopping = `waits for the payments under way: ${event.underWay}`
      return { level: "info", fields: { stopping }, words: ["stopping", stopping] }
    }
    case "SettingsWarning":
      return { level: "warn", fields: { settings: event.detail }, words: ["settings", event.detail] }
    case "TelemetrySent":
      return {
        level: event.isSent ? "info" : "warn",
        fields: { telemetry: event.detail },
        words: ["telemetry", event.detail]
      }
    case "NotificationRefused":
      return refused({ refused: `notification: ${event.detail}` }, event.address)
    case "NotificationWarning":
      return { level: "warn", fields: { notification: event.detail }, words: ["notification", event.detail] }
    case "Alarm": {
      const { code, attempt, message, details } = event
      return {
        level: code === "attempt.end.written.late" ? "warn" : "error",
        fields: { ...details, alarm: code, attempt, message },
        words: [`ALARM ${code}`, attempt, message]
      }
    }
    case "GatewayAlarm": {
      const { code: alarm, attempt, orderId: order, terminal, message } = event
      return {
        level: "error",
        fields: defined({ alarm, attempt, order, terminal, message }),
        words: [`ALARM ${alarm}`, ...(attempt === undefined ? [] : [attempt]), message]
      }
    }
    case "Terminal":
      return terminalLine(event)
    case "OrderReceived":
      return undefined
  }
}

const refused = (fields: Fields, address: string | undefined): Line => {
  const all = defined({ ...fields, address })
  return { level: "warn", fields: all, words: ["refused", ...Object.values(all).map(String)], limit: { address } }
}

const orderLine = (event: AnsweredOrder, linkTo: (path: string) => string): Line | undefined => {
  const { requestId: request, answer, attempt, asked, orderId, login, took, traceId } = event
  const { status, body, headers } = answer
  const { paymentStatus, error } = body as {
    readonly paymentStatus?: string
    readonly error?: { readonly code?: string; readonly details?: { readonly reason?: unknown } }
  }
  const code = error?.code
  const isRecorded = headers?.[RECORDED] !== undefined
  // A refused login has its own line.
  if (code === LOGIN_REFUSED && !isRecorded) return undefined
  const state = attempt?.state ?? (isRecorded ? "recorded" : code === undefined ? "answered" : "refused")
  const unresolved = headers?.[UNRESOLVED]
  const why = error?.details?.reason
  const reason = reasonOf(attempt) ?? (typeof why === "string" ? `${code}: ${why}` : code)
  const evidence = attempt?.state === "unknown" ? saidIn(attempt) : undefined
  const known = attempt === undefined ? asked && amountOf(asked.amount) : amounts(attempt)
  const link = attempt === undefined ? headers?.["X-Hipay-Pos-Attempt"] : urlOf(attempt)
  const terminal = attempt === undefined ? asked?.terminal : terminalNameOf(attempt)
  const milliseconds = Math.round(took)
  return {
    level: levelOf(state, status),
    fields: defined({
      request,
      status,
      // A partial payment is no success: the rest is still to be collected.
      outcome: state === "approved-in-part" ? "PartialSuccess" : (paymentStatus ?? code ?? ""),
      state,
      ...known?.fields,
      order: orderId,
      type: attempt?.key.transactionType,
      terminal,
      login,
      attempt: attempt?.id,
      milliseconds,
      reason,
      evidence,
      link,
      trace_id: traceId,
      unresolved
    }),
    words: [
      state.padEnd(11),
      known?.words,
      orderId,
      terminal,
      login,
      `${(milliseconds / 1_000).toFixed(1)} s`,
      reason,
      evidence,
      link && linkTo(link),
      unresolved && `unresolved at this terminal: ${linkTo(unresolved)}`
    ].filter((word) => word !== undefined)
  }
}

/** An order that a person has to look at is a warning. */
const levelOf = (state: string, status: number): Level =>
  status === 500 ? "error" : state === "unknown" || state === "approved-in-part" || status >= 500 ? "warn" : "info"

/** An amount, for programs and for people. */
interface Amounts {
  readonly fields: Fields
  readonly words: string
}

const amountOf = (amount: Money.Money): Amounts => ({
  fields: { amount: amount.minorUnits, currency: amount.currency },
  words: Money.toText(amount)
})

const amounts = (attempt: Attempt): Amounts => {
  const { amount, state } = attempt
  const paid = paidOf(attempt)
  const whole = amountOf(amount)
  const fields = { ...whole.fields, ...defined({ paid: paid?.minorUnits }) }
  const differs = paid !== undefined && paid.minorUnits !== amount.minorUnits
  const words =
    state === "approved-in-part" && paid !== undefined
      ? `${Money.toText(paid)} of ${Money.toText(amount)}`
      : differs
        ? `${Money.toText(paid)} for ${Money.toText(amount)}`
        : whole.words
  return { fields, words }
}

/** Why it was not paid: the code, and the detail. */
const reasonOf = (attempt: Attempt | undefined): string | undefined => {
  if (attempt?.error !== undefined) return `${attempt.error.kind}: ${attempt.error.detail}`
  return attempt?.outcome?._tag === "Declined" ? attempt.outcome.reason : undefined
}

/** What the terminal said about an unknown payment, for the person who decides; masked when it was received. */
const saidIn = (attempt: Attempt): string | undefined => {
  const evidence = evidenceOf(attempt)
  if (evidence === undefined) return undefined
  const { status, amount, card, contradictions, stopped } = evidence
  return [
    status && (status === "done" ? "done" : "not done"),
    amount && Money.toText(amount),
    card.authorizationNumber && `authorization ${card.authorizationNumber}`,
    card.pan && `card ${card.pan}`,
    ...contradictions.map(({ message }) => message),
    stopped && `stops at byte ${stopped.offset}: ${stopped.problem}`
  ]
    .filter((part) => part)
    .join(", ")
}

/** The steps between an attempt and its terminal, without the content of messages. */
const terminalLine = ({ attempt, event }: Extract<ServerEvent, { readonly _tag: "Terminal" }>): Line | undefined => {
  if (event._tag === "Stage" || event._tag === "Fault") return undefined
  return {
    level: "debug",
    fields: { terminal: event._tag, attempt, order: event.orderId },
    words: [event._tag, event.orderId, urlOf({ id: attempt })]
  }
}

/** A bug's name and place only, since its message may quote an order. */
const placeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return typeof error
  const frame = error.stack?.split("\n").find((line) => /^\s+at /.test(line))
  return `${error.name}${frame?.replace(/^\s+/, " ") ?? ""}`
}
