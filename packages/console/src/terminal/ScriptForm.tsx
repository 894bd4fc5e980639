/** The script of a terminal's next payments. */
import { useState } from "hono/jsx/dom"
import type { Terminal, TestCard } from "../server/model.ts"
import { useAppContext } from "../shell/context.ts"
import { inputValue } from "../shell/input.ts"
import { parseScript, scriptCommands } from "./script.ts"

interface Props {
  readonly terminal: Terminal
  readonly cards: ReadonlyArray<TestCard>
  readonly onScript: (script: ReadonlyArray<unknown>) => void
}

export const ScriptForm = ({ terminal, cards, onScript }: Props) => {
  const { words } = useAppContext()
  const text = words.behaviour
  const [script, setScript] = useState("")
  const [wrong, setWrong] = useState("")
  const submit = (event: Event) => {
    event.preventDefault()
    const parsed = parseScript(script, new Set([...scriptCommands, ...cards.map(({ name }) => name)]))
    if (parsed.ok) onScript(parsed.script)
    setWrong(parsed.ok ? "" : text.unknownCommand(parsed.line, parsed.command))
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
        placeholder={"approved\nwrong-pin-once\ndeclined"}
        onInput={(event: Event) => setScript(inputValue(event))}
      />
      <details class="collapsible">
        <summary>{text.scriptCommands}</summary>
        <p class="command-list">
          {[...scriptCommands, ...cards.map(({ name }) => name)].map((command) => (
            <button
              key={command}
              type="button"
              class="command"
              onClick={() => setScript((before) => `${before === "" ? "" : `${before.trimEnd()}\n`}${command}\n`)}
            >
              {command}
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
