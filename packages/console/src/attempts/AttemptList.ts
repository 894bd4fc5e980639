/**
 * The list of attempts from pages and live changes: pure state, newest first, without duplicates.
 *
 * Changes that arrive while the first page is being fetched are applied after it, so that an older page never hides them.
 */
import type { AttemptList as AttemptPage, AttemptState, AttemptSummary } from "@hipay-pos/core/wire/Attempt"

/** Empty texts filter nothing. */
export interface Filter {
  readonly state: AttemptState | ""
  readonly text: string
}

export const unfiltered: Filter = { state: "", text: "" }

export interface AttemptList {
  readonly filter: Filter
  /** Newest first. */
  readonly attempts: ReadonlyArray<AttemptSummary>
  /** Path of the next page; absent when all are loaded. */
  readonly next?: string | undefined
  /** Whether the first page is being fetched. */
  readonly loading: boolean
  /** Changes that arrived meanwhile. */
  readonly waiting: ReadonlyArray<AttemptSummary>
}

/** A list whose first page is being fetched; the attempts of the same filter are kept meanwhile. */
export const loading = (filter: Filter, before?: AttemptList): AttemptList =>
  before?.filter === filter
    ? { ...before, loading: true, waiting: [] }
    : { filter, attempts: [], loading: true, waiting: [] }

/** The path of the first page of a filter. */
export const firstPage = ({ state, text }: Filter): string => {
  const query = new URLSearchParams({ limit: String(PAGE) })
  if (state !== "") query.set("state", state)
  if (text !== "") query.set("q", text)
  return `/attempts?${query}`
}

const PAGE = 200

/**
 * Replaces the list by its first page, then applies the changes that arrived meanwhile. Older attempts are kept where they
 * follow the page without a gap and can no longer have changed.
 */
export const withFirstPage = (list: AttemptList, page: AttemptPage): AttemptList => {
  const older = page.next === undefined ? [] : settledBehind(list.attempts, page.attempts.at(-1))
  const next = older.length > 0 ? list.next : page.next
  return list.waiting.reduce(withChange, {
    filter: list.filter,
    attempts: [...page.attempts, ...older],
    next,
    loading: false,
    waiting: []
  })
}

/** The attempts behind another, if the state of all of them is final. */
const settledBehind = (
  attempts: ReadonlyArray<AttemptSummary>,
  last: AttemptSummary | undefined
): ReadonlyArray<AttemptSummary> => {
  const index = attempts.findIndex(({ id }) => id === last?.id)
  const behind = index === -1 ? [] : attempts.slice(index + 1)
  return behind.some(({ state }) => state === "open" || state === "unknown") ? [] : behind
}

/** Appends a page. Attempts that are in the list already are newer. */
export const withNextPage = (list: AttemptList, asked: string, page: AttemptPage): AttemptList => {
  if (list.next !== asked) return list
  const known = new Set(list.attempts.map(({ id }) => id))
  const { next: _, ...rest } = list
  return {
    ...rest,
    attempts: [...list.attempts, ...page.attempts.filter(({ id }) => !known.has(id))],
    next: page.next
  }
}

/** Applies an opened or changed attempt. */
export const withChange = (list: AttemptList, changed: AttemptSummary): AttemptList => {
  if (list.loading) return { ...list, waiting: [...list.waiting, changed] }
  const index = list.attempts.findIndex(({ id }) => id === changed.id)
  if (!matches(list.filter, changed)) {
    return index === -1 ? list : { ...list, attempts: list.attempts.toSpliced(index, 1) }
  }
  if (index !== -1) return { ...list, attempts: list.attempts.with(index, changed) }
  const place = list.attempts.findIndex(({ openedAt }) => openedAt <= changed.openedAt)
  // Older than every loaded attempt while there are more pages: it comes with its page.
  if (place === -1 && list.next !== undefined) return list
  return { ...list, attempts: list.attempts.toSpliced(place === -1 ? list.attempts.length : place, 0, changed) }
}

/** Whether an attempt matches a filter, by the same rules as the server. */
export const matches = ({ state, text }: Filter, attempt: AttemptSummary): boolean =>
  (state === "" || attempt.state === state) &&
  (text === "" ||
    [attempt.orderId, attempt.terminal.name, attempt.login].some((each) =>
      each.toLowerCase().includes(text.toLowerCase())
    ))
