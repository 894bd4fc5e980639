/**
 * One attempt: fetched, and fetched again when it changes. While it is open its own stream tells what happens; what
 * follows its end, such as a notification, is asked for now and then.
 */
import { useState } from "hono/jsx/dom"
import type { AttemptFeed } from "../attempts/AttemptFeed.ts"
import type { Detail, Entry } from "../server/model.ts"
import { subscribe } from "../server/subscribe.ts"
import { useDesk } from "../shell/context.ts"
import { useEffect } from "../shell/hooks.ts"
import { useLoad } from "../shell/useLoad.ts"
import { withEntry } from "./timeline.ts"

/** How often to look for what came after the end, in milliseconds. */
const NOW_AND_THEN = 5000

export const useAttempt = (id: string, feed: AttemptFeed) => {
  const { server } = useDesk()
  const path = `/attempts/${encodeURIComponent(id)}`
  const loaded = useLoad<Detail>(path, NOW_AND_THEN)
  const [live, setLive] = useState<ReadonlyArray<Entry>>([])
  const open = loaded.value?.state === "open"
  const { reload } = loaded

  useEffect(() => feed.watchOne(id, reload), [feed, id, reload])

  useEffect(() => {
    if (!open) return
    // Every connection tells the attempt from its beginning; what is known already is not doubled.
    return subscribe({
      path: `${path}/events`,
      headers: server.headers,
      onSignedOut: server.signedOut,
      onLink: () => {},
      isLast: ({ event }) => event === "end",
      onEvent: ({ event, data }) => {
        if (event === "entry") setLive((before) => withEntry(before, JSON.parse(data) as Entry))
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
