/** The simulated terminals: a rack of all, or one alone on its page with the test cards beside it. */

import { useState } from "hono/jsx/dom"
import { Plus, Search, Zap } from "lucide"
import type { Terminal, TestCard } from "../server/model.ts"
import { useAppContext, useFormat } from "../shell/context.ts"
import { Icon } from "../shell/Icon.tsx"
import { ProblemNote } from "../shell/ProblemNote.tsx"
import { type Route, replaceRoute, toHash } from "../shell/route.ts"
import { breakableName } from "../shell/terminalName.tsx"
import { useLoad } from "../shell/useLoad.ts"
import "../style/terminal.css"
import { formData, inputValue } from "../shell/input.ts"
import { textFor } from "../text/words.ts"
import { isBusy } from "./stage.ts"
import { TerminalPanel } from "./TerminalPanel.tsx"
import { TestCardPicker } from "./TestCardPicker.tsx"
import { useTestCards } from "./useTestCards.ts"

export const TerminalsView = ({ route }: { readonly route: Route }) =>
  route.name === undefined ? <Rack query={route.query ?? {}} /> : <OneTerminal key={route.name} name={route.name} />

const OneTerminal = ({ name }: { readonly name: string }) => {
  const { words } = useAppContext()
  const cards = useTestCards()
  const [chosen, choose] = useState<TestCard | undefined>(undefined)
  const card = chosen ?? cards[0]
  return (
    <div class="terminals one">
      <TerminalPanel name={name} cards={cards} card={card} />
      <aside class="card-picker-pane" aria-label={words.terminal.cards}>
        <TestCardPicker cards={cards} selected={card} onSelect={choose} />
      </aside>
    </div>
  )
}

/** The most terminals drawn at a time; the search finds the others. */
const MOST = 200

/** In the order of their names, which does not depend on their use. */
const Rack = ({ query }: { readonly query: Readonly<Record<string, string>> }) => {
  const { words } = useAppContext()
  const { count } = useFormat()
  const text = words.terminal
  const { value: terminals, problem, reload } = useLoad<ReadonlyArray<Terminal>>("/_mock/terminals", 1500)
  const { q = "", faults = "" } = query
  const narrow = (change: Readonly<Record<string, string>>) =>
    replaceRoute({ place: "terminals", query: { ...query, ...change } })
  const sorted = (terminals ?? []).toSorted((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }))
  const matching = sorted.filter(
    (each) => each.name.toLowerCase().includes(q.toLowerCase()) && (faults === "" || each.faults.length > 0)
  )
  return (
    <section class="view rack-view" aria-labelledby="terminals-title">
      <header class="view-head">
        <div>
          <h1 id="terminals-title">{words.places.terminals}</h1>
          <p class="hint">{text.rackHint}</p>
        </div>
        <OpenTerminal />
      </header>
      <div class="rack-tools">
        <label class="search">
          <span class="visually-hidden">{words.attempts.search}</span>
          <Icon of={Search} />
          <input
            type="search"
            placeholder={text.searchHint}
            value={q}
            onInput={(event: Event) => narrow({ q: inputValue(event) })}
          />
        </label>
        <label class="switch">
          <input
            type="checkbox"
            checked={faults !== ""}
            onChange={() => narrow({ faults: faults === "" ? "1" : "" })}
          />
          {text.onlyFaults}
        </label>
        <span class="hint">{terminals === undefined ? "" : text.count(count(matching.length))}</span>
      </div>
      {problem ? <ProblemNote problem={problem} onRetry={reload} /> : null}
      {terminals?.length === 0 ? (
        <div class="empty">
          <p>{text.none}</p>
          <p class="hint">{text.noneHint}</p>
        </div>
      ) : matching.length === 0 && terminals !== undefined ? (
        <p class="hint centred">{text.noMatch}</p>
      ) : null}
      <ul class="rack">
        {matching.slice(0, MOST).map((terminal) => (
          <RackItem key={terminal.name} terminal={terminal} />
        ))}
      </ul>
    </section>
  )
}

const RackItem = ({ terminal }: { readonly terminal: Terminal }) => {
  const { words } = useAppContext()
  const { name, stage, screen, faults } = terminal
  return (
    <li class={`rack-item stage-${stage}`}>
      <a href={toHash({ place: "terminals", name })}>
        <span class="rack-screen" lang="fr" aria-hidden="true">
          {screen.slice(0, 3).map((line, index) => (
            <span key={index}>{line}</span>
          ))}
        </span>
        <span class="rack-name" dir="auto">
          <i class={`led ${isBusy(stage) ? "busy" : ""}`} aria-hidden="true" />
          <b>{breakableName(name)}</b>
        </span>
        <span class="rack-about">
          {isBusy(stage) ? textFor(words.stages, stage) : words.terminal.plays[terminal.cardholder]}
        </span>
        {faults.length > 0 ? (
          <span class="rack-faults">
            <Icon of={Zap} />
            {faults.map(({ fault }) => words.faultNames(fault)).join(", ")}
          </span>
        ) : null}
      </a>
    </li>
  )
}

/** Opens a terminal by name; the mock creates it on the first request. */
const OpenTerminal = () => {
  const { words } = useAppContext()
  return (
    <form
      class="inline-form"
      onSubmit={(event: Event) => {
        event.preventDefault()
        const name = String(formData(event).get("name") ?? "").trim()
        if (name !== "") location.hash = toHash({ place: "terminals", name })
      }}
    >
      <label>
        <span class="visually-hidden">{words.terminal.openName}</span>
        <input name="name" placeholder={words.terminal.openHint} autocomplete="off" autocapitalize="off" />
      </label>
      <button type="submit" class="button">
        <Icon of={Plus} />
        {words.terminal.open}
      </button>
    </form>
  )
}
