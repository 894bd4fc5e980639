/** The simulated terminals, side by side or one alone on its page, and the test cards. */
import { useState } from "hono/jsx/dom"
import type { Terminal, TestCard } from "../server/model.ts"
import { useAppContext } from "../shell/context.ts"
import { ProblemNote } from "../shell/ProblemNote.tsx"
import { toHash } from "../shell/route.ts"
import { useLoad } from "../shell/useLoad.ts"
import "../style/terminal.css"
import { TerminalPanel } from "./TerminalPanel.tsx"
import { TestCardPicker } from "./TestCardPicker.tsx"

/** Browsers share six connections to a server among all tabs: this many terminals stream, the others are polled. */
const LIVE = 3

export const TerminalsView = ({ name }: { readonly name: string | undefined }) => {
  const { words } = useAppContext()
  const { value: cards = [] } = useLoad<ReadonlyArray<TestCard>>("/_mock/cards")
  const [chosen, choose] = useState<TestCard | undefined>(undefined)
  const card = chosen ?? cards[0]
  return (
    <div class={`terminals ${name === undefined ? "" : "one"}`}>
      {name === undefined ? (
        <TerminalGrid cards={cards} card={card} />
      ) : (
        <TerminalPanel key={name} name={name} live alone cards={cards} card={card} />
      )}
      <aside class="card-picker-pane" aria-label={words.terminal.cards}>
        <TestCardPicker cards={cards} selected={card} onSelect={choose} />
      </aside>
    </div>
  )
}

interface TerminalGridProps {
  readonly cards: ReadonlyArray<TestCard>
  readonly card: TestCard | undefined
}

const TerminalGrid = ({ cards, card }: TerminalGridProps) => {
  const { words } = useAppContext()
  const { value: terminals, problem, reload } = useLoad<ReadonlyArray<Terminal>>("/_mock/terminals", 1500)
  return (
    <section class="grid-pane" aria-labelledby="terminals-title">
      <div class="grid-head">
        <h1 id="terminals-title">{words.places.terminals}</h1>
        <OpenTerminal />
      </div>
      {problem ? <ProblemNote problem={problem} onRetry={reload} /> : null}
      {terminals?.length === 0 ? (
        <div class="empty">
          <p>{words.terminal.none}</p>
          <p class="hint">{words.terminal.noneHint}</p>
        </div>
      ) : null}
      <div class="terminal-grid">
        {(terminals ?? []).map((terminal, index) => (
          <TerminalPanel
            key={terminal.name}
            name={terminal.name}
            listed={terminal}
            live={index < LIVE}
            alone={false}
            cards={cards}
            card={card}
          />
        ))}
      </div>
    </section>
  )
}

/** Opens a terminal by name; the mock makes it on the first request. */
const OpenTerminal = () => {
  const { words } = useAppContext()
  return (
    <form
      class="inline-form"
      onSubmit={(event: Event) => {
        event.preventDefault()
        const name = String(new FormData(event.target as HTMLFormElement).get("name") ?? "").trim()
        if (name !== "") location.hash = toHash({ place: "terminals", name })
      }}
    >
      <label>
        <span class="visually-hidden">{words.terminal.openName}</span>
        <input name="name" placeholder={words.terminal.openHint} autocomplete="off" autocapitalize="off" />
      </label>
      <button type="submit" class="button">
        {words.terminal.open}
      </button>
    </form>
  )
}
