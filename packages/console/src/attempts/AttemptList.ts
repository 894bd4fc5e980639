/**
 * The list of attempts from pages and live changes: pure state, newest first, without duplicates.
 *
 * Changes that arrive while the first page is being fetched are applied after it, so that an older page never hides them.
 */
import type { AttemptList as AttemptPage, AttemptState, AttemptSummary } from "@hipay-pos/core/wire/Attempt"
import { isUndecided } from "@hipay-pos/core/wire/AttemptState"
import { dayKey, toDecimal } from "../text/format.ts"

/** Empty texts filter nothing. */
export interface Filter {
  readonly state: AttemptState | ""
  readonly text: string
  /** A day of the shop, `YYYY-MM-DD`. */
  readonly day: string
}

export const unfiltered: Filter = { state: "", text: "", day: "" }

export const isFiltered = ({ state, text, day }: Filter): boolean => `${state}${text}${day}` !== ""

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

/** A list whose first page is being fetched. */
export const loading = (filter: Filter): AttemptList => ({ filter, attempts: [], loading: true, waiting: [] })

/** A list whose first page is being fetched again; its attempts are kept meanwhile. */
export const reloading = (list: AttemptList): AttemptList => ({ ...list, loading: true, waiting: [] })

/** The path of the first page of a filter, or of another form of it. */
export const pathOf = ({ state, text, day }: Filter, more: Readonly<Record<string, string>>): string => {
  const query = new URLSearchParams(more)
  if (state !== "") query.set("state", state)
  if (text !== "") query.set("q", searchedText(text))
  if (day !== "") query.set("day", day)
  return `/attempts?${query}`
}

export const firstPage = (filter: Filter): string => pathOf(filter, { limit: String(PAGE) })

const PAGE = 200

/**
 * Replaces the list by its first page, then applies the changes that arrived meanwhile. Keeps older attempts if they follow the
 * page without a gap and cannot have changed.
 */
export const withFirstPage = (list: AttemptList, page: Pick<AttemptList, "attempts" | "next">): AttemptList => {
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

/** The attempts after another one, if all their states are final. */
const settledBehind = (
  attempts: ReadonlyArray<AttemptSummary>,
  last: AttemptSummary | undefined
): ReadonlyArray<AttemptSummary> => {
  const index = attempts.findIndex(({ id }) => id === last?.id)
  const behind = index === -1 ? [] : attempts.slice(index + 1)
  return behind.some(isUndecided) ? [] : behind
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
  const attempts = changedIn(list.attempts, changed, matches(list.filter, changed), list.next === undefined)
  return attempts === list.attempts ? list : { ...list, attempts }
}

/** Attempts, newest first, with one that was opened or changed; `isWhole`: all are loaded. */
const changedIn = (
  attempts: ReadonlyArray<AttemptSummary>,
  changed: AttemptSummary,
  belongs: boolean,
  isWhole: boolean
): ReadonlyArray<AttemptSummary> => {
  const index = attempts.findIndex(({ id }) => id === changed.id)
  if (!belongs) return index === -1 ? attempts : attempts.toSpliced(index, 1)
  if (index !== -1) return attempts.with(index, changed)
  const place = attempts.findIndex(({ openedAt }) => openedAt <= changed.openedAt)
  // Older than every loaded attempt while there are more pages: it comes with its page.
  if (place === -1 && !isWhole) return attempts
  return attempts.toSpliced(place === -1 ? attempts.length : place, 0, changed)
}

/** Whether an attempt matches a filter, by the same rules as the server. */
export const matches = ({ state, text, day }: Filter, attempt: AttemptSummary): boolean =>
  (state === "" || attempt.state === state) &&
  (day === "" || dayKey(attempt.openedAt) === day) &&
  (text === "" || wordsIn(attempt).some((each) => each.toLowerCase().includes(searchedText(text).toLowerCase())))

/** Converts an amount as the pages write it, `€8,114.59`, to the decimal to search for; any other text stays as it is. */
const searchedText = (text: string): string => {
  const bare = text.replace(/^[\p{Sc}\s]+|[\p{Sc}\s]+$/gu, "")
  const plain = /^(\d+)(?:[.,](\d*))?$/.exec(bare)
  const grouped = /^(\d{1,3}([\s.,])\d{3}(?:\2\d{3})*)(?:(?!\2)[.,](\d*))?$/.exec(bare)
  const hasSign = /\p{Sc}/u.test(text)
  // A single mark before three digits may also be the decimal mark.
  if (grouped !== null && (hasSign || grouped[3] !== undefined || /\s/.test(grouped[2] ?? ""))) {
    return decimalOf((grouped[1] ?? "").replace(/\D/g, ""), grouped[3])
  }
  return plain === null ? text : decimalOf(plain[1] ?? "", plain[2])
}

const decimalOf = (whole: string, decimals: string | undefined): string =>
  decimals === undefined ? whole : `${whole}.${decimals}`

const wordsIn = ({
  id,
  orderId,
  terminal,
  login,
  amount,
  paid,
  currency,
  card,
  error
}: AttemptSummary): ReadonlyArray<string> => {
  const charged = paid === undefined ? error?.evidence?.amount : { minorUnits: paid, currency }
  return [
    orderId,
    terminal.name,
    login,
    id,
    toDecimal(amount, currency),
    charged === undefined ? "" : toDecimal(charged.minorUnits, charged.currency),
    card?.authorizationNumber ?? "",
    card?.pan?.slice(-4) ?? ""
  ]
}
