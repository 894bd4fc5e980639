/** A terminal's pinpad beside its current payment, with the most common test cards. */
import { useState } from "hono/jsx/dom"
import { useAppContext } from "../shell/context.ts"
import { ProblemNote } from "../shell/ProblemNote.tsx"
import { toHash } from "../shell/route.ts"
import "../style/terminal.css"
import { inputValue } from "../shell/input.ts"
import { Device } from "./Device.tsx"
import { cardName } from "./testCards.ts"
import { useTerminal } from "./useTerminal.ts"
import { useTestCards } from "./useTestCards.ts"

export const LivePinpad = ({ name }: { readonly name: string }) => {
  const { words } = useAppContext()
  const cards = useTestCards()
  const { terminal, paper, problem, present, press, tearOff } = useTerminal(name)
  const [chosen, choose] = useState("")
  const card = cards.find((each) => each.name === chosen) ?? cards[0]
  return (
    <div class="live-pinpad">
      <header>
        <h2>{words.terminal.youAreCustomer}</h2>
        <a class="hint" href={toHash({ place: "terminals", name })}>
          {words.attempt.openTerminal}
        </a>
      </header>
      {problem ? <ProblemNote problem={problem} /> : null}
      <label class="field">
        <span>{words.terminal.cards}</span>
        <select onChange={(event: Event) => choose(inputValue(event))}>
          {cards.map((each) => (
            <option key={each.name} value={each.name} selected={each.name === card?.name}>
              {words.named(cardName(each, words.schemes), words.cards[each.name] ?? each.shows)}
            </option>
          ))}
        </select>
      </label>
      {terminal === undefined ? null : (
        <Device
          terminal={terminal}
          paper={paper}
          card={card}
          present={present}
          press={press}
          tearOff={tearOff}
          ownsKeyboard
        />
      )}
      <p class="hint">{words.terminal.pin}</p>
    </div>
  )
}
