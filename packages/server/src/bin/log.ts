/**
 * One line per order on stderr: what came of it, without the order itself, which holds personal data. Lines about callers
 * without a login are few, however many of them call.
 */
import { lostInWords, makeLogLines } from "@hipay-pos/cli-kit"
import * as BusinessDay from "@hipay-pos/core/BusinessDay"
import type { Answer } from "../render/Answer.ts"
import { UNRESOLVED } from "../render/attemptAnswer.ts"
import { LOGIN_REFUSED } from "../render/problems.ts"
import type { Listener, ServerEvent } from "../ServerEvent.ts"
import { makeLineLimit } from "./lineLimit.ts"

type Fields = Readonly<Record<string, string | number>>

/** What is logged, as words or as JSON. */
export interface Log {
  readonly listener: Listener
  /** Writes what was only counted until now. */
  readonly end: () => void
}

/** Makes a log on a stream of lines, standard error by default, with times by the clock of these days, UTC by default. */
export const makeLog = (json: boolean, days = BusinessDay.utc, line = toStderr(json, days)): Log => {
  const write = (fields: Fields) => line(toLine(json, days, fields))
  const lineLimit = makeLineLimit<Fields>({
    write,
    writeMore: (count, from) => write(json ? { more: count, from } : { more: `${count} more from ${from}` })
  })
  return { listener: (event) => logEvent(event, json, write, lineLimit.write), end: lineLimit.end }
}

const toStderr = (json: boolean, days: BusinessDay.BusinessDay) =>
  makeLogLines(process.stderr, { lost: (lost) => toLine(json, days, { lost: json ? lost : lostInWords(lost) }) })

const logEvent = (
  event: ServerEvent,
  json: boolean,
  write: (fields: Fields) => void,
  writeLimited: (address: string | undefined, fields: Fields) => void
): void => {
  if (event._tag === "OrderAnswered") {
    const { status, body, headers } = event.answer
    const { paymentStatus, error } = body as {
      readonly paymentStatus?: string
      readonly error?: { readonly code?: string }
    }
    const outcome = paymentStatus ?? error?.code ?? ""
    // That a login was refused has a line of its own.
    if (outcome !== LOGIN_REFUSED) write({ request: event.requestId, status, outcome, ...unresolvedIn(headers, json) })
  }
  if (event._tag === "Defect") {
    const { attempt } = event
    write({ defect: placeOf(event.error), ...(attempt === undefined ? {} : { attempt }) })
  }
  if (event._tag === "Unreadable") writeLimited(event.address, { refused: event.code, ...from(event) })
  if (event._tag === "RequestRefused") {
    writeLimited(event.address, { request: event.requestId, refused: event.refusal, ...from(event) })
  }
  if (event._tag === "Unauthorized") {
    const { requestId: request, credentials, login } = event
    const which =
      credentials === "none" ? "no login" : login === undefined ? "unknown login" : `wrong password: ${login}`
    writeLimited(event.address, { request, status: 401, refused: which, ...from(event) })
  }
  if (event._tag === "StoreWarning") write({ level: "WARN", store: event.detail })
  if (event._tag === "NotificationWarning") writeLimited("notifications", { notification: event.detail })
  if (event._tag === "Alarm") {
    const { code, attempt, message, details } = event
    write({ alarm: code, attempt, message, ...(json ? details : {}) })
  }
}

/** An earlier payment at the same terminal whose outcome is unknown. */
const unresolvedIn = (headers: Answer["headers"], json: boolean): Fields => {
  const unresolved = headers?.[UNRESOLVED]
  return unresolved === undefined
    ? {}
    : { unresolved: json ? unresolved : `unresolved at this terminal: ${unresolved}` }
}

/** A bug's name and where it struck; its message may quote an order. */
const placeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return typeof error
  const frame = error.stack?.split("\n").find((line) => /^\s+at /.test(line))
  return `${error.name}${frame?.replace(/^\s+/, " ") ?? ""}`
}

const from = ({ address }: { readonly address?: string | undefined }): Fields =>
  address === undefined ? {} : { address }

const toLine = (json: boolean, days: BusinessDay.BusinessDay, fields: Fields): string => {
  const time = days.format(Date.now())
  return json ? JSON.stringify({ time, ...fields }) : `${time.slice(11, 23)}  ${Object.values(fields).join("  ")}`
}
