/** A simulated terminal: its device, and its cardholder, script and faults. */
import { useState } from "hono/jsx/dom"
import type { Terminal, TestCard } from "../server/model.ts"
import { useAppContext } from "../shell/context.ts"
import { ProblemNote } from "../shell/ProblemNote.tsx"
import { toHash } from "../shell/route.ts"
import { Behaviour } from "./Behaviour.tsx"
import { Device } from "./Device.tsx"
import { useTerminal } from "./useTerminal.ts"

interface Props {
  readonly name: string
  /** Its state in the list, until its own events arrive. */
  readonly listed?: Terminal
  readonly live: boolean
  readonly alone: boolean
  readonly cards: ReadonlyArray<TestCard>
  readonly card: TestCard | undefined
}

export const TerminalPanel = ({ name, listed, live, alone, cards, card }: Props) => {
  const { words } = useAppContext()
  const { terminal: current, paper, problem, connection, present, press, tearOff, refresh } = useTerminal(name, live)
  const [editing, setEditing] = useState(false)
  const terminal = live ? (current ?? listed) : listed
  return (
    <article class={`terminal-panel ${alone ? "alone" : ""}`}>
      <header class="panel-head">
        {alone ? (
          <p class="panel-bar">
            <a href={toHash({ place: "terminals" })}>← {words.terminal.all}</a>
            {document.fullscreenEnabled ? (
              <button type="button" class="button quiet" onClick={() => document.documentElement.requestFullscreen()}>
                {words.terminal.fullScreen}
              </button>
            ) : null}
          </p>
        ) : null}
        {alone ? (
          <h1 dir="auto">{name}</h1>
        ) : (
          <h2 dir="auto">
            <a href={toHash({ place: "terminals", name })}>{name}</a>
          </h2>
        )}
        <p class="hint">
          {terminal ? `${terminal.profile} · ${words.terminal.plays[terminal.cardholder]}` : `${words.loading} …`}
        </p>
        {terminal && terminal.faults.length > 0 ? (
          <p>
            <span class="badge refused">{words.terminal.faultsActive(terminal.faults.length)}</span>
          </p>
        ) : null}
        {connection._tag === "Disconnected" ? <p class="note problem">{words.connection.disconnectedLong}</p> : null}
      </header>
      {terminal ? (
        <Device
          terminal={terminal}
          paper={paper}
          card={card}
          present={present}
          press={press}
          tearOff={tearOff}
          ownsKeyboard={alone}
        />
      ) : null}
      {terminal ? (
        <div class="panel-foot">
          {problem ? <ProblemNote problem={problem} /> : null}
          <button type="button" class="button" aria-expanded={editing} onClick={() => setEditing(!editing)}>
            {words.behaviour.title}
          </button>
          {editing ? <Behaviour terminal={terminal} cards={cards} onChanged={refresh} /> : null}
        </div>
      ) : null}
    </article>
  )
}
