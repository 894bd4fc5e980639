/** The clock of the space: freeze, advance, resume. */
import type { Clock } from "../server/model.ts"
import { useAppContext, useFormat } from "../shell/context.ts"
import { formData } from "../shell/input.ts"
import { ProblemNote } from "../shell/ProblemNote.tsx"
import { simulationChanged } from "../shell/Simulation.tsx"
import { useLoad } from "../shell/useLoad.ts"
import { useMockCall } from "./useMockCall.tsx"

export const ClockPanel = () => {
  const { words } = useAppContext()
  const { clock, day } = useFormat()
  const text = words.simulation
  const { value, problem, put } = useLoad<Clock>("/_mock/clock", 1000)
  const { run, status } = useMockCall()
  const setClock = async (body: unknown) => {
    const reply = await run<Clock>({ method: "POST", path: "/_mock/clock", body })
    if (reply.ok) put(reply.value)
    simulationChanged()
  }
  const advance = (event: Event) => {
    event.preventDefault()
    const form = formData(event)
    void setClock({ action: "advance", milliseconds: Number(form.get("many")) * Number(form.get("unit")) })
  }
  return (
    <section class="panel">
      <h2>{text.clock}</h2>
      <p class="hint">{text.clockHint}</p>
      {problem ? <ProblemNote problem={problem} /> : null}
      {value === undefined ? null : (
        <p class="clock-face">
          <time>{clock(value.now)}</time>
          <span class="hint">{day(value.now)}</span>
        </p>
      )}
      <label class="switch">
        <input
          type="checkbox"
          checked={value?.frozen === true}
          onChange={() => setClock({ action: value?.frozen ? "resume" : "freeze" })}
        />
        {text.frozen}
      </label>
      <form class="inline-form" onSubmit={advance}>
        <label>
          <span class="visually-hidden">{text.howMany}</span>
          <input name="many" type="number" min={1} max={100_000} value={30} required />
        </label>
        <label>
          <span class="visually-hidden">{text.advanceBy}</span>
          <select name="unit">
            {Object.entries(text.units).map(([milliseconds, unit]) => (
              <option key={milliseconds} value={milliseconds}>
                {unit}
              </option>
            ))}
          </select>
        </label>
        <button type="submit" class="button">
          {text.advance}
        </button>
      </form>
      {status}
    </section>
  )
}
