/** The live list of attempts, newest first, and beside it, where there is room, the selected one. */

import type { AttemptState } from "@hipay-pos/core/wire/Attempt"
import { useRef, useState } from "hono/jsx/dom"
import { AttemptView } from "../attempt/AttemptView.tsx"
import { useAppContext, useFormat } from "../shell/context.ts"
import { useEffect, useStore } from "../shell/hooks.ts"
import { ProblemNote } from "../shell/ProblemNote.tsx"
import { type AttemptFeed, makeAttemptFeed } from "./AttemptFeed.ts"
import { unfiltered } from "./AttemptList.ts"
import { AttemptRows } from "./AttemptRows.tsx"
import { ConnectionMark } from "./ConnectionMark.tsx"
import { attemptStates } from "./StateMark.tsx"

export const AttemptsView = ({ picked }: { readonly picked: string | undefined }) => {
  const { words } = useAppContext()
  const feed = useAttemptFeed()
  return (
    <div class={`attempts ${picked === undefined ? "" : "has-picked"}`}>
      <section class="list-pane" aria-label={words.places.attempts}>
        {feed ? <List feed={feed} picked={picked} /> : null}
      </section>
      <section class="detail-pane" aria-label={words.attempt.timeline}>
        {picked === undefined ? (
          <p class="hint centred">{words.attempts.pick}</p>
        ) : feed ? (
          <AttemptView key={picked} id={picked} feed={feed} />
        ) : null}
      </section>
    </div>
  )
}

/** The feed of a server while the list is mounted. */
const useAttemptFeed = (): AttemptFeed | undefined => {
  const { server } = useAppContext()
  const [feed, setFeed] = useState<AttemptFeed | undefined>(undefined)
  useEffect(() => {
    const made = makeAttemptFeed(server)
    setFeed(made)
    return made.close
  }, [server])
  return feed
}

const List = ({ feed, picked }: { readonly feed: AttemptFeed; readonly picked: string | undefined }) => {
  const { words } = useAppContext()
  const { count } = useFormat()
  const { list, connection, problem } = useStore(feed.watch, feed.state)
  const setFilter = (change: { readonly state?: AttemptState | ""; readonly text?: string }) =>
    feed.filter({ ...list.filter, ...change })
  const filtered = list.filter.state !== "" || list.filter.text !== ""
  return (
    <>
      <div class="toolbar">
        <h1>{words.places.attempts}</h1>
        <ConnectionMark connection={connection} />
        <SearchBox initial={list.filter.text} onSearch={(text) => setFilter({ text })} />
      </div>
      <fieldset class="chips">
        <legend class="visually-hidden">{words.attempts.state}</legend>
        {(["", ...attemptStates] as const).map((state) => (
          <label key={state || "all"} class={`chip ${state === "" ? "" : `state-${state}`}`}>
            <input
              type="radio"
              name="state"
              value={state}
              checked={list.filter.state === state}
              onChange={() => setFilter({ state })}
            />
            <span>{state === "" ? words.attempts.all : words.states[state]}</span>
          </label>
        ))}
      </fieldset>
      {problem ? <ProblemNote problem={problem} onRetry={() => setFilter({})} /> : null}
      {list.attempts.length > 0 ? (
        <AttemptRows feed={feed} attempts={list.attempts} picked={picked} />
      ) : list.loading ? (
        <p class="hint centred">{words.loading} …</p>
      ) : filtered ? (
        <div class="empty">
          <p>{words.attempts.nothing}</p>
          <button type="button" class="button" onClick={() => feed.filter(unfiltered)}>
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

/** Debounces typing before it searches. */
const SearchBox = ({ initial, onSearch }: { readonly initial: string; readonly onSearch: (text: string) => void }) => {
  const { words } = useAppContext()
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  const input = useRef<HTMLInputElement>(null)
  // Typed text is never overwritten; the box is emptied only when the filter was cleared.
  useEffect(() => {
    if (input.current && initial === "" && document.activeElement !== input.current) input.current.value = ""
  }, [initial])
  return (
    <label class="search">
      <span class="visually-hidden">{words.attempts.search}</span>
      <input
        type="search"
        ref={input}
        placeholder={words.attempts.searchHint}
        onInput={(event: InputEvent) => {
          const text = (event.target as HTMLInputElement).value.trim()
          clearTimeout(timer.current ?? undefined)
          timer.current = setTimeout(() => onSearch(text), 200)
        }}
      />
    </label>
  )
}
