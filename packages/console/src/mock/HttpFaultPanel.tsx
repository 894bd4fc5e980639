/** Faults between the client and this server, for the next orders. */
import { useState } from "hono/jsx/dom"
import type { HttpFault } from "../server/model.ts"
import { useAppContext } from "../shell/context.ts"
import { formData, inputValue } from "../shell/input.ts"
import { simulationChanged } from "../shell/Simulation.tsx"
import { useLoad } from "../shell/useLoad.ts"
import { textFor } from "../text/words.ts"
import { useMockCall } from "./useMockCall.tsx"

export const HttpFaultPanel = () => {
  const { words } = useAppContext()
  const text = words.simulation
  const { value, reload } = useLoad<{ readonly fault: HttpFault | null }>("/_mock/http-fault", 3000)
  const active = value?.fault ?? undefined
  const { run, status } = useMockCall()
  const [fault, setFault] = useState("reset")
  const submit = async (event: Event) => {
    event.preventDefault()
    const form = formData(event)
    const fault = String(form.get("fault"))
    await run({
      method: "PUT",
      path: "/_mock/http-fault",
      body: {
        fault,
        times: Number(form.get("times") || 1),
        ...(fault.startsWith("error") ? { status: Number(form.get("status") || 500) } : {})
      }
    })
    reload()
    simulationChanged()
  }
  const clear = async () => {
    await run({ method: "DELETE", path: "/_mock/http-fault" })
    reload()
    simulationChanged()
  }
  return (
    <section class="panel">
      <h2>{text.httpFault}</h2>
      <p class="hint">{text.httpFaultHint}</p>
      <p>{active === undefined ? text.none : text.active(textFor(text.httpFaults, active.fault))}</p>
      <form class="stack" onSubmit={submit}>
        <label class="field">
          <span>{words.behaviour.fault}</span>
          <select name="fault" onChange={(event: Event) => setFault(inputValue(event))}>
            {Object.entries(text.httpFaults).map(([fault, shows]) => (
              <option key={fault} value={fault}>
                {shows}
              </option>
            ))}
          </select>
        </label>
        <div class="fault-fields">
          <label class="field">
            <span>{text.times}</span>
            <input name="times" type="number" min={1} max={1000} value={1} />
          </label>
          {fault.startsWith("error") ? (
            <label class="field">
              <span>{text.status}</span>
              <input name="status" type="number" min={400} max={599} value={500} />
            </label>
          ) : null}
        </div>
        <div class="actions">
          <button type="submit" class="button">
            {text.set}
          </button>
          <button type="button" class="button" disabled={active === undefined} onClick={clear}>
            {text.clearFault}
          </button>
        </div>
      </form>
      {status}
    </section>
  )
}
