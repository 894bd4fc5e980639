/** The settings of a terminal: cardholder, script of the next payments, faults. */
import { useState } from "hono/jsx/dom"
import type { Terminal, TestCard } from "../server/model.ts"
import type { RequestProblem } from "../server/Server.ts"
import { useAppContext } from "../shell/context.ts"
import { ProblemNote } from "../shell/ProblemNote.tsx"
import { Faults } from "./Faults.tsx"
import { ScriptForm } from "./ScriptForm.tsx"
import { terminalPath } from "./useTerminal.ts"

interface Props {
  readonly terminal: Terminal
  readonly cards: ReadonlyArray<TestCard>
  /** Called after each change. */
  readonly onChanged: () => void
}

export const Behaviour = ({ terminal, cards, onChanged }: Props) => {
  const { words } = useAppContext()
  const text = words.behaviour
  const { change, done, problem } = useSettings(terminal.name, onChanged)
  return (
    <div class="panel behaviour">
      <fieldset class="choices">
        <legend>{text.cardholder}</legend>
        {(["auto", "manual", "amount"] as const).map((each) => (
          <label key={each}>
            <input
              type="radio"
              name={`cardholder ${terminal.name}`}
              checked={terminal.cardholder === each}
              onChange={() => change("PUT", "cardholder", { cardholder: each })}
            />{" "}
            {text.cardholders[each]}
          </label>
        ))}
      </fieldset>
      <label class="field">
        <span>{text.autoCard}</span>
        <select
          onChange={(event: Event) => {
            const card = (event.target as HTMLSelectElement).value
            if (card !== "") void change("PUT", "cardholder", { cardholder: { card } })
          }}
        >
          <option value="">–</option>
          {cards.map(({ name, shows }) => (
            <option key={name} value={name}>
              {name}: {words.cards[name] ?? shows}
            </option>
          ))}
        </select>
      </label>
      <ScriptForm terminal={terminal} cards={cards} onScript={(script) => change("PUT", "script", { script })} />
      <Faults
        terminal={terminal}
        onSet={(fault) => change("POST", "faults", fault)}
        onClear={(name) => change("DELETE", `faults/${name}`)}
      />
      {problem ? <ProblemNote problem={problem} /> : null}
      <p role="status">{done ? text.done : ""}</p>
      <div class="actions">
        <button type="button" class="button" onClick={() => change("POST", "reset")}>
          {text.reset}
        </button>
      </div>
    </div>
  )
}

/** Changes a terminal's settings. */
const useSettings = (name: string, onChanged: () => void) => {
  const { server } = useAppContext()
  const [state, setState] = useState<{ readonly done: boolean; readonly problem?: RequestProblem }>({ done: false })
  const change = async (method: "PUT" | "POST" | "DELETE", path: string, body?: unknown): Promise<void> => {
    const reply = await server.send({
      method,
      path: `${terminalPath(name)}/${path}`,
      ...(body === undefined ? {} : { body })
    })
    if (reply.ok) onChanged()
    setState(reply.ok ? { done: true } : { done: false, problem: reply.problem })
  }
  return { ...state, change }
}
