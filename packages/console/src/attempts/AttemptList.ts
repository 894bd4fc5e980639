/**
 * The list of attempts as pages and live changes make it: a pure state, newest first, without doubles.
 *
 * Changes that come while a page is on its way wait until it is in, so that an older page never covers a newer change.
 */
import type { AttemptPage, AttemptState, Summary } from "../server/model.ts"

/** What the list is narrowed to. Empty: everything. */
export interface Filter {
  readonly state: AttemptState | ""
  readonly text: string
}

export const everything: Filter = { state: "", text: "" }

export interface AttemptList {
  readonly filter: Filter
  /** Newest first. */
  readonly attempts: ReadonlyArray<Summary>
  /** Path of the next page; absent when all are here. */
  readonly next?: string
  /** The first page is not in yet. */
  readonly loading: boolean
  /** Changes that came meanwhile. */
  readonly waiting: ReadonlyArray<Summary>
}

/** A list whose first page is on its way; what the same filter showed before stays meanwhile. */
export const loading = (filter: Filter, before?: AttemptList): AttemptList =>
  before?.filter === filter
    ? { ...before, loading: true, waiting: [] }
    : { filter, attempts: [], loading: true, waiting: [] }

/** The path of a filter's first page. */
export const firstPage = ({ state, text }: Filter): string => {
  const query = new URLSearchParams({ limit: String(PAGE) })
  if (state !== "") query.set("state", state)
  if (text !== "") query.set("q", text)
  return `/attempts?${query}`
}

const PAGE = 200

/**
 * With the first page in: it replaces what was shown, and what came meanwhile goes on top of it. Older attempts that
 * were here stay where they join the page without a gap and can have changed no more.
 */
export const withFirstPage = (list: AttemptList, page: AttemptPage): AttemptList => {
  const older = page.next === undefined ? [] : settledBehind(list.attempts, page.attempts.at(-1))
  const next = older.length > 0 ? list.next : page.next
  return list.waiting.reduce(withChange, {
    filter: list.filter,
    attempts: [...page.attempts, ...older],
    ...(next === undefined ? {} : { next }),
    loading: false,
    waiting: []
  })
}

/** What stood behind an attempt, if all of it has come to an end that stays. */
const settledBehind = (attempts: ReadonlyArray<Summary>, last: Summary | undefined): ReadonlyArray<Summary> => {
  const index = attempts.findIndex(({ id }) => id === last?.id)
  const behind = index === -1 ? [] : attempts.slice(index + 1)
  return behind.some(({ state }) => state === "open" || state === "unknown") ? [] : behind
}

/** With a further page behind. What is already here is newer. */
export const withNextPage = (list: AttemptList, asked: string, page: AttemptPage): AttemptList => {
  if (list.next !== asked) return list
  const known = new Set(list.attempts.map(({ id }) => id))
  const { next: _, ...rest } = list
  return {
    ...rest,
    attempts: [...list.attempts, ...page.attempts.filter(({ id }) => !known.has(id))],
    ...(page.next === undefined ? {} : { next: page.next })
  }
}

/** With an attempt opened or changed. */
export const withChange = (list: AttemptList, changed: Summary): AttemptList => {
  if (list.loading) return { ...list, waiting: [...list.waiting, changed] }
  const index = list.attempts.findIndex(({ id }) => id === changed.id)
  if (!matches(list.filter, changed)) {
    return index === -1 ? list : { ...list, attempts: list.attempts.toSpliced(index, 1) }
  }
  if (index !== -1) return { ...list, attempts: list.attempts.with(index, changed) }
  const place = list.attempts.findIndex(({ openedAt }) => openedAt <= changed.openedAt)
  // Older than all that is here, and more pages to come: it will come with its page.
  if (place === -1 && list.next !== undefined) return list
  return { ...list, attempts: list.attempts.toSpliced(place === -1 ? list.attempts.length : place, 0, changed) }
}

/** Whether an attempt belongs into a filtered list, as the server would say. */
export const matches = ({ state, text }: Filter, attempt: Summary): boolean =>
  (state === "" || attempt.state === state) &&
  (text === "" ||
    [attempt.orderId, attempt.terminal.name, attempt.login].some((each) =>
      each.toLowerCase().includes(text.toLowerCase())
    ))
