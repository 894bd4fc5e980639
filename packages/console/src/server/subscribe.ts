/**
 * A subscription to server-sent events: reconnects automatically, reports the state of the connection, and requests missed
 * events with `Last-Event-ID`.
 *
 * Written over `fetch`, because `EventSource` gives up on an HTTP error, sends no header and hides why it failed. While
 * the page is hidden the connection is closed: browsers share six connections per server among all tabs.
 */
import { makeParser, type ServerEvent } from "./EventStream.ts"
import type { Fetch } from "./Server.ts"

/** The state of the connection. */
export type ConnectionState =
  | { readonly _tag: "Connecting" }
  /** Something has come. */
  | { readonly _tag: "Live" }
  /** The next try is at `retryAt`, in milliseconds since 1970. */
  | { readonly _tag: "Disconnected"; readonly retryAt: number }
  /** The stream has ended. */
  | { readonly _tag: "Ended" }

export interface Subscription {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly fetch: Fetch
  readonly onEvent: (event: ServerEvent) => void
  readonly onConnection: (connection: ConnectionState) => void
  /** Called when the session has expired; the subscription does not retry. */
  readonly onSignedOut: () => void
  /** Whether an event ends the stream; by default none does. */
  readonly isLast?: (event: ServerEvent) => boolean
}

/** The server sends something every 15 s; after this many milliseconds without, the connection is considered lost. */
const SILENCE = 40_000

/** Delay in milliseconds before the n-th retry in a row: 500, doubling, at most 10 000. */
export const backoff = (failures: number): number => Math.min(10_000, 500 * 2 ** Math.max(0, failures - 1))

/** Starts a subscription; returns a function that stops it. */
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
    const resetTimer = () => {
      clearTimeout(silence)
      silence = setTimeout(() => controller.abort(), SILENCE)
    }
    try {
      resetTimer()
      const response = await subscription.fetch(subscription.path, {
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
      const parse = makeParser(lastEventId)
      let isLive = false
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
      for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
        resetTimer()
        // Not before: a proxy may keep back what the server sends.
        if (!isLive) subscription.onConnection({ _tag: "Live" })
        isLive = true
        failures = 0
        for (const event of parse(chunk.value)) {
          if (controller.signal.aborted) return
          lastEventId = event.id
          subscription.onEvent(event)
          if (subscription.isLast?.(event)) {
            stop()
            subscription.onConnection({ _tag: "Ended" })
          }
        }
      }
    } catch {
      // The connection broke or was aborted: `connect` retries.
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
    subscription.onConnection({ _tag: "Disconnected", retryAt: Date.now() + wait })
    retry = setTimeout(() => void connect(), wait)
  }

  const onVisibility = () => {
    clearTimeout(retry)
    const previous = current
    current = undefined
    previous?.abort()
    if (!document.hidden) void connect()
  }

  document.addEventListener("visibilitychange", onVisibility)
  subscription.onConnection({ _tag: "Connecting" })
  if (!document.hidden) void connect()
  return stop
}
