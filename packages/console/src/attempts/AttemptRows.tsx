/** The table of attempts: renders only the visible rows, and fetches the next page before the end is reached. */

import type { AttemptSummary } from "@hipay-pos/core/wire/Attempt"
import { useCallback, useLayoutEffect, useRef, useState } from "hono/jsx/dom"
import { useAppContext } from "../shell/context.ts"
import { useEffect } from "../shell/hooks.ts"
import type { AttemptFeed } from "./AttemptFeed.ts"
import { AttemptRow } from "./AttemptRow.tsx"
import { firstVisible, keptInPlace, nearEnd, windowOf } from "./windowing.ts"

interface Props {
  readonly feed: AttemptFeed
  readonly attempts: ReadonlyArray<AttemptSummary>
  readonly picked: string | undefined
}

export const AttemptRows = ({ feed, attempts, picked }: Props) => {
  const { words } = useAppContext()
  const box = useRef<HTMLDivElement>(null)
  const [viewport, setViewport] = useState({ scrollTop: 0, height: 800, rowHeight: 44 })
  const last = useRef(viewport)
  last.current = viewport
  const hidden = useRef(false)
  const measure = useCallback(() => {
    const element = box.current
    if (!element) return
    // On a phone an attempt hides the list; its scroll position is restored afterwards.
    const wasHidden = hidden.current
    hidden.current = element.clientHeight === 0
    if (hidden.current) return
    if (wasHidden) element.scrollTop = last.current?.scrollTop ?? 0
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

  // Visible rows stay in place when attempts are inserted above them.
  const shown = useRef(attempts)
  useLayoutEffect(() => {
    const before = shown.current ?? attempts
    shown.current = attempts
    const element = box.current
    const index = firstVisible(viewport)
    const id = before[index]?.id
    if (before === attempts || !element || id === undefined) return
    const after = attempts.findIndex((attempt) => attempt.id === id)
    element.scrollTop += keptInPlace(index, after, viewport) - viewport.scrollTop
  }, [attempts])

  const { from, to } = windowOf(attempts.length, viewport)
  const { columns } = words.attempts
  // Space for the rows that are not rendered.
  const margins = {
    marginTop: `${from * viewport.rowHeight}px`,
    marginBottom: `${(attempts.length - to) * viewport.rowHeight}px`
  }
  return (
    <div class="rows" ref={box} onScroll={measure}>
      <table aria-label={words.attempts.list} aria-rowcount={attempts.length + 1} style={margins}>
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
            <AttemptRow key={attempt.id} attempt={attempt} index={from + index} picked={attempt.id === picked} />
          ))}
        </tbody>
      </table>
    </div>
  )
}
