/**
 * Server-sent events, until the caller disconnects or may no longer see them, or the server closes.
 *
 * A caller that does not read is disconnected rather than buffered for: it reconnects with the number of the last event that
 * it saw.
 */

/** One event. */
export interface SentEvent {
  readonly event: string
  readonly id?: number
  /** JSON. */
  readonly data: string
}

/** What an event stream is made of. */
export interface EventStreamOptions {
  /** Starts it; returns how to stop. */
  readonly begin: (send: (event: SentEvent) => void, end: () => void) => () => void
  /** Sends what it goes on with before all else, as that is read. Where it fails, the stream ends: its caller comes again. */
  readonly catchUp?: (() => Promise<void>) | undefined
  /** Whether its caller may still see it: asked at each heartbeat and when logins change. If not, the stream ends. */
  readonly isAllowed: () => Promise<boolean>
  readonly watchLogins?: WatchLogins | undefined
  /** Ends every stream when the server closes. */
  readonly closing: AbortSignal
  /** Closes the caller's connection; without it, a caller that does not read keeps what waits. */
  readonly disconnect?: (() => void) | undefined
  /** Beside those of every event stream. */
  readonly headers?: Readonly<Record<string, string>>
}

/** Calls back when logins were removed, added or changed; returns how to stop. */
export type WatchLogins = (changed: () => void) => () => void

/** Bytes that may wait for a slow caller. */
const BACKLOG = 4_000_000

/** What a stream begins with may be thousands of events: they go out in pieces of about so many characters. */
const PIECE = 64_000

/** How often a comment is sent when nothing happens, so that proxies do not close an idle connection. */
const HEARTBEAT = 15_000

/** An answer of server-sent events. */
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
            // What it begins with could not be read yet: its caller reads as much, and comes again for the rest.
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
