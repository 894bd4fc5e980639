/**
 * The attempts, under a title for each day: renders only the visible rows, and fetches the next page before the end is
 * reached.
 */
import type { AttemptSummary } from "@hipay-pos/core/wire/Attempt"
import { useCallback, useLayoutEffect, useMemo, useRef, useState } from "hono/jsx/dom"
import { useAppContext, useFormat } from "../shell/context.ts"
import { useEffect } from "../shell/hooks.ts"
import { serverNow } from "../shell/serverClock.ts"
import { shownDay, yesterday } from "../text/format.ts"
import type { AttemptFeed } from "./AttemptFeed.ts"
import { AttemptRow } from "./AttemptRow.tsx"
import { firstVisible, keptInPlace, nearEnd, type Titles, topOf, windowOf } from "./windowing.ts"

interface Props {
  readonly feed: AttemptFeed
  readonly attempts: ReadonlyArray<AttemptSummary>
  readonly picked: string | undefined
  readonly query: Readonly<Record<string, string>>
}

/** The titles before the first attempt of each day. */
const titlesOf = (attempts: ReadonlyArray<AttemptSummary>, height: number): Titles => {
  const before: Array<number> = []
  let last = ""
  let lastAt = ""
  for (const [index, { openedAt }] of attempts.entries()) {
    // The same minute is the same day: asking the calendar ten thousand times takes a frame.
    const at = openedAt.slice(0, 16)
    if (at === lastAt) continue
    lastAt = at
    const day = shownDay(openedAt)
    if (day !== last) before.push(index)
    last = day
  }
  return { before, height }
}

/** Both scale with the reader's text size: tokens.css has them in rem, and the browser computes pixels. */
const heightsOf = (element: Element) => {
  const style = getComputedStyle(element)
  const pixels = (name: string, otherwise: number) => Number.parseFloat(style.getPropertyValue(name)) || otherwise
  return { rowHeight: pixels("--row-height", 58), titleHeight: pixels("--title-height", 32) }
}

export const AttemptRows = ({ feed, attempts, picked, query }: Props) => {
  const { words } = useAppContext()
  const box = useRef<HTMLDivElement>(null)
  const [viewport, setViewport] = useState({ scrollTop: 0, height: 800, rowHeight: 58, titleHeight: 32 })
  const last = useRef(viewport)
  last.current = viewport
  const hidden = useRef(false)
  const titles = useMemo(() => titlesOf(attempts, viewport.titleHeight), [attempts, viewport.titleHeight])
  const measure = useCallback(() => {
    const element = box.current
    if (!element) return
    // On a phone an attempt hides the list; its scroll position is restored afterwards.
    const wasHidden = hidden.current
    hidden.current = element.clientHeight === 0
    if (hidden.current) return
    if (wasHidden) element.scrollTop = last.current?.scrollTop ?? 0
    const next = { ...heightsOf(element), scrollTop: element.scrollTop, height: element.clientHeight }
    setViewport((before) => (JSON.stringify(before) === JSON.stringify(next) ? before : next))
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

  // Visible rows stay in place when attempts are inserted above them.
  const shown = useRef({ attempts, titles })
  useLayoutEffect(() => {
    const before = shown.current ?? { attempts, titles }
    shown.current = { attempts, titles }
    const element = box.current
    const index = firstVisible(viewport, before.titles)
    const id = before.attempts[index]?.id
    if (before.attempts === attempts || !element || id === undefined) return
    const after = attempts.findIndex((attempt) => attempt.id === id)
    element.scrollTop += keptInPlace(index, after, viewport, [before.titles, titles]) - viewport.scrollTop
  }, [attempts])

  // Scrolls the selected attempt into view, such as after a keyboard step.
  useLayoutEffect(() => {
    const element = box.current
    const index = picked === undefined ? -1 : attempts.findIndex(({ id }) => id === picked)
    if (!element || index === -1 || element.clientHeight === 0) return
    const top = topOf(index, viewport, titles)
    if (top < element.scrollTop) element.scrollTop = Math.max(0, top - viewport.titleHeight)
    const bottom = topOf(index, viewport, titles) + viewport.rowHeight + viewport.titleHeight
    if (bottom > element.scrollTop + element.clientHeight) element.scrollTop = bottom - element.clientHeight
  }, [picked])

  const { from, to } = windowOf(attempts.length, viewport, titles)
  // Space for the rows that are not rendered.
  const margins = {
    paddingTop: `${topOf(from, viewport, titles)}px`,
    paddingBottom: `${topOf(attempts.length, viewport, titles) - topOf(to, viewport, titles)}px`
  }
  return (
    <div class="rows" ref={box} onScroll={measure}>
      {/* biome-ignore lint/a11y/noRedundantRoles: Safari forgets the role of a list without markers. */}
      <ul role="list" aria-label={words.attempts.list} style={margins}>
        {attempts
          .slice(from, to)
          .flatMap((attempt, index) => [
            ...(titles.before.includes(from + index)
              ? [<DayTitle key={`day ${attempt.id}`} at={attempt.openedAt} />]
              : []),
            <AttemptRow
              key={attempt.id}
              attempt={attempt}
              position={from + index + 1}
              total={attempts.length}
              picked={attempt.id === picked}
              query={query}
            />
          ])}
      </ul>
    </div>
  )
}

const DayTitle = ({ at }: { readonly at: string }) => {
  const { words } = useAppContext()
  const { longDay } = useFormat()
  const key = shownDay(at)
  const now = serverNow()
  const name =
    key === shownDay(now) ? words.attempts.today : key === yesterday(now) ? words.attempts.yesterday : undefined
  return (
    <li class="day-title">
      {name === undefined ? "" : `${name} · `}
      {longDay(key)}
    </li>
  )
}
