/** One attempt, live until it ends: fetched once, then kept up to date by its stream, and fetched again at its end. */
import { useEffect, useState } from "hono/jsx/dom"
import type { Detail, Entry } from "../server/model.ts"
import { subscribe } from "../server/subscribe.ts"
import { useDesk } from "../shell/context.ts"
import { useLoad } from "../shell/useLoad.ts"
import { withEntry } from "./timeline.ts"

export const useAttempt = (id: string) => {
  const { server } = useDesk()
  const path = `/attempts/${encodeURIComponent(id)}`
  const loaded = useLoad<Detail>(path)
  const [live, setLive] = useState<ReadonlyArray<Entry>>([])
  const open = loaded.value?.state === "open"
  const { reload } = loaded

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
