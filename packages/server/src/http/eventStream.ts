/**
 * Server-sent events, until the caller disconnects or loses the right to see them, or the server closes.
 *
 * A caller that does not read is disconnected rather than buffered for: it reconnects with the number of the last event it saw.
 */

/** One event. */
export interface SentEvent {
  readonly event: string
  readonly id?: number
  /** JSON text. */
  readonly data: string
}

/** The parts of an event stream. */
export interface EventStreamOptions {
  /** Starts the stream; returns a function that stops it. */
  readonly begin: (send: (event: SentEvent) => void, end: () => void) => () => void
  /** Sends what the caller missed before all else, as it is read. If that fails, the stream ends and the caller reconnects. */
  readonly catchUp?: (() => Promise<void>) | undefined
  /** Whether the caller may still see the stream: checked at each heartbeat and when logins change. If not, the stream ends. */
  readonly isAllowed: () => Promise<boolean>
  readonly watchLogins?: WatchLogins | undefined
  /** Ends every stream when the server closes. */
  readonly closing: AbortSignal
  /** Closes the caller's connection; without it, events pile up for a caller that does not read. */
  readonly disconnect?: (() => void) | undefined
  /** Added to the headers of every event stream. */
  readonly headers?: Readonly<Record<string, string>>
}

/** Calls back when logins were added, removed or changed; returns a function that stops it. */
export type WatchLogins = (changed: () => void) => () => void

/** The most bytes buffered for a slow caller. */
const BACKLOG = 4_000_000

/** A stream may begin with thousands of events: they are sent in pieces of about this many characters. */
const PIECE = 64_000

/** How often a comment is sent while nothing happens, so that proxies do not close an idle connection. */
const HEARTBEAT = 15_000

/** A response with server-sent events. */
export const eventStream = (options: EventStreamOptions): Response => {
  const { begin, catchUp, isAllowed, watchLogins, closing, disconnect, headers } = options
  let release = () => {}
  const body = new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        let over = false
        let isBeginning = true
        let piece = ""
        const flush = () => {
          if (piece !== "") controller.enqueue(encoder.encode(piece))
          piece = ""
        }
        const finish = () => {
          if (over) return
          over = true
          release()
          flush()
          controller.close()
        }
        const say = (text: string) => {
          if (over) return
          if ((controller.desiredSize ?? 0) <= 0) {
            finish()
            // The caller has not read the beginning yet: let it read that much and reconnect for the rest.
            if (!isBeginning) disconnect?.()
            return
          }
          piece += text
          if (!isBeginning || piece.length >= PIECE) flush()
        }
        const check = () => void isAllowed().then((allowed) => (allowed ? undefined : finish()), finish)
        const heartbeat = setInterval(() => {
          say(": \n\n")
          flush()
          check()
        }, HEARTBEAT)
        const stopWatching = watchLogins?.(check)
        closing.addEventListener("abort", finish)
        const stop = begin(
          ({ event, id, data }) => say(`${id === undefined ? "" : `id: ${id}\n`}event: ${event}\ndata: ${data}\n\n`),
          finish
        )
        release = () => {
          over = true
          clearInterval(heartbeat)
          stopWatching?.()
          closing.removeEventListener("abort", finish)
          stop()
        }
        if (over) return release()
        flush()
        const goOn = () => {
          isBeginning = false
          if (!over) flush()
        }
        if (catchUp === undefined) goOn()
        else void catchUp().then(goOn, finish)
      },
      cancel: () => release()
    },
    { highWaterMark: BACKLOG, size: (chunk) => chunk?.byteLength ?? 0 }
  )
  return new Response(body, { headers: { ...eventStreamHeaders, ...headers } })
}

/** The headers of an event stream; proxies must neither cache nor buffer it. */
export const eventStreamHeaders = {
  "Content-Type": "text/event-stream; charset=utf-8",
  "Cache-Control": "no-store",
  "X-Accel-Buffering": "no"
}

const encoder = new TextEncoder()
