/** A simulated terminal alone on its page: its device, and its cardholder, script and faults. */

import { useState } from "hono/jsx/dom"
import { ArrowLeft, Maximize2 } from "lucide"
import type { TestCard } from "../server/model.ts"
import { useAppContext } from "../shell/context.ts"
import { Icon } from "../shell/Icon.tsx"
import { ProblemNote } from "../shell/ProblemNote.tsx"
import { toHash } from "../shell/route.ts"
import { Behaviour } from "./Behaviour.tsx"
import { Device } from "./Device.tsx"
import { PhoneCode } from "./PhoneCode.tsx"
import { useTerminal } from "./useTerminal.ts"

interface Props {
  readonly name: string
  readonly cards: ReadonlyArray<TestCard>
  readonly card: TestCard | undefined
}

export const TerminalPanel = ({ name, cards, card }: Props) => {
  const { words, session } = useAppContext()
  /** Whether the session opens this terminal and nothing else. */
  const isPhone = session.terminal !== undefined
  const { terminal, paper, problem, connection, present, press, tearOff, refresh } = useTerminal(name)
  const [editing, setEditing] = useState(false)
  return (
    <article class="terminal-panel alone">
      <header class="panel-head">
        <p class="panel-bar">
          {isPhone ? null : (
            <a class="button quiet" href={toHash({ place: "terminals" })}>
              <Icon of={ArrowLeft} />
              {words.terminal.all}
            </a>
          )}
          <span class="actions">
            {isPhone ? null : <PhoneCode name={name} />}
            {document.fullscreenEnabled ? (
              <button
                type="button"
                class="button icon-only"
                title={words.terminal.fullScreen}
                aria-label={words.terminal.fullScreen}
                onClick={() => document.documentElement.requestFullscreen()}
              >
                <Icon of={Maximize2} />
              </button>
            ) : null}
          </span>
        </p>
        <h1 dir="auto">{name}</h1>
        <p class="hint">{terminal ? words.terminal.plays[terminal.cardholder] : `${words.loading} …`}</p>
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
          ownsKeyboard
        />
      ) : null}
      {terminal ? (
        <div class="panel-foot">
          {problem ? <ProblemNote problem={problem} /> : null}
          {isPhone ? null : (
            <button type="button" class="button" aria-expanded={editing} onClick={() => setEditing(!editing)}>
              {words.behaviour.title}
            </button>
          )}
          {editing ? <Behaviour terminal={terminal} cards={cards} onChanged={refresh} /> : null}
        </div>
      ) : null}
    </article>
  )
}
