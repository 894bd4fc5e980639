/** The routes of attempts: list, detail, event streams, and resolving unknown ones. */

import type { BusinessDay } from "@hipay-pos/core/BusinessDay"
import * as CardNumber from "@hipay-pos/core/CardNumber"
import * as JsonIssues from "@hipay-pos/core/JsonIssues"
import * as Money from "@hipay-pos/core/Money"
import type { AttemptCounts } from "@hipay-pos/core/wire/Attempt"
import { AttemptQuery } from "@hipay-pos/core/wire/AttemptQuery"
import { ResolveRequest } from "@hipay-pos/core/wire/Resolution"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { Login } from "../http/Credentials.ts"
import { type EventStreamOptions, eventStream } from "../http/eventStream.ts"
import { maskTexts } from "../maskCardNumbers.ts"
import { type Answer, csv, ok } from "../render/Answer.ts"
import { toProblem } from "../render/problems.ts"
import type { Space } from "../Space.ts"
import type { Attempt } from "./Attempt.ts"
import type { Filter, StoreFailed } from "./AttemptStore.ts"
import { alarmEntry, detail, entry, evidenceShown, summary } from "./attemptView.ts"
import { toCsv } from "./csv.ts"
import { dayTotals } from "./dayTotals.ts"

/** A login in a space. Without the role `read` it sees its own attempts only. */
export interface Viewer {
  readonly space: Space
  readonly login: Login
}

const sees = ({ login }: Viewer, attempt: Attempt): boolean =>
  login.roles.has("read") || attempt.key.login === login.username

/** How many attempts a list shows, and at most. */
const LIMIT = 100
const MOST = 1_000

/** How a server lists. */
export interface ListOptions {
  /** What a day is. */
  readonly days: BusinessDay
  /** The language of spreadsheets; CSV is for programs without. */
  readonly locale: string | undefined
}

/** The newest attempts that match a query, and where the older ones are. */
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
  const { limit = LIMIT, before, state, q, format, locale = ownLocale } = decoded.success
  const day = decoded.success.day === "today" ? days.dayOf(space.now()) : decoded.success.day
  const bounds = day === undefined ? undefined : days.boundsOf(day)
  if ((format === "csv" || format === "totals") && day === undefined) {
    return toProblem({ _tag: "MalformedRequest", detail: `format=${format} is about one day: expected day=YYYY-MM-DD` })
  }
  // A day's totals are about all of it.
  const most = format === undefined ? Math.min(limit, MOST) : format === "counts" ? COUNTED + 1 : undefined
  const filter: Filter = {
    isBrief: true,
    limit: most,
    login: login.roles.has("read") ? undefined : login.username,
    before,
    state,
    text: q === undefined || q === "" ? undefined : q.replace(/^(\d+),(\d*)$/, "$1.$2"),
    ...bounds
  }
  return yield* Effect.match(space.attempts.list(filter), {
    onFailure: unreadable,
    onSuccess: (list): Answer => {
      if (format === "counts") return ok(countsOf(list))
      if (format === "totals") return ok({ day, totals: dayTotals(list.toReversed()) })
      if (format === "csv") return csv(toCsv(list.toReversed(), { days, locale }), `attempts-${day}.csv`)
      const next = new URLSearchParams({ ...query, before: list.at(-1)?.id ?? "" })
      return ok({
        attempts: list.map(summary),
        ...(most === undefined || list.length < most ? {} : { next: `/attempts?${next}` })
      })
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

const decodeQuery = Schema.decodeUnknownResult(AttemptQuery)

/** One attempt of a login. */
export const showAttempt = Effect.fnUntraced(function* (viewer: Viewer, id: string) {
  return yield* Effect.match(find(viewer, id), {
    onFailure: unreadable,
    onSuccess: (attempt) => (attempt === undefined ? notFound(id) : ok(detail(attempt, viewer.space)))
  })
})

type StreamOptions = Omit<EventStreamOptions, "begin">

/** Changes of a login's attempts, from the one behind `last` on, where the caller saw some before. */
export const attemptEvents = (viewer: Viewer, last: number | undefined, options: StreamOptions) => {
  const { feed } = viewer.space
  return eventStream({
    ...options,
    closing: AbortSignal.any([options.closing, viewer.space.ended]),
    begin: (send) => {
      const missed = last === undefined ? [] : feed.since(last)
      send({ event: "hello", data: { last: feed.last() }, ...(last === undefined ? { id: feed.last() } : {}) })
      if (missed === undefined) send({ event: "lost", id: feed.last(), data: {} })
      const sendChange = ({ number, attempt }: { readonly number: number; readonly attempt: Attempt }) => {
        if (sees(viewer, attempt)) send({ event: "attempt", id: number, data: summary(attempt) })
      }
      missed?.forEach(sendChange)
      return feed.watch({
        onChange: sendChange,
        onAlarm: (attempt, { at, ...alarm }) => {
          if (!sees(viewer, attempt)) return
          const { id, key } = attempt
          send({
            event: "alarm",
            data: { attempt: id, orderId: key.orderId, at: new Date(at).toISOString(), ...alarm }
          })
        }
      })
    }
  })
}

/** What happens to one attempt, from its beginning to its end. */
export const oneAttemptEvents = Effect.fnUntraced(function* (viewer: Viewer, id: string, options: StreamOptions) {
  const found = yield* Effect.result(find(viewer, id))
  if (Result.isFailure(found)) return unreadable(found.failure)
  const attempt = found.success
  if (attempt === undefined) return notFound(id)
  return eventStream({
    ...options,
    closing: AbortSignal.any([options.closing, viewer.space.ended]),
    begin: (send, end) => {
      for (const each of detail(attempt, { ...viewer.space, followUps: undefined }).timeline)
        send({ event: "entry", data: each })
      const finish = (ended: Attempt) => {
        send({ event: "end", data: summary(ended) })
        end()
      }
      if (attempt.state !== "open") {
        finish(attempt)
        return () => {}
      }
      return viewer.space.feed.watch({
        onEvent: (changed, event) => {
          if (changed.id === id) send({ event: "entry", data: entry(changed, event, viewer.space) })
        },
        onAlarm: (changed, alarm) => {
          if (changed.id === id) send({ event: "entry", data: alarmEntry(alarm) })
        },
        onChange: ({ attempt: changed }) => {
          if (changed.id !== id || changed.state === "open") return
          for (const each of evidenceShown(changed, viewer.space.frames)) send({ event: "entry", data: each })
          finish(changed)
        }
      })
    }
  })
})

/** Resolves an attempt whose outcome is unknown. */
export const resolveAttempt = Effect.fnUntraced(function* (viewer: Viewer, id: string, json: unknown) {
  const decoded = decodeResolution(maskTexts(json))
  if (Result.isFailure(decoded))
    return toProblem({ _tag: "MalformedRequest", detail: JsonIssues.inOneLine(decoded.failure, "the call") })
  const known = yield* Effect.result(find(viewer, id))
  if (Result.isFailure(known)) return unreadable(known.failure)
  if (known.success === undefined) return notFound(id)
  const amount = amountProblem(decoded.success, known.success.amount)
  if (amount !== undefined) return toProblem({ _tag: "MalformedRequest", detail: amount })
  const { over: _, ...said } = decoded.success
  return yield* Effect.match(viewer.space.attempts.resolve(id, { ...said, login: viewer.login.username }), {
    onFailure: (problem) => {
      switch (problem._tag) {
        case "AttemptStoreFailed":
          return toProblem({ _tag: "NotResolved", detail: problem.detail })
        case "NotUnknown":
          return toProblem({ _tag: "AlreadyEnded", attempt: problem.attempt, said }, viewer.space.answerTo)
        default:
          return toProblem(problem, viewer.space.answerTo)
      }
    },
    onSuccess: (attempt) => ok(detail(attempt, viewer.space))
  })
})

/** Asks the terminal of an attempt whose outcome is unknown. */
export const askTerminal = Effect.fnUntraced(function* (viewer: Viewer, id: string) {
  const known = yield* Effect.result(find(viewer, id))
  if (Result.isFailure(known)) return unreadable(known.failure)
  if (known.success === undefined) return notFound(id)
  return yield* Effect.match(viewer.space.attempts.ask(id), {
    onFailure: (problem) => {
      switch (problem._tag) {
        case "AttemptStoreFailed":
          return toProblem({ _tag: "NotResolved", detail: problem.detail })
        case "NotUnknown":
          return toProblem({ _tag: "AlreadyEnded", attempt: problem.attempt }, viewer.space.answerTo)
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

/** What is wrong with the amount that a person says was paid of what was asked for. */
const amountProblem = ({ outcome, paid, over }: ResolveRequest, asked: Money.Money): string | undefined => {
  if (paid === undefined) {
    return over === true ? 'paid: expected the amount that was paid with "over": true, got nothing' : undefined
  }
  if (outcome !== "approved") {
    return `paid: expected only with "outcome": "approved", got ${paid} with "${outcome}"`
  }
  if (paid > asked.minorUnits && over !== true) {
    const show = (minorUnits: number) => Money.toText({ ...asked, minorUnits: minorUnits as Money.SignedMinorUnits })
    return `paid: ${show(paid)} (${paid} minor units) is more than the order's ${show(asked.minorUnits)} (${asked.minorUnits} minor units): if that is what was paid, send "over": true as well`
  }
  return undefined
}

const find = (viewer: Viewer, id: string) =>
  Effect.map(viewer.space.attempts.get(id), (attempt) =>
    attempt !== undefined && sees(viewer, attempt) ? attempt : undefined
  )

const unreadable = ({ detail }: StoreFailed): Answer => toProblem({ _tag: "StoreUnreadable", detail })

const notFound = (id: string): Answer =>
  toProblem({ _tag: "NotFound", path: `/attempts/${CardNumber.maskWritten(id).slice(0, 40)}` })
