/**
 * What differs from a real shop, as chips that are always visible: a frozen clock, faults that are set, another space. One
 * click undoes each.
 */

import { useCallback, useMemo, useState } from "hono/jsx/dom"
import { Clock, GraduationCap, Layers, Zap } from "lucide"
import type { SimulationState } from "../server/model.ts"
import { textFor } from "../text/words.ts"
import { useAppContext, useFormat } from "./context.ts"
import { useEffect } from "./hooks.ts"
import { Icon } from "./Icon.tsx"
import { toHash } from "./route.ts"
import { setServerClock } from "./serverClock.ts"
import { showToast } from "./toast.tsx"

/** How often the state is fetched, in milliseconds. */
const POLL = 2_000

/** Call after changing something, so that the chips update immediately. */
export const simulationChanged = (): void => {
  dispatchEvent(new Event("simulation-changed"))
}

export const SimulationChips = () => {
  const { words, server, session, chooseSpace } = useAppContext()
  const { clock, day, minute } = useFormat()
  const text = words.chips
  const [state, setState] = useState<SimulationState | undefined>(undefined)
  const load = useCallback(async () => {
    const reply = await server.get<SimulationState>("/_mock/simulation")
    if (!reply.ok) return
    setServerClock(reply.value.clock.now, reply.value.clock.frozen)
    setState((before) => (JSON.stringify(before) === JSON.stringify(reply.value) ? before : reply.value))
  }, [server])
  useEffect(() => {
    void load()
    const timer = setInterval(() => document.hidden || void load(), POLL)
    addEventListener("simulation-changed", load)
    return () => {
      clearInterval(timer)
      removeEventListener("simulation-changed", load)
    }
  }, [load])
  const call = useCallback(
    async (method: "POST" | "PUT" | "DELETE", path: string, body?: unknown) => {
      await server.send({ method, path: `/_mock/${path}`, ...(body === undefined ? {} : { body }) })
      simulationChanged()
    },
    [server]
  )
  const faulty = useMemo(() => state?.faulty ?? [], [state])
  const resume = async () => {
    await call("POST", "clock", { action: "resume" })
    showToast({ text: text.resumed, undo: () => call("POST", "clock", { action: "freeze" }) })
  }
  const resetClock = async () => {
    const before = state?.clock.now
    await call("PUT", "clock", { at: new Date().toISOString() })
    showToast({ text: text.clockSet, undo: () => call("PUT", "clock", { at: before }) })
  }
  const clearFault = async () => {
    const before = state?.httpFault
    await call("DELETE", "http-fault")
    showToast({ text: text.faultCleared, undo: () => call("PUT", "http-fault", before) })
  }
  const clearTerminals = async () => {
    for (const { name } of faulty) await call("DELETE", `terminals/${encodeURIComponent(name)}/faults`)
    showToast({ text: text.terminalsCleared })
  }
  const isAhead =
    state !== undefined && !state.clock.frozen && Math.abs(Date.parse(state.clock.now) - Date.now()) > 60_000
  return (
    <div class="sims">
      {session.examination ? (
        <span class="sim-chip">
          <Icon of={GraduationCap} />
          <a href="/exam">{text.examination}</a>
        </span>
      ) : null}
      {session.space === "" ? null : (
        <span class="sim-chip">
          <Icon of={Layers} />
          <a href={toHash({ place: "simulation" })} dir="auto">
            {words.settings.space} {session.space}
          </a>
          {server.space === "" ? null : (
            <button type="button" onClick={() => chooseSpace("")}>
              {text.leave}
            </button>
          )}
        </span>
      )}
      {state?.clock.frozen || isAhead ? (
        <span class="sim-chip">
          <Icon of={Clock} />
          <a href={toHash({ place: "simulation" })}>
            {state?.clock.frozen
              ? text.frozen(clock(state.clock.now))
              : text.ahead(`${day(state?.clock.now ?? "")} ${minute(state?.clock.now ?? "")}`)}
          </a>
          {state?.clock.frozen ? (
            <button type="button" onClick={resume}>
              {text.resume}
            </button>
          ) : (
            <button type="button" onClick={resetClock}>
              {text.setToNow}
            </button>
          )}
        </span>
      ) : null}
      {state?.httpFault ? (
        <span class="sim-chip">
          <Icon of={Zap} />
          <a href={toHash({ place: "simulation" })}>
            {text.httpFault(textFor(words.simulation.httpFaults, state.httpFault.fault), state.httpFault.times)}
          </a>
          <button type="button" onClick={clearFault}>
            {text.clear}
          </button>
        </span>
      ) : null}
      {faulty.length > 0 ? (
        <span class="sim-chip">
          <Icon of={Zap} />
          <a href={toHash({ place: "terminals", query: { faults: "1" } })}>{text.faulty(faulty.length)}</a>
          <button type="button" onClick={clearTerminals}>
            {text.clear}
          </button>
        </span>
      ) : null}
    </div>
  )
}
