/**
 * Watches the attempts of a server: server-sent events, over one connection after another.
 *
 * After a lost connection it asks the server for what happened meanwhile (`Last-Event-ID`). If the server no longer has
 * all of it, the watcher gets `Lost` and lists the attempts again. Loaded by the first call that needs it.
 */
import * as Schema from "effect/Schema"
import type { EventSourceMessage } from "eventsource-parser"
import { EventSourceParserStream } from "eventsource-parser/stream"
import { pause, QUESTION, type Server } from "../Server.ts"
import { firstOf } from "../signals.ts"
import { readResponse } from "../Transport.ts"
import { type AttemptEntry, decodeEntry, decodeSummary } from "./AttemptDetail.ts"
import { Alarm, type AttemptEvent } from "./AttemptEvent.ts"
import { AttemptsError } from "./AttemptsError.ts"
import { decoded, failureOf, pathOf } from "./onDemand.ts"

const decodeAlarm = Schema.decodeUnknownResult(Alarm)

/** Milliseconds without a byte after which a connection counts as lost: the server sends something every 15 s. */
const SILENCE = 40_000

/** Milliseconds before the n-th retry in a row: half a second, doubling, ten seconds at most. */
const backoff = (failures: number): number => Math.min(10_000, 500 * 2 ** (failures - 1))

/** The events until the signal aborts. */
export async function* watch(
  server: Server,
  since: number | undefined,
  signal: AbortSignal
): AsyncGenerator<AttemptEvent, void> {
  let position = since
  let wasConnected = false
  for (let failures = 0; !signal.aborted; ) {
    const connection = new AbortController()
    const ends = firstOf(signal, connection.signal)
    try {
      const last = position === undefined ? {} : { "last-event-id": String(position) }
      const events = await connect(server, "attempts/events", last, connection, ends)
      wasConnected = true
      for await (const event of read(events, position ?? 0, connection, ends)) {
        failures = 0
        position = event.position
        yield event
        if (signal.aborted) return
      }
    } catch (error) {
      if (signal.aborted) return
      const isPassing = error instanceof AttemptsError ? passing.has(error.kind) : wasConnected
      if (!wasConnected || !isPassing) throw toError(error)
    } finally {
      connection.abort()
    }
    await pause(backoff(++failures), signal)
  }
}

/** One attempt's timeline, past entries first, until it has ended or the signal aborts. */
export async function* follow(server: Server, id: string, signal: AbortSignal): AsyncGenerator<AttemptEntry, void> {
  const connection = new AbortController()
  const ends = firstOf(signal, connection.signal)
  try {
    const body = await connect(server, `${pathOf(id)}/events`, {}, connection, ends)
    for await (const { event, data } of eventsOf(body, connection, ends)) {
      if (event === "end") return
      if (event === "entry") yield decoded(decodeEntry, parse(data))
    }
    if (!signal.aborted) throw toError(undefined)
  } catch (error) {
    if (!signal.aborted) throw toError(error)
  } finally {
    connection.abort()
  }
}

/** Failures that may pass. */
const passing = new Set<AttemptsError["kind"]>(["Unreachable", "ServerFailed"])

const toError = (error: unknown): AttemptsError =>
  error instanceof AttemptsError
    ? error
    : new AttemptsError({ kind: "Unreachable", detail: "no connection to the server, or it broke" })

type Body = ReadableStream<Uint8Array<ArrayBuffer>>

/** The body of a streamed answer. Throws `AttemptsError` if there is none. */
const connect = async (
  server: Server,
  path: string,
  last: object,
  connection: AbortController,
  ends: AbortSignal
): Promise<Body> => {
  let isLate = false
  const timer = setTimeout(() => {
    isLate = true
    connection.abort()
  }, QUESTION)
  try {
    const response = await server.open(path, { accept: "text/event-stream", ...last }, ends)
    const isStream = response.headers.get("content-type")?.startsWith("text/event-stream") === true
    if (response.status === 200 && isStream && response.body !== null) return response.body
    const error = failureOf(await readResponse(response))
    throw error ?? new AttemptsError({ kind: "Unreadable", detail: "the server's answer is not a stream of events" })
  } catch (error) {
    const detail = `the server did not answer within ${QUESTION / 1000} s`
    throw isLate ? new AttemptsError({ kind: "Unreachable", detail }) : error
  } finally {
    clearTimeout(timer)
  }
}

/** Characters of one event, at most. */
const MAX_EVENT = 1024 * 1024

/** The events of one connection. Ends with it. */
async function* read(
  body: Body,
  from: number,
  connection: AbortController,
  ends: AbortSignal
): AsyncGenerator<AttemptEvent, void> {
  let position = from
  for await (const { event, id, data } of eventsOf(body, connection, ends)) {
    if (id !== undefined && /^\d+$/.test(id)) position = Number(id)
    switch (event) {
      case "hello":
        yield { _tag: "Connected", position }
        break
      case "attempt":
      case "alarm":
        yield decodeEvent(event, position, data)
        break
      case "lost":
        yield { _tag: "Lost", position }
        break
      default:
      // A later server may have other events.
    }
  }
}

/**
 * Reads an event. One that cannot be read becomes `Lost`: listing the attempts again shows what it was about, or why
 * that fails.
 */
const decodeEvent = (event: "attempt" | "alarm", position: number, data: string): AttemptEvent => {
  try {
    const json = parse(data)
    return event === "attempt"
      ? { _tag: "Changed", position, attempt: decoded(decodeSummary, json) }
      : { _tag: "Alarm", position, alarm: decoded(decodeAlarm, json) }
  } catch {
    return { _tag: "Lost", position }
  }
}

/** The server-sent events of one connection, undecoded. */
async function* eventsOf(
  body: Body,
  connection: AbortController,
  ends: AbortSignal
): AsyncGenerator<EventSourceMessage, void> {
  const events = body
    .pipeThrough(abortedAfter(SILENCE, connection))
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream({ maxBufferSize: MAX_EVENT }))
    .getReader()
  // Not every `fetch` ends a body whose request is aborted.
  const cancel = () => void events.cancel().catch(() => {})
  ends.addEventListener("abort", cancel, { once: true })
  if (ends.aborted) cancel()
  for (let next = await events.read(); !next.done; next = await events.read()) yield next.value
}

const parse = (data: string): unknown => {
  try {
    return JSON.parse(data)
  } catch {
    throw new AttemptsError({ kind: "Unreadable", detail: "an event of the server is not JSON" })
  }
}

/** Passes bytes through, and aborts a connection that is silent for so many milliseconds. */
const abortedAfter = (silence: number, connection: AbortController) => {
  let timer: ReturnType<typeof setTimeout>
  const restart = () => {
    clearTimeout(timer)
    timer = setTimeout(() => connection.abort(), silence)
  }
  connection.signal.addEventListener("abort", () => clearTimeout(timer), { once: true })
  restart()
  return new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform: (bytes, controller) => {
      restart()
      controller.enqueue(bytes)
    },
    flush: () => clearTimeout(timer)
  })
}
