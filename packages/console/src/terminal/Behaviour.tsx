/** How a terminal behaves: who plays the customer, the script of the next payments, and the faults that are set. */
import { useState } from "hono/jsx/dom"
import type { Terminal, TestCard } from "../server/model.ts"
import type { Problem } from "../server/Server.ts"
import { useDesk } from "../shell/context.ts"
import { ProblemNote } from "../shell/ProblemNote.tsx"
import { Faults } from "./Faults.tsx"
import { ScriptForm } from "./ScriptForm.tsx"
import { terminalPath } from "./useTerminal.ts"

interface Props {
  readonly terminal: Terminal
  readonly cards: ReadonlyArray<TestCard>
  /** The terminal took a change. */
  readonly onChanged: () => void
}

export const Behaviour = ({ terminal, cards, onChanged }: Props) => {
  const { words } = useDesk()
  const text = words.behaviour
  const { tell, done, problem } = useTell(terminal.name, onChanged)
  return (
    <div class="panel behaviour">
      <fieldset class="choices">
        <legend>{text.who}</legend>
        {(["auto", "manual", "amount"] as const).map((each) => (
          <label key={each}>
            <input
              type="radio"
              name={`cardholder ${terminal.name}`}
              checked={terminal.cardholder === each}
              onChange={() => tell("PUT", "cardholder", { cardholder: each })}
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
            if (card !== "") void tell("PUT", "cardholder", { cardholder: { card } })
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
      <ScriptForm terminal={terminal} cards={cards} onScript={(script) => tell("PUT", "script", { script })} />
      <Faults
        terminal={terminal}
        onSet={(fault) => tell("POST", "faults", fault)}
        onClear={(name) => tell("DELETE", `faults/${name}`)}
      />
      {problem ? <ProblemNote problem={problem} /> : null}
      <p role="status">{done ? text.done : ""}</p>
      <div class="actions">
        <button type="button" class="button" onClick={() => tell("POST", "reset")}>
          {text.reset}
        </button>
      </div>
    </div>
  )
}

/** Tells a terminal how to behave. */
const useTell = (name: string, onChanged: () => void) => {
  const { server } = useDesk()
  const [state, setState] = useState<{ readonly done: boolean; readonly problem?: Problem }>({ done: false })
  const tell = async (method: "PUT" | "POST" | "DELETE", path: string, body?: unknown): Promise<void> => {
    const reply = await server.send({
      method,
      path: `${terminalPath(name)}/${path}`,
      ...(body === undefined ? {} : { body })
    })
    if (reply.ok) onChanged()
    setState(reply.ok ? { done: true } : { done: false, problem: reply.problem })
  }
  return { ...state, tell }
}
