/**
 * The screen's connection to the back end: the state from `/api/events`, and actions one after another. Nothing waits for an
 * unknown payment to be checked or resolved, which may take as long as the payment server is silent.
 *
 * The stream sends the whole state each time and reconnects automatically, so nothing is missed. Of two states the later wins,
 * whichever way it came.
 */
import { useCallback, useRef, useState } from "hono/jsx/dom"
import type { Action, ApiError, TillState } from "../api.ts"
import { useWhileShown } from "./effects.ts"
import type { Words } from "./words/en.ts"

export type ProblemCode = keyof Words["problems"]

/** The connection. */
export interface TillLine {
  readonly state: TillState | undefined
  readonly skew: number
  readonly connected: boolean
  /** Performs an action after the earlier ones. Returns the new state, or `undefined` if it was refused. */
  readonly act: (action: Action) => Promise<TillState | undefined>
}

/** The back end sends something every 10 s; after this many milliseconds without, it is considered lost. */
const SILENCE = 30_000

/** How long an action waits for its answer, in milliseconds, unless the payment server is asked about it. */
const ANSWER_WITHIN = 20_000

/** How long until a stream that the browser gave up on is reopened, in milliseconds. */
const REOPEN_DELAY = 2000

/** Keeps the connection open as long as the screen exists. */
export const useTill = (onProblem: (code: string) => void): TillLine => {
  const [received, setReceived] = useState<{ state: TillState; skew: number } | undefined>(undefined)
  const [connected, setConnected] = useState(true)
  const latest = useRef(0)
  const queue = useRef<Promise<unknown>>(Promise.resolve())
  const pending = useRef(new Map<string, Promise<TillState | undefined>>())

  const receive = useCallback((state: TillState) => {
    if (state.now < (latest.current ?? 0)) return
    latest.current = state.now
    setReceived({ state, skew: state.now - Date.now() })
  }, [])

  useWhileShown(() => {
    let source: EventSource | undefined
    let timer: ReturnType<typeof setTimeout> | undefined
    let silence: ReturnType<typeof setTimeout> | undefined
    const reopen = () => {
      setConnected(false)
      source?.close()
      open()
    }
    const heard = () => {
      clearTimeout(silence)
      silence = setTimeout(reopen, SILENCE)
    }
    const open = () => {
      heard()
      source = new EventSource("/api/events")
      for (const each of ["open", "state", "alive"]) source.addEventListener(each, heard)
      source.addEventListener("open", () => {
        // The back end may have started again with its clock set back.
        latest.current = 0
        setConnected(true)
      })
      source.addEventListener("state", (event) => receive(JSON.parse((event as MessageEvent<string>).data)))
      source.addEventListener("error", () => {
        setConnected(false)
        if (source?.readyState !== EventSource.CLOSED) return
        clearTimeout(silence)
        timer = setTimeout(open, REOPEN_DELAY)
      })
    }
    open()
    return () => {
      source?.close()
      clearTimeout(timer)
      clearTimeout(silence)
    }
  }, [])

  const act = useCallback((action: Action): Promise<TillState | undefined> => {
    // The second click of a double click, while the first one is changing the sale that it names.
    const meant = "sale" in action ? JSON.stringify(action) : undefined
    const same = pending.current?.get(meant ?? "")
    if (same !== undefined) return same
    const done = (queue.current ?? Promise.resolve()).then(async () => {
      const answer = await send(action)
      if (typeof answer === "string") {
        onProblem(answer)
        return undefined
      }
      receive(answer)
      return answer
    })
    if (!asksServer(action)) queue.current = done
    if (meant !== undefined) {
      pending.current?.set(meant, done)
      void done.finally(() => pending.current?.delete(meant))
    }
    return done
  }, [])

  return { state: received?.state, skew: received?.skew ?? 0, connected, act }
}

/** Whether an action asks the payment server, and may take as long as that takes to answer. */
const asksServer = (action: Action): boolean => action.do === "resolve" || action.do === "ask"

/** Sends an action; returns the new state, or the code of the refusal. */
const send = async (action: Action): Promise<TillState | string> => {
  try {
    const response = await fetch("/api/act", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(action),
      ...(asksServer(action) ? {} : { signal: AbortSignal.timeout(ANSWER_WITHIN) })
    })
    return response.ok ? ((await response.json()) as TillState) : ((await response.json()) as ApiError).error.code
  } catch {
    return "unreachable"
  }
}
