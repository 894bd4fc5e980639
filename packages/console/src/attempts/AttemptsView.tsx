/** The live list of payments, newest first, and beside it, if there is room, the selected one or the start panel. */
import type { AttemptState } from "@hipay-pos/core/wire/Attempt"
import { useMemo, useRef } from "hono/jsx/dom"
import { Download, Plus, Search } from "lucide"
import { useAppContext, useFormat } from "../shell/context.ts"
import { useEffect, useStore } from "../shell/hooks.ts"
import { Icon } from "../shell/Icon.tsx"
import { inputValue } from "../shell/input.ts"
import { lazy } from "../shell/lazy.tsx"
import { ProblemNote } from "../shell/ProblemNote.tsx"
import { type Route, replaceRoute, toHash } from "../shell/route.ts"
import { showToast } from "../shell/toast.tsx"
import { isDay } from "../text/format.ts"
import type { AttemptFeed } from "./AttemptFeed.ts"
import { type Filter, isFiltered } from "./AttemptList.ts"
import { AttemptRow } from "./AttemptRow.tsx"
import { AttemptRows } from "./AttemptRows.tsx"
import { ConnectionMark } from "./ConnectionMark.tsx"
import { attemptStates } from "./StateMark.tsx"
import { useListKeys } from "./useListKeys.ts"

const AttemptView = lazy(async () => (await import("../attempt/AttemptView.tsx")).AttemptView)
const NewPayment = lazy(async () => (await import("../start/NewPayment.tsx")).NewPayment)

/** The filter in the address. */
export const filterOf = (query: Readonly<Record<string, string>> = {}): Filter => ({
  state: attemptStates.find((each) => each === query.state) ?? "",
  text: query.q ?? "",
  day: isDay(query.day ?? "") ? (query.day ?? "") : ""
})

const queryOf = ({ state, text, day }: Filter): Readonly<Record<string, string>> => ({ state, q: text, day })

interface Props {
  readonly feed: AttemptFeed
  readonly route: Route
}

export const AttemptsView = ({ feed, route }: Props) => {
  const { words } = useAppContext()
  const { list } = useStore(feed.watch, feed.state)
  const picked = route.place === "attempts" ? route.name : undefined
  const filter = filterOf(route.query)
  useEffect(() => feed.filter(filter), [feed, filter.state, filter.text, filter.day])
  useListKeys(list.attempts, picked, queryOf(filter))
  const isNew = route.place === "new"
  const isEmpty = !list.loading && list.attempts.length === 0 && !isFiltered(filter) && picked === undefined
  return (
    <div class={`attempts ${picked === undefined && !isNew ? "" : "has-picked"} ${isEmpty ? "is-empty" : ""}`}>
      <section class="list-pane" aria-label={words.places.attempts}>
        <List feed={feed} picked={picked} filter={filter} />
      </section>
      <section class="detail-pane" aria-label={picked === undefined ? words.start.title : words.attempt.timeline}>
        {picked === undefined ? (
          <NewPayment isFirst={isEmpty} />
        ) : (
          <AttemptView key={picked} id={picked} feed={feed} query={queryOf(filter)} />
        )}
      </section>
    </div>
  )
}

interface ListProps {
  readonly feed: AttemptFeed
  readonly picked: string | undefined
  readonly filter: Filter
}

/** How many unknown payments are pinned; a link leads to the others. */
const PINNED = 3

const List = ({ feed, picked, filter }: ListProps) => {
  const { words, server, language } = useAppContext()
  const { count, longDay } = useFormat()
  const { list, unknown, unknownCount, counts, connection, problem } = useStore(feed.watch, feed.state)
  const narrow = (change: Partial<Filter>) =>
    replaceRoute({
      place: "attempts",
      ...(picked === undefined ? {} : { name: picked }),
      query: queryOf({ ...filter, ...change })
    })
  const filtered = isFiltered(filter)
  // Memoized by filter, so that unchanged rows are not rendered again.
  const query = useMemo(() => queryOf(filter), [filter.state, filter.text, filter.day])
  const total = counts && Object.values(counts.counts).reduce((sum, each) => sum + each, 0)
  const numberOf = (state: AttemptState | "") => {
    const number = state === "" ? total : counts?.counts[state]
    return number === undefined ? "" : `${count(number)}${counts?.more ? "+" : ""}`
  }
  const exportShown = async () => {
    showToast({ text: await exportAll(server, filter, words, language) })
  }
  return (
    <>
      <div class="toolbar">
        <h1>{words.places.attempts}</h1>
        <ConnectionMark connection={connection} />
        <span class="toolbar-end">
          <button
            type="button"
            class="button quiet icon-only"
            title={words.attempts.export}
            aria-label={words.attempts.export}
            onClick={exportShown}
          >
            <Icon of={Download} />
          </button>
          <a class="button" href={toHash({ place: "new" })} aria-label={words.start.action}>
            <Icon of={Plus} />
            <span>{words.start.action}</span>
          </a>
        </span>
      </div>
      <SearchBox initial={filter.text} onSearch={(text) => narrow({ text })} />
      <fieldset class="chips">
        <legend class="visually-hidden">{words.attempts.state}</legend>
        {(["", ...attemptStates] as const).map((state) =>
          state !== "" && state !== filter.state && counts !== undefined && counts.counts[state] === 0 ? null : (
            <label key={state || "all"} class={`chip ${state === "" ? "" : `state-${state}`}`}>
              <input
                type="radio"
                name="state"
                value={state}
                checked={filter.state === state}
                onChange={() => narrow({ state })}
              />
              <span>
                {state === "" ? words.attempts.all : words.states[state]} <b>{numberOf(state)}</b>
              </span>
            </label>
          )
        )}
        {filter.day === "" ? null : (
          <button type="button" class="chip day-chip" onClick={() => narrow({ day: "" })}>
            <span>
              {longDay(filter.day)} ✕<span class="visually-hidden"> {words.attempts.clear}</span>
            </span>
          </button>
        )}
      </fieldset>
      {problem ? <ProblemNote problem={problem} onRetry={feed.reload} /> : null}
      {!filtered && unknownCount > 0 ? (
        <div class="pinned">
          <h2>
            {words.attempts.pinned} <b>{count(unknownCount)}</b>
          </h2>
          <ul>
            {unknown.attempts.slice(0, PINNED).map((attempt) => (
              <AttemptRow key={attempt.id} attempt={attempt} picked={attempt.id === picked} dated query={query} />
            ))}
          </ul>
          {unknownCount > PINNED ? (
            <a href={toHash({ place: "attempts", query: { state: "unknown" } })}>
              {words.attempts.allUnknown(count(unknownCount))}
            </a>
          ) : null}
        </div>
      ) : null}
      {list.attempts.length > 0 ? (
        <AttemptRows feed={feed} attempts={list.attempts} picked={picked} query={query} />
      ) : list.loading ? (
        <p class="hint centred">{words.loading} …</p>
      ) : filtered ? (
        <div class="empty">
          <p>{words.attempts.nothing}</p>
          <button type="button" class="button" onClick={() => narrow({ state: "", text: "", day: "" })}>
            {words.attempts.clear}
          </button>
        </div>
      ) : (
        <div class="empty">
          <p>{words.attempts.empty}</p>
          <p class="hint">{words.attempts.emptyHint}</p>
        </div>
      )}
      <p class="footnote" role={filtered ? "status" : undefined}>
        {list.attempts.length > 0 ? words.attempts.shown(count(list.attempts.length), list.next !== undefined) : ""}
      </p>
    </>
  )
}

const exportAll = async (...values: Parameters<typeof import("./exportCsv.ts").exportAttempts>) =>
  (await import("./exportCsv.ts")).exportAttempts(...values)

/** Debounces typing before it searches. */
const SearchBox = ({ initial, onSearch }: { readonly initial: string; readonly onSearch: (text: string) => void }) => {
  const { words } = useAppContext()
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  const input = useRef<HTMLInputElement>(null)
  /** The latest one: a payment may have been opened since the last key. */
  const search = useRef(onSearch)
  search.current = onSearch
  useEffect(() => () => clearTimeout(timer.current ?? undefined), [])
  // Never overwrites typed text: the box follows the address only while it is not being edited.
  useEffect(() => {
    if (input.current && document.activeElement !== input.current) input.current.value = initial
  }, [initial])
  return (
    <label class="search">
      <span class="visually-hidden">{words.attempts.search}</span>
      <Icon of={Search} />
      <input
        type="search"
        id="search"
        ref={input}
        placeholder={words.attempts.searchHint}
        onInput={(event: InputEvent) => {
          const text = inputValue(event).trim()
          clearTimeout(timer.current ?? undefined)
          timer.current = setTimeout(() => search.current?.(text), 200)
        }}
      />
      <kbd>/</kbd>
    </label>
  )
}
