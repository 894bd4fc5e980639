/** A terminal with what belongs to it: who plays the customer, its script and its faults. */
import { useState } from "hono/jsx/dom"
import type { Terminal, TestCard } from "../server/model.ts"
import { useDesk } from "../shell/context.ts"
import { ProblemNote } from "../shell/ProblemNote.tsx"
import { toHash } from "../shell/route.ts"
import { Behaviour } from "./Behaviour.tsx"
import { Device } from "./Device.tsx"
import { useTerminal } from "./useTerminal.ts"

interface Props {
  readonly name: string
  /** As the list knows it, until the terminal itself has spoken. */
  readonly listed?: Terminal
  readonly live: boolean
  readonly alone: boolean
  readonly cards: ReadonlyArray<TestCard>
  readonly card: TestCard | undefined
}

export const Station = ({ name, listed, live, alone, cards, card }: Props) => {
  const { words } = useDesk()
  const { terminal: told, paper, problem, link, present, press, tearOff, refresh } = useTerminal(name, live)
  const [editing, setEditing] = useState(false)
  const terminal = live ? (told ?? listed) : listed
  return (
    <article class={`station ${alone ? "alone" : ""}`}>
      <header class="station-head">
        {alone ? (
          <p class="station-bar">
            <a href={toHash({ place: "terminals" })}>← {words.face.all}</a>
            {document.fullscreenEnabled ? (
              <button type="button" class="button quiet" onClick={() => document.documentElement.requestFullscreen()}>
                {words.face.fullScreen}
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
          {terminal ? `${terminal.profile} · ${words.face.plays[terminal.cardholder]}` : `${words.loading} …`}
        </p>
        {terminal && terminal.faults.length > 0 ? (
          <p>
            <span class="badge refused">{words.face.faultsSet(terminal.faults.length)}</span>
          </p>
        ) : null}
        {link._tag === "Gone" ? <p class="note problem">{words.link.goneLong}</p> : null}
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
        <div class="station-foot">
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
