/** The settings of a terminal: cardholder, script of the next payments, faults. */
import { useState } from "hono/jsx/dom"
import type { Fault, Terminal, TestCard } from "../server/model.ts"
import type { RequestProblem } from "../server/Server.ts"
import { useAppContext } from "../shell/context.ts"
import { inputValue } from "../shell/input.ts"
import { ProblemNote } from "../shell/ProblemNote.tsx"
import { simulationChanged } from "../shell/Simulation.tsx"
import { showToast } from "../shell/toast.tsx"
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
  const { change, problem } = useSettings(terminal.name, onChanged)
  const preset = async (name: Preset) => {
    for (const [method, path, body] of presets[name]) if (!(await change(method, path, body))) return
    showToast({ text: text.presetSet(text.presets[name]) })
  }
  const setFault = async (fault: { readonly fault: string }) => {
    if (await change("POST", "faults", fault))
      showToast({ text: text.faultSet(fault.fault), undo: () => change("DELETE", `faults/${fault.fault}`) })
  }
  const clearFault = async (fault: Fault) => {
    if (await change("DELETE", `faults/${fault.fault}`))
      showToast({ text: text.faultCleared(fault.fault), undo: () => change("POST", "faults", fault) })
  }
  const told = async (done: Promise<boolean>, said: string) => {
    if (await done) showToast({ text: said })
  }
  return (
    <div class="panel behaviour">
      <div class="presets">
        {(Object.keys(presets) as ReadonlyArray<Preset>).map((each) => (
          <button key={each} type="button" class="button" onClick={() => preset(each)}>
            {text.presets[each]}
          </button>
        ))}
      </div>
      <fieldset class="choices">
        <legend>{text.cardholder}</legend>
        {(["auto", "manual", "amount"] as const).map((each) => (
          <label key={each}>
            <input
              type="radio"
              name={`cardholder ${terminal.name}`}
              checked={terminal.cardholder === each}
              onChange={() => told(change("PUT", "cardholder", { cardholder: each }), text.done)}
            />{" "}
            {text.cardholders[each]}
          </label>
        ))}
      </fieldset>
      <label class="field">
        <span>{text.autoCard}</span>
        <select
          onChange={(event: Event) => {
            const card = inputValue(event)
            if (card !== "") void told(change("PUT", "cardholder", { cardholder: { card } }), text.done)
          }}
        >
          <option value="">–</option>
          {cards.map(({ name, shows }) => (
            <option key={name} value={name}>
              {words.named(name, words.cards[name] ?? shows)}
            </option>
          ))}
        </select>
      </label>
      <ScriptForm
        terminal={terminal}
        cards={cards}
        onScript={(script) => told(change("PUT", "script", { script }), text.scriptSet)}
      />
      <Faults terminal={terminal} onSet={setFault} onClear={clearFault} />
      {problem ? <ProblemNote problem={problem} /> : null}
      <div class="actions">
        <button type="button" class="button" onClick={() => told(change("POST", "reset"), text.resetDone)}>
          {text.reset}
        </button>
      </div>
    </div>
  )
}

/** Presets for a terminal, each made of a few calls. */
const presets = {
  approves: [
    ["DELETE", "faults"],
    ["PUT", "cardholder", { cardholder: "auto" }]
  ],
  decide: [["PUT", "cardholder", { cardholder: "manual" }]],
  third: [
    ["DELETE", "faults"],
    ["PUT", "script", { script: Array.from({ length: 60 }, (_, index) => (index % 3 === 2 ? "refused" : "approved")) }]
  ],
  loses: [["POST", "faults", { fault: "answer-lost" }]]
} as const satisfies Readonly<Record<string, ReadonlyArray<readonly [Method, string, unknown?]>>>
type Preset = keyof typeof presets
type Method = "PUT" | "POST" | "DELETE"

/** Changes a terminal's settings; returns whether they were accepted. */
const useSettings = (name: string, onChanged: () => void) => {
  const { server } = useAppContext()
  const [problem, setProblem] = useState<RequestProblem | undefined>(undefined)
  const change = async (method: Method, path: string, body?: unknown): Promise<boolean> => {
    const reply = await server.send({
      method,
      path: `${terminalPath(name)}/${path}`,
      ...(body === undefined ? {} : { body })
    })
    if (reply.ok) onChanged()
    setProblem(reply.ok ? undefined : reply.problem)
    simulationChanged()
    return reply.ok
  }
  return { problem, change }
}
