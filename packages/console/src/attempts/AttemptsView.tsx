/** Attempts, newest first, as they happen; beside them, where there is room, the one that was picked. */
import { useCallback, useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore } from "hono/jsx/dom"
import { AttemptView } from "../attempt/AttemptView.tsx"
import { type AttemptState, attemptStates, type Summary } from "../server/model.ts"
import { useDesk, useFormat } from "../shell/context.ts"
import { ProblemNote } from "../shell/ProblemNote.tsx"
import { toHash } from "../shell/route.ts"
import { type AttemptFeed, makeAttemptFeed } from "./AttemptFeed.ts"
import { everything } from "./AttemptList.ts"
import { LinkMark } from "./LinkMark.tsx"
import { StateMark } from "./StateMark.tsx"
import { firstVisible, keptInPlace, nearEnd, windowOf } from "./windowing.ts"

export const AttemptsView = ({ picked }: { readonly picked: string | undefined }) => {
  const { words } = useDesk()
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

/** The feed of a server, as long as the list is looked at. */
const useAttemptFeed = (): AttemptFeed | undefined => {
  const { server } = useDesk()
  const [feed, setFeed] = useState<AttemptFeed | undefined>(undefined)
  useEffect(() => {
    const made = makeAttemptFeed(server)
    setFeed(made)
    return made.close
  }, [server])
  return feed
}

const List = ({ feed, picked }: { readonly feed: AttemptFeed; readonly picked: string | undefined }) => {
  const { words } = useDesk()
  const { count } = useFormat()
  const { list, link, problem } = useSyncExternalStore(feed.watch, feed.state)
  const narrow = (change: { readonly state?: AttemptState | ""; readonly text?: string }) =>
    feed.filter({ ...list.filter, ...change })
  const filtered = list.filter.state !== "" || list.filter.text !== ""
  return (
    <>
      <div class="toolbar">
        <h1>{words.places.attempts}</h1>
        <LinkMark link={link} />
        <SearchBox initial={list.filter.text} onSearch={(text) => narrow({ text })} />
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
              onChange={() => narrow({ state })}
            />
            <span>{state === "" ? words.attempts.all : words.states[state]}</span>
          </label>
        ))}
      </fieldset>
      {problem && !list.attempts.length ? <ProblemNote problem={problem} onRetry={() => narrow({})} /> : null}
      {list.attempts.length > 0 ? (
        <Rows feed={feed} attempts={list.attempts} picked={picked} />
      ) : list.loading ? (
        <p class="hint centred">{words.loading} …</p>
      ) : filtered ? (
        <div class="empty">
          <p>{words.attempts.nothing}</p>
          <button type="button" class="button" onClick={() => feed.filter(everything)}>
            {words.attempts.clear}
          </button>
        </div>
      ) : (
        <div class="empty">
          <p>{words.attempts.empty}</p>
          <p class="hint">{words.attempts.emptyHint}</p>
        </div>
      )}
      <div class="footnote">
        <p role={filtered ? "status" : undefined}>
          {list.attempts.length > 0 ? words.attempts.shown(count(list.attempts.length), list.next !== undefined) : ""}
        </p>
        <DayFile />
      </div>
    </>
  )
}

/** The day so far, with its totals, as a file for a spreadsheet. */
const DayFile = () => {
  const { words, server } = useDesk()
  const query = new URLSearchParams({ day: new Date().toISOString().slice(0, 10), format: "csv" })
  if (server.space !== "") query.set("space", server.space)
  return (
    <a href={`/attempts?${query}`} download>
      {words.attempts.dayFile}
    </a>
  )
}

/** Waits for a pause in typing before it searches. */
const SearchBox = ({ initial, onSearch }: { readonly initial: string; readonly onSearch: (text: string) => void }) => {
  const { words } = useDesk()
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  return (
    <label class="search">
      <span class="visually-hidden">{words.attempts.search}</span>
      <input
        type="search"
        value={initial}
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

interface RowsProps {
  readonly feed: AttemptFeed
  readonly attempts: ReadonlyArray<Summary>
  readonly picked: string | undefined
}

/** Draws only what can be seen of the rows. */
const Rows = ({ feed, attempts, picked }: RowsProps) => {
  const { words } = useDesk()
  const box = useRef<HTMLDivElement>(null)
  const [viewport, setViewport] = useState({ scrollTop: 0, height: 800, rowHeight: 44 })
  const measure = useCallback(() => {
    const element = box.current
    if (!element) return
    const rowHeight = Number.parseFloat(getComputedStyle(element).getPropertyValue("--row-height")) || 44
    const next = { scrollTop: element.scrollTop, height: element.clientHeight, rowHeight }
    setViewport((before) =>
      before.scrollTop === next.scrollTop && before.height === next.height && before.rowHeight === next.rowHeight
        ? before
        : next
    )
  }, [])
  useLayoutEffect(() => {
    measure()
    const observer = new ResizeObserver(measure)
    if (box.current) observer.observe(box.current)
    return () => observer.disconnect()
  }, [measure])
  useEffect(() => {
    if (nearEnd(attempts.length, viewport)) feed.more()
  }, [feed, attempts.length, viewport])

  // What is read stays in place when attempts come in above it.
  const shown = useRef(attempts)
  useLayoutEffect(() => {
    const before = shown.current ?? attempts
    shown.current = attempts
    const element = box.current
    const index = firstVisible(viewport)
    const id = before[index]?.id
    if (before === attempts || !element || id === undefined) return
    const scrollTop = keptInPlace(
      index,
      attempts.findIndex((attempt) => attempt.id === id),
      viewport
    )
    if (scrollTop !== viewport.scrollTop) element.scrollTop = scrollTop
  }, [attempts])

  const { from, to } = windowOf(attempts.length, viewport)
  const { columns } = words.attempts
  // Space in place of the rows that are not drawn.
  const undrawn = {
    marginTop: `${from * viewport.rowHeight}px`,
    marginBottom: `${(attempts.length - to) * viewport.rowHeight}px`
  }
  return (
    <div class="rows" ref={box} onScroll={measure}>
      <table aria-label={words.attempts.list} aria-rowcount={attempts.length + 1} style={undrawn}>
        <thead>
          <tr aria-rowindex={1}>
            {(["state", "order", "terminal", "amount", "time"] as const).map((column) => (
              <th key={column} scope="col" class={column}>
                {columns[column]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {attempts.slice(from, to).map((attempt, index) => (
            <Row key={attempt.id} attempt={attempt} index={from + index} picked={attempt.id === picked} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

interface RowProps {
  readonly attempt: Summary
  readonly index: number
  readonly picked: boolean
}

const Row = ({ attempt, index, picked }: RowProps) => {
  const { words } = useDesk()
  const { amount, clock, day } = useFormat()
  const { warnings, paid } = attempt
  return (
    <tr aria-rowindex={index + 2} class={picked ? "picked" : ""}>
      <td class="state">
        <StateMark state={attempt.state} />
      </td>
      <td class="order">
        <a
          href={toHash({ place: "attempts", name: attempt.id })}
          aria-current={picked ? "true" : undefined}
          dir="auto"
          title={attempt.orderId}
        >
          {attempt.orderId}
        </a>
        {warnings > 0 ? (
          <span class="tiny warn" title={words.attempts.warnings(warnings)}>
            <span aria-hidden="true">⚠ {warnings}</span>
            <span class="visually-hidden">{words.attempts.warnings(warnings)}</span>
          </span>
        ) : null}
        {attempt.resolution ? <span class="tiny">{words.attempts.resolved}</span> : null}
      </td>
      <td class="terminal" dir="auto" title={attempt.terminal.name}>
        {attempt.terminal.name}
      </td>
      <td class="amount">
        {attempt.transactionType === "Debit" ? null : (
          <span class="tiny">{words.types[attempt.transactionType] ?? attempt.transactionType}</span>
        )}
        {attempt.state === "approved-in-part" && paid !== undefined ? (
          <>
            {amount(paid, attempt.currency)}
            <span class="tiny">{words.attempts.ofAsked(amount(attempt.amount, attempt.currency))}</span>
          </>
        ) : (
          amount(attempt.amount, attempt.currency)
        )}
      </td>
      <td class="time">
        <time dateTime={attempt.openedAt} title={day(attempt.openedAt)}>
          {clock(attempt.openedAt)}
        </time>
      </td>
    </tr>
  )
}
