/** The connection to the terminal: intact, or with a fault. */
import type { FaultDescription } from "@hipay-pos/console/server/model.ts"
import { useAppContext } from "@hipay-pos/console/shell/context.ts"
import { inputValue } from "@hipay-pos/console/shell/input.ts"
import { useLoad } from "@hipay-pos/console/shell/useLoad.ts"
import type { Texts } from "./text/en.ts"

interface Props {
  readonly texts: Texts
  /** `NAME` or `NAME@STAGE`; empty for none. */
  readonly fault: string
  readonly onChange: (fault: string) => void
}

export const LinePanel = ({ texts, fault, onChange }: Props) => {
  const { words } = useAppContext()
  const t = texts.line
  const { value: catalogue = {} } = useLoad<Readonly<Record<string, FaultDescription>>>("/_mock/faults")
  const choices = Object.entries(t.choices)
  const current = fault === "" ? "whole" : fault
  const chosen = choices.find(([id]) => id === current)?.[1]
  const [name = ""] = fault.split("@")
  return (
    <section class="line-panel" aria-labelledby="line-title">
      <h3 id="line-title">{t.title}</h3>
      <div class="segmented" role="radiogroup" aria-labelledby="line-title">
        {choices.map(([id, { name }]) => (
          <label key={id} class={`segment-choice ${id === "whole" ? "is-whole" : "is-broken"}`}>
            <input
              type="radio"
              name="line"
              value={id}
              checked={current === id}
              onChange={() => onChange(id === "whole" ? "" : id)}
            />
            <span>{name}</span>
          </label>
        ))}
      </div>
      <div class="line-more">
        <p class="hint">{chosen?.says ?? words.faults[name] ?? catalogue[name]?.shows ?? ""}</p>
        <label>
          <span class="visually-hidden">{t.more}</span>
          <select
            onChange={(event: Event) => {
              const value = inputValue(event)
              if (value !== "") onChange(value)
            }}
          >
            <option value="" selected={chosen !== undefined}>
              {t.other}
            </option>
            {Object.keys(catalogue).map((each) => (
              <option key={each} value={each} selected={chosen === undefined && each === fault}>
                {words.faultNames(each)}
              </option>
            ))}
          </select>
        </label>
      </div>
    </section>
  )
}
