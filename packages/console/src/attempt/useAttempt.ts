/**
 * One attempt: fetched, and fetched again when it changes. While it is open its event stream adds to the timeline; entries
 * after its end, such as notifications, are polled for.
 */

import type { Attempt } from "@hipay-pos/core/wire/Attempt"
import type { TimelineEntry } from "@hipay-pos/core/wire/TimelineEntry"
import { useState } from "hono/jsx/dom"
import type { AttemptFeed } from "../attempts/AttemptFeed.ts"
import { subscribe } from "../server/subscribe.ts"
import { useAppContext } from "../shell/context.ts"
import { useEffect } from "../shell/hooks.ts"
import { useLoad } from "../shell/useLoad.ts"
import { withEntry } from "./timeline.ts"

/** How often to poll for entries after the end, in milliseconds. */
const POLL_INTERVAL = 5000

export const useAttempt = (id: string, feed: AttemptFeed) => {
  const { server } = useAppContext()
  const path = `/attempts/${encodeURIComponent(id)}`
  const loaded = useLoad<Attempt>(path, POLL_INTERVAL)
  const [live, setLive] = useState<ReadonlyArray<TimelineEntry>>([])
  const open = loaded.value?.state === "open"
  const { reload } = loaded

  useEffect(() => feed.watchOne(id, reload), [feed, id, reload])

  useEffect(() => {
    if (!open) return
    // Each connection sends the timeline from its beginning; known entries are skipped.
    return subscribe({
      path: `${path}/events`,
      headers: server.headers,
      fetch: server.fetch,
      onSignedOut: server.signedOut,
      onConnection: () => {},
      isLast: ({ event }) => event === "end",
      onEvent: ({ event, data }) => {
        if (event === "entry") setLive((before) => withEntry(before, JSON.parse(data) as TimelineEntry))
        else if (event === "end") reload()
      }
    })
  }, [server, path, open, reload])

  const { value } = loaded
  return {
    ...loaded,
    timeline: value === undefined ? [] : open ? live.reduce(withEntry, value.timeline) : value.timeline
  }
}
