/** Answers about attempts: the list, one attempt, their events, and ending an unknown one. Independent of routes. */

import type { BusinessDay } from "@hipay-pos/core/BusinessDay"
import * as JsonIssues from "@hipay-pos/core/JsonIssues"
import type { AttemptCounts, AttemptList } from "@hipay-pos/core/wire/Attempt"
import { AttemptQuery } from "@hipay-pos/core/wire/AttemptQuery"
import type { DayTotals } from "@hipay-pos/core/wire/DayTotals"
import {
  DAMAGED_PAID_PROBLEM,
  paidProblemText,
  type ResolvedDamaged,
  ResolveRequest
} from "@hipay-pos/core/wire/Resolution"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { Attempt } from "../attempts/Attempt.ts"
import type { Filter, StoreFailed } from "../attempts/AttemptStore.ts"
import { toCsv } from "../attempts/csv.ts"
import { dayTotals } from "../attempts/dayTotals.ts"
import { digest } from "../attempts/digest.ts"
import type { Change } from "../attempts/Feed.ts"
import { amountGiven } from "../attempts/paymentSigns.ts"
import { maskTexts } from "../maskCardNumbers.ts"
import { type Answer, csv, ok } from "../render/Answer.ts"
import { alarmEntry, detail, entry, evidenceShown, summary } from "../render/attemptView.ts"
import { toProblem } from "../render/problems.ts"
import type { Space } from "../Space.ts"
import type { Login } from "./Credentials.ts"
import { type EventStreamOptions, eventStream } from "./eventStream.ts"

/** A login in a space. Without the role `read` it sees only its own attempts at its own terminals. */
export interface Viewer {
  readonly space: Space
  readonly login: Login
}

const sees = ({ login }: Viewer, attempt: Attempt): boolean =>
  (login.roles.has("read") || attempt.key.login === login.username) && login.terminals?.includes(attempt) !== false

/** The default and the largest number of attempts in a list. */
const DEFAULT_LIMIT = 100
const MAX_LIMIT = 1_000

/** Options of lists. */
export interface ListOptions {
  /** The business days. */
  readonly days: BusinessDay
  /** The language of spreadsheets; undefined for CSV for programs. */
  readonly locale: string | undefined
}

/** The newest attempts that match a query, and the link to older ones. */
export const listAttempts = Effect.fnUntraced(function* (
  { space, login }: Viewer,
  query: Readonly<Record<string, string>>,
  { days, locale: ownLocale }: ListOptions
) {
  const decoded = decodeQuery(query)
  if (Result.isFailure(decoded))
    return toProblem({
      _tag: "MalformedRequest",
      detail: JsonIssues.inOneLine(decoded.failure, "the call")
    })
  const { limit = DEFAULT_LIMIT, before, state, orderId, q, format, locale = ownLocale } = decoded.success
  // A header's value has no blanks around it either.
  const key = decoded.success.idempotencyKey?.trim()
  const day = decoded.success.day === "today" ? days.dayOf(space.now()) : decoded.success.day
  const bounds = day === undefined ? undefined : days.boundsOf(day)
  if ((format === "csv" || format === "totals") && day === undefined) {
    return toProblem({ _tag: "MalformedRequest", detail: `format=${format} is about one day: expected day=YYYY-MM-DD` })
  }
  // A day's totals cover all of it.
  const most = format === undefined ? Math.min(limit, MAX_LIMIT) : format === "counts" ? COUNTED + 1 : undefined
  const filter: Filter = {
    isBrief: true,
    limit: most,
    // The same key of another login is another key.
    login: login.roles.has("read") && key === undefined ? undefined : login.username,
    before,
    state,
    orderId,
    idempotencyKey: key === undefined ? undefined : yield* Effect.promise(() => digest(key)),
    text: q === undefined || q === "" ? undefined : q.replace(/^(\d+),(\d*)$/, "$1.$2"),
    terminals: login.terminals,
    ...bounds
  }
  return yield* Effect.match(space.attempts.list(filter), {
    onFailure: unreadable,
    onSuccess: (list): Answer => {
      if (format === "counts") return ok(countsOf(list))
      if (format === "totals" && day !== undefined)
        return ok({ day, totals: dayTotals(list.toReversed()) } satisfies DayTotals)
      if (format === "csv") return csv(toCsv(list.toReversed(), { days, locale }), `attempts-${day}.csv`)
      // The link names the day, so that it means the same day whenever it is followed.
      const next = new URLSearchParams({ ...query, ...(day !== undefined && { day }), before: list.at(-1)?.id ?? "" })
      return ok({
        attempts: list.map(summary),
        ...(most === undefined || list.length < most ? {} : { next: `/attempts?${next}` })
      } satisfies AttemptList)
    }
  })
})

/** The most attempts that are counted. */
const COUNTED = 10_000

const countsOf = (list: ReadonlyArray<Attempt>): AttemptCounts => {
  const counts = { open: 0, approved: 0, "approved-in-part": 0, declined: 0, "not-started": 0, unknown: 0 }
  for (const { state } of list.slice(0, COUNTED)) counts[state]++
  return { counts, more: list.length > COUNTED }
}

/** Refuses unknown parameters: ignoring a misspelt one would return more than was asked for. */
const decodeQuery = Schema.decodeUnknownResult(AttemptQuery, { onExcessProperty: "error" })

/** One of a login's attempts. */
export const showAttempt = Effect.fnUntraced(function* (viewer: Viewer, id: string) {
  return yield* Effect.match(find(viewer, id), {
    onFailure: unreadable,
    onSuccess: (attempt) => (attempt === undefined ? notFound(id) : ok(detail(attempt, viewer.space)))
  })
})

type StreamOptions = Omit<EventStreamOptions, "begin">

/** Changes of a login's attempts: all from now on or, for a caller that has seen some, those after `last`. */
export const attemptEvents = Effect.fnUntraced(function* (
  viewer: Viewer,
  last: number | undefined,
  options: StreamOptions
) {
  let send: Send = () => {}
  const sendChange = ({ number, attempt }: Change) => {
    if (sees(viewer, attempt)) send({ event: "attempt", id: number, data: summaryJson(attempt) })
  }
  const followed = yield* Effect.result(
    viewer.space.feed.follow(last, {
      onChange: sendChange,
      onAlarm: (attempt, { at, ...alarm }) => {
        if (!sees(viewer, attempt)) return
        const { id, key } = attempt
        const data = { attempt: id, orderId: key.orderId, at: new Date(at).toISOString(), ...alarm }
        send({ event: "alarm", data: JSON.stringify(data) })
      }
    })
  )
  if (Result.isFailure(followed)) return unreadable(followed.failure)
  const { last: newest, missed, start, stop } = followed.success
  let isOver = false
  return eventStream({
    ...options,
    closing: AbortSignal.any([options.closing, viewer.space.ended]),
    begin: (sendEvent) => {
      send = sendEvent
      const data = JSON.stringify({ last: newest })
      send({ event: "hello", data, ...(last === undefined ? { id: newest } : {}) })
      if (missed === undefined) send({ event: "lost", id: newest, data: "{}" })
      return () => {
        isOver = true
        stop()
      }
    },
    catchUp: async () => {
      for await (const change of missed ?? []) {
        if (isOver) return
        sendChange(change)
      }
      start()
    }
  })
})

type Send = Parameters<EventStreamOptions["begin"]>[0]

/** Built once for all watchers: each of hundreds may ask for thousands of changes. */
const summaryJson = (attempt: Attempt): string => {
  const json = summaries.get(attempt) ?? JSON.stringify(summary(attempt))
  summaries.set(attempt, json)
  return json
}

const summaries = new WeakMap<Attempt, string>()

const entryEvent = (data: ReturnType<typeof entry>) => ({ event: "entry", data: JSON.stringify(data) })

/** The events of one attempt, from its beginning to its end. */
export const oneAttemptEvents = Effect.fnUntraced(function* (viewer: Viewer, id: string, options: StreamOptions) {
  const { space } = viewer
  let send: Send = () => {}
  let finish = (_: Attempt) => {}
  /** Events held back until the timeline is sent are already in it. */
  let isShown = true
  /** How many of the terminal's events were sent. */
  let sent = 0
  const followed = yield* Effect.result(
    space.feed.follow(undefined, {
      attempt: id,
      onEvent: (changed, event) => {
        if (isShown) return
        sent++
        send(entryEvent(entry(changed, event, space)))
      },
      onAlarm: (_, alarm) => send(entryEvent(alarmEntry(alarm))),
      onChange: ({ attempt: changed }) => {
        if (changed.state === "open") return
        // Events of another process are known only from the attempt's end.
        for (const event of happened(changed).slice(sent)) send(entryEvent(entry(changed, event, space)))
        for (const each of evidenceShown(changed, space.frames)) send(entryEvent(each))
        finish(changed)
      }
    })
  )
  if (Result.isFailure(followed)) return unreadable(followed.failure)
  const { start, stop } = followed.success
  const found = yield* Effect.result(find(viewer, id))
  if (Result.isFailure(found) || found.success === undefined) {
    stop()
    return Result.isFailure(found) ? unreadable(found.failure) : notFound(id)
  }
  const attempt = found.success
  return eventStream({
    ...options,
    closing: AbortSignal.any([options.closing, space.ended]),
    begin: (sendEvent, end) => {
      for (const each of detail(attempt, { ...space, followUps: undefined }).timeline) sendEvent(entryEvent(each))
      const finishWith = (ended: Attempt) => {
        sendEvent({ event: "end", data: summaryJson(ended) })
        end()
      }
      if (attempt.state === "open") {
        send = sendEvent
        finish = finishWith
        sent = happened(attempt).length
        start()
        isShown = false
      } else {
        finishWith(attempt)
      }
      return stop
    }
  })
})

/** The terminal's events; the answer to the caller is not sent. */
const happened = ({ events }: Attempt) => events.filter(({ kind }) => kind !== "answer")

/** Resolves an attempt with an unknown outcome. */
export const resolveAttempt = Effect.fnUntraced(function* (viewer: Viewer, id: string, json: unknown) {
  const decoded = decodeResolution(maskTexts(json))
  if (Result.isFailure(decoded))
    return toProblem({ _tag: "MalformedRequest", detail: JsonIssues.inOneLine(decoded.failure, "the call") })
  const known = yield* Effect.result(find(viewer, id))
  if (Result.isFailure(known))
    return known.failure.reason._tag === "Damaged"
      ? yield* resolveDamaged(viewer, id, decoded.success, known.failure)
      : unreadable(known.failure)
  if (known.success === undefined) return notFound(id)
  const { minorUnits, currency } = known.success.amount
  const problem = paidProblemText(decoded.success, minorUnits, currency, amountGiven(known.success))
  if (problem !== undefined) return wrongPaid(problem)
  const { over: _, ...said } = decoded.success
  return yield* Effect.match(viewer.space.attempts.resolve(id, { ...said, login: viewer.login.username }), {
    onFailure: (problem) => {
      switch (problem._tag) {
        case "AttemptStoreFailed":
          return toProblem({ _tag: "NotResolved", failed: problem })
        case "NotUnknown":
          return alreadyEnded(viewer, id, problem.attempt, said)
        default:
          return toProblem(problem, viewer.space.answerTo)
      }
    },
    onSuccess: (attempt) => ok(detail(attempt, viewer.space))
  })
})

/** Resolves an attempt with a damaged record: its amount and currency are unknown, and none is accepted. */
const resolveDamaged = Effect.fnUntraced(function* (
  { space, login }: Viewer,
  id: string,
  { over, ...said }: ResolveRequest,
  failure: StoreFailed
) {
  if (said.paid !== undefined || over !== undefined) return wrongPaid(DAMAGED_PAID_PROBLEM)
  const resolution = { ...said, login: login.username }
  // Its terminal cannot be read: a login limited to some terminals resolves only the attempts that it sent.
  const isForAll = login.roles.has("read") && login.terminals === undefined
  const own = isForAll ? undefined : login.username
  return yield* Effect.match(space.attempts.resolveDamaged(id, resolution, own), {
    onFailure: (problem) =>
      toProblem(problem._tag === "AnswerPending" ? problem : { _tag: "NotResolved", failed: problem }),
    onSuccess: (resolved) => {
      if (resolved === undefined) return unreadable(failure)
      const { key, state } = resolved
      const body: ResolvedDamaged = { id, ...key, state, damaged: true, resolution }
      return ok(body)
    }
  })
})

/** Asks the terminal of an attempt with an unknown outcome. */
export const askTerminal = Effect.fnUntraced(function* (viewer: Viewer, id: string) {
  const known = yield* Effect.result(find(viewer, id))
  if (Result.isFailure(known)) return unreadable(known.failure)
  if (known.success === undefined) return notFound(id)
  return yield* Effect.match(viewer.space.attempts.ask(id), {
    onFailure: (problem) => {
      switch (problem._tag) {
        case "AttemptStoreFailed":
          return toProblem({ _tag: "NotResolved", failed: problem })
        case "NotUnknown":
          return alreadyEnded(viewer, id, problem.attempt)
        case "NothingProved":
          return toProblem(problem)
      }
    },
    onSuccess: (attempt) => ok(detail(attempt, viewer.space))
  })
})

const decodeResolution = Schema.decodeUnknownResult(ResolveRequest, {
  errors: "all",
  onExcessProperty: "error",
  reportInput: true
})

const wrongPaid = (problem: string): Answer => toProblem({ _tag: "MalformedRequest", detail: `paid: ${problem}` })

const find = (viewer: Viewer, id: string) =>
  Effect.map(viewer.space.attempts.get(id), (attempt) =>
    attempt !== undefined && sees(viewer, attempt) ? attempt : undefined
  )

const unreadable = (failed: StoreFailed): Answer => toProblem({ _tag: "StoreUnreadable", failed })

const notFound = (id: string): Answer => toProblem({ _tag: "AttemptNotFound", id })

/** The attempt has ended, or is gone, before it could be resolved. */
const alreadyEnded = ({ space }: Viewer, id: string, attempt: Attempt | undefined, said?: ResolveRequest): Answer =>
  attempt === undefined ? notFound(id) : toProblem({ _tag: "AlreadyEnded", attempt, said }, space.answerTo)
