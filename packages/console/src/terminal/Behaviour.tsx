/** How a terminal behaves: who plays the customer, the script of the next payments, and the faults that are set. */
import { useState } from "hono/jsx/dom"
import type { FaultDescription, Terminal, TestCard } from "../server/model.ts"
import type { Problem } from "../server/Server.ts"
import { useDesk } from "../shell/context.ts"
import { ProblemNote } from "../shell/ProblemNote.tsx"
import { useLoad } from "../shell/useLoad.ts"
import { parseScript, scriptWords } from "./script.ts"
import { terminalPath } from "./useTerminal.ts"

interface Props {
  readonly terminal: Terminal
  readonly cards: ReadonlyArray<TestCard>
}

interface BehaviourProps extends Props {
  readonly onChanged: () => void
}

export const Behaviour = ({ terminal, cards, onChanged }: BehaviourProps) => {
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

interface ScriptFormProps extends Props {
  readonly onScript: (script: ReadonlyArray<unknown>) => void
}

const ScriptForm = ({ terminal, cards, onScript }: ScriptFormProps) => {
  const { words } = useDesk()
  const text = words.behaviour
  const [script, setScript] = useState("")
  const [wrong, setWrong] = useState("")
  const submit = (event: Event) => {
    event.preventDefault()
    const parsed = parseScript(script, new Set([...scriptWords, ...cards.map(({ name }) => name)]))
    if (parsed.ok) onScript(parsed.script)
    setWrong(parsed.ok ? "" : text.unknownWord(parsed.line, parsed.word))
  }
  const id = `script-${terminal.name}`
  return (
    <form class="field" onSubmit={submit}>
      <label for={id} class="hint">
        {text.script}
      </label>
      <textarea
        id={id}
        rows={4}
        class="mono"
        spellcheck={false}
        value={script}
        placeholder={"approved\nwrong-pin-once\nrefused"}
        onInput={(event: Event) => setScript((event.target as HTMLTextAreaElement).value)}
      />
      <details class="folded">
        <summary>{text.scriptWords}</summary>
        <p class="word-list">
          {[...scriptWords, ...cards.map(({ name }) => name)].map((word) => (
            <button
              key={word}
              type="button"
              class="word"
              onClick={() => setScript((before) => `${before === "" ? "" : `${before.trimEnd()}\n`}${word}\n`)}
            >
              {word}
            </button>
          ))}
        </p>
      </details>
      <p role="alert">{wrong === "" ? null : <span class="note problem">{wrong}</span>}</p>
      <div class="actions">
        <button type="submit" class="button">
          {text.play}
        </button>
      </div>
    </form>
  )
}

interface FaultsProps {
  readonly terminal: Terminal
  readonly onSet: (fault: unknown) => void
  readonly onClear: (name: string) => void
}

const Faults = ({ terminal, onSet, onClear }: FaultsProps) => {
  const { words } = useDesk()
  const text = words.behaviour
  const { value: catalogue = {} } = useLoad<Readonly<Record<string, FaultDescription>>>("/_mock/faults")
  const [name, setName] = useState("silent")
  const description = catalogue[name]
  const submit = (event: Event) => {
    event.preventDefault()
    const form = new FormData(event.target as HTMLFormElement)
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
        {terminal.faults.map((fault) => (
          <li key={fault.name}>
            <code>
              {fault.name}@{fault.stage}
            </code>
            {fault.times === undefined ? "" : ` ×${fault.times}`}{" "}
            <button type="button" class="word" aria-label={text.clear(fault.name)} onClick={() => onClear(fault.name)}>
              ✕
            </button>
          </li>
        ))}
      </ul>
      <div class="fault-fields">
        <label class="field">
          <span>{text.fault}</span>
          <select onChange={(event: Event) => setName((event.target as HTMLSelectElement).value)}>
            {Object.keys(catalogue).map((each) => (
              <option key={each} value={each} selected={each === name}>
                {each}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          <span>{text.stage}</span>
          <select name="stage">
            {(description?.stages ?? []).map((stage) => (
              <option key={`${name} ${stage}`} value={stage}>
                {stage}
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
