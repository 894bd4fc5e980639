/** One simulated terminal as it stands, live: its screen, the paper it printed, and what it told lately. */
import { useCallback, useRef, useState } from "hono/jsx/dom"
import type { EntryMode, Terminal, TerminalEvent } from "../server/model.ts"
import { subscribe } from "../server/subscribe.ts"
import { useDesk } from "../shell/context.ts"
import { useEffect } from "../shell/hooks.ts"
import type { Key } from "./keys.ts"
import { type LiveTerminal, withEvent } from "./LiveTerminal.ts"

export interface TerminalControls {
  /** Whether the terminal took it: it does while it waits for it. */
  readonly present: (card: string, entryMode: EntryMode) => Promise<boolean>
  readonly press: (key: Key) => Promise<boolean>
  readonly tearOff: () => void
  /** Asks how it stands: settings that change are not among the events. */
  readonly refresh: () => void
}

export const terminalPath = (name: string): string => `/_mock/terminals/${encodeURIComponent(name)}`

/** Follows a terminal; `live` false keeps the line for others. */
export const useTerminal = (name: string, live = true): LiveTerminal & TerminalControls => {
  const { server } = useDesk()
  const [state, setState] = useState<LiveTerminal>({ link: { _tag: "Connecting" }, paper: [] })

  useEffect(() => {
    if (!live) return
    return subscribe({
      path: `${terminalPath(name)}/events`,
      headers: server.headers,
      onSignedOut: server.signedOut,
      onLink: (link) => setState((before) => ({ ...before, link })),
      onEvent: ({ event, data }) => {
        const told = { ...(JSON.parse(data) as object), _tag: event } as TerminalEvent
        setState((before) => withEvent(before, told))
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
  // One after the other: calls that overlap may arrive in another order than fingers pressed.
  const last = useRef<Promise<unknown>>(Promise.resolve())
  const give = useCallback(
    (path: string, body: unknown): Promise<boolean> => {
      const mine = (last.current ?? Promise.resolve()).then(() => send(path, body))
      last.current = mine
      return mine
    },
    [send]
  )
  return {
    ...state,
    present: useCallback((card, entryMode) => give("card", { card, entryMode }), [give]),
    press: useCallback((key) => give("key", { key }), [give]),
    tearOff: useCallback(() => setState((before) => ({ ...before, paper: [] })), []),
    refresh: useCallback(() => {
      void server.get<Terminal>(terminalPath(name)).then((reply) => {
        if (reply.ok) setState((before) => ({ ...before, terminal: reply.value }))
      })
    }, [server, name])
  }
}
