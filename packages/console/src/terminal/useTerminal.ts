/** The live state of a simulated terminal, and its controls. */
import type { EntryMode } from "@hipay-pos/core/Card"
import { useCallback, useRef, useState } from "hono/jsx/dom"
import type { Terminal, TerminalEvent } from "../server/model.ts"
import { subscribe } from "../server/subscribe.ts"
import { useAppContext } from "../shell/context.ts"
import { useEffect } from "../shell/hooks.ts"
import type { Key } from "./keys.ts"
import { type LiveTerminal, withEvent } from "./LiveTerminal.ts"

export interface TerminalControls {
  /** Resolves to whether the terminal accepted it, as it does while it waits for a card. */
  readonly present: (card: string, entryMode: EntryMode) => Promise<boolean>
  readonly press: (key: Key) => Promise<boolean>
  readonly tearOff: () => void
  /** Fetches the state, because events do not report changed settings. */
  readonly refresh: () => void
}

export const terminalPath = (name: string): string => `/_mock/terminals/${encodeURIComponent(name)}`

/** Subscribes to a terminal, unless `live` is false. */
export const useTerminal = (name: string, live = true): LiveTerminal & TerminalControls => {
  const { server } = useAppContext()
  const [state, setState] = useState<LiveTerminal>({ connection: { _tag: "Connecting" }, paper: [] })

  useEffect(() => {
    if (!live) return
    return subscribe({
      path: `${terminalPath(name)}/events`,
      headers: server.headers,
      fetch: server.fetch,
      onSignedOut: server.signedOut,
      onConnection: (connection) => setState((before) => ({ ...before, connection })),
      onEvent: ({ event, data }) => {
        const terminalEvent = { ...(JSON.parse(data) as object), _tag: event } as TerminalEvent
        setState((before) => withEvent(before, terminalEvent))
      }
    })
  }, [server, name, live])

  const send = useCallback(
    async (path: string, body: unknown): Promise<boolean> => {
      const reply = await server.send<{ readonly taken: boolean }>({
        method: "POST",
        path: `${terminalPath(name)}/${path}`,
        body
      })
      setState(({ problem: _, ...before }) => (reply.ok ? before : { ...before, problem: reply.problem }))
      return reply.ok && reply.value.taken
    },
    [server, name]
  )
  // One after the other: concurrent calls may arrive out of order.
  const last = useRef<Promise<unknown>>(Promise.resolve())
  const enqueue = useCallback(
    (path: string, body: unknown): Promise<boolean> => {
      const mine = (last.current ?? Promise.resolve()).then(() => send(path, body))
      last.current = mine
      return mine
    },
    [send]
  )
  return {
    ...state,
    present: useCallback((card, entryMode) => enqueue("card", { card, entryMode }), [enqueue]),
    press: useCallback((key) => enqueue("key", { key }), [enqueue]),
    tearOff: useCallback(() => setState((before) => ({ ...before, paper: [] })), []),
    refresh: useCallback(() => {
      void server.get<Terminal>(terminalPath(name)).then((reply) => {
        if (reply.ok) setState((before) => ({ ...before, terminal: reply.value }))
      })
    }, [server, name])
  }
}
