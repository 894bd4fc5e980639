/**
 * A stream of server-sent events that lives as long as somebody wants it: reconnects by itself, says how the line is,
 * and asks for what was missed with `Last-Event-ID`.
 *
 * Written over `fetch`, because `EventSource` gives up on an HTTP error, sends no header and hides why it failed. While
 * the page is hidden the line is let go: browsers share six connections a server among all tabs.
 */
import { makeParser, type ServerEvent } from "./EventStream.ts"

/** How the line is. */
export type Link =
  | { readonly _tag: "Connecting" }
  | { readonly _tag: "Live" }
  /** The server is gone; the next try comes at `retryAt`, milliseconds since 1970. */
  | { readonly _tag: "Gone"; readonly retryAt: number }
  /** The stream said its last word. */
  | { readonly _tag: "Ended" }

export interface Subscription {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly onEvent: (event: ServerEvent) => void
  readonly onLink: (link: Link) => void
  /** The session is over: nothing is tried again. */
  readonly onSignedOut: () => void
  /** Whether an event is the last one; by default none is. */
  readonly isLast?: (event: ServerEvent) => boolean
}

/** The server says something every 15 seconds; silence of this length means that it is gone. */
const SILENCE = 40_000

/** How long to wait before the n-th try in a row, in milliseconds: half a second, doubling, ten seconds at most. */
export const backoff = (failures: number): number => Math.min(10_000, 500 * 2 ** Math.max(0, failures - 1))

/** Starts; returns how to stop. */
export const subscribe = (subscription: Subscription): (() => void) => {
  let stopped = false
  let lastEventId = ""
  let failures = 0
  let current: AbortController | undefined
  let retry: ReturnType<typeof setTimeout> | undefined

  const stop = () => {
    stopped = true
    clearTimeout(retry)
    current?.abort()
    document.removeEventListener("visibilitychange", onVisibility)
  }

  const read = async (controller: AbortController): Promise<void> => {
    let silence: ReturnType<typeof setTimeout> | undefined
    const heard = () => {
      clearTimeout(silence)
      silence = setTimeout(() => controller.abort(), SILENCE)
    }
    try {
      heard()
      const response = await fetch(subscription.path, {
        headers: {
          Accept: "text/event-stream",
          ...subscription.headers,
          ...(lastEventId === "" ? {} : { "Last-Event-ID": lastEventId })
        },
        credentials: "same-origin",
        cache: "no-store",
        signal: controller.signal
      })
      if (response.status === 401) {
        stop()
        subscription.onSignedOut()
        return
      }
      if (!response.ok || response.body === null) return
      subscription.onLink({ _tag: "Live" })
      failures = 0
      const parse = makeParser(lastEventId)
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
      for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
        heard()
        for (const event of parse(chunk.value)) {
          if (controller.signal.aborted) return
          lastEventId = event.id
          subscription.onEvent(event)
          if (subscription.isLast?.(event)) {
            stop()
            subscription.onLink({ _tag: "Ended" })
          }
        }
      }
    } catch {
      // The line broke, or was let go: the caller goes on from here.
    } finally {
      clearTimeout(silence)
    }
  }

  const connect = async (): Promise<void> => {
    const controller = new AbortController()
    current = controller
    await read(controller)
    if (stopped || current !== controller || document.hidden) return
    failures++
    const wait = backoff(failures)
    subscription.onLink({ _tag: "Gone", retryAt: Date.now() + wait })
    retry = setTimeout(() => void connect(), wait)
  }

  const onVisibility = () => {
    clearTimeout(retry)
    const left = current
    current = undefined
    left?.abort()
    if (!document.hidden) void connect()
  }

  document.addEventListener("visibilitychange", onVisibility)
  subscription.onLink({ _tag: "Connecting" })
  if (!document.hidden) void connect()
  return stop
}
