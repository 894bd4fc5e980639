/** The active faults of a terminal, and a form to set another. */
import { useState } from "hono/jsx/dom"
import type { Fault, FaultDescription, Terminal } from "../server/model.ts"
import { useAppContext } from "../shell/context.ts"
import { formData, inputValue } from "../shell/input.ts"
import { useLoad } from "../shell/useLoad.ts"
import { textFor } from "../text/words.ts"

interface Props {
  readonly terminal: Terminal
  readonly onSet: (fault: { readonly fault: string; readonly stage: unknown }) => void
  readonly onClear: (fault: Fault) => void
}

export const Faults = ({ terminal, onSet, onClear }: Props) => {
  const { words } = useAppContext()
  const text = words.behaviour
  const { value: catalogue = {} } = useLoad<Readonly<Record<string, FaultDescription>>>("/_mock/faults")
  const [name, setName] = useState("silent")
  const description = catalogue[name]
  const submit = (event: Event) => {
    event.preventDefault()
    const form = formData(event)
    const number = (field: string) => {
      const value = String(form.get(field) ?? "").trim()
      return value === "" ? {} : { [field]: Number(value) }
    }
    onSet({ fault: name, stage: form.get("stage"), ...number("milliseconds"), ...number("times") })
  }
  return (
    <form class="stack" onSubmit={submit}>
      <h3>{text.faults}</h3>
      {terminal.faults.length === 0 ? <p class="hint">{text.noFault}</p> : null}
      <ul>
        {terminal.faults.map((each) => (
          <li key={each.fault}>
            <code>
              {each.fault}@{each.stage}
            </code>
            {each.times === undefined ? "" : ` ×${each.times}`}{" "}
            <button type="button" class="command" aria-label={text.clear(each.fault)} onClick={() => onClear(each)}>
              ✕
            </button>
          </li>
        ))}
      </ul>
      <div class="fault-fields">
        <label class="field">
          <span>{text.fault}</span>
          <select onChange={(event: Event) => setName(inputValue(event))}>
            {Object.keys(catalogue).map((each) => (
              <option key={each} value={each} selected={each === name}>
                {words.faultNames(each)}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          <span>{text.stage}</span>
          <select name="stage">
            {(description?.stages ?? []).map((stage) => (
              <option key={`${name} ${stage}`} value={stage}>
                {textFor(text.stages, stage)}
              </option>
            ))}
          </select>
        </label>
        {description?.milliseconds === undefined ? null : (
          <label class="field">
            <span>{text.milliseconds}</span>
            <input
              name="milliseconds"
              type="number"
              min={0}
              max={3_600_000}
              placeholder={`${description.milliseconds}`}
            />
          </label>
        )}
        <label class="field">
          <span>{text.times}</span>
          <input name="times" type="number" min={1} max={1_000_000} placeholder="∞" />
        </label>
      </div>
      {description ? <p class="hint">{words.faults[name] ?? description.shows}</p> : null}
      <div class="actions">
        <button type="submit" class="button">
          {text.setFault}
        </button>
      </div>
    </form>
  )
}
