/** The customer's side: the terminal that the order names, and the cards. */
import { useAppContext } from "@hipay-pos/console/shell/context.ts"
import { inputValue } from "@hipay-pos/console/shell/input.ts"
import { Device } from "@hipay-pos/console/terminal/Device.tsx"
import { PlasticCard } from "@hipay-pos/console/terminal/TestCardPicker.tsx"
import { cardName } from "@hipay-pos/console/terminal/testCards.ts"
import { useTerminal } from "@hipay-pos/console/terminal/useTerminal.ts"
import { useTestCards } from "@hipay-pos/console/terminal/useTestCards.ts"
import { textFor } from "@hipay-pos/console/text/words.ts"
import type { Texts } from "./text/en.ts"

/** The cards shown as pictures; all others are in the list. */
const drawn: ReadonlyArray<string> = ["cb-pin", "cb-contactless", "refused", "partial"]

interface Props {
  readonly texts: Texts
  /** The terminal, `HOST:PORT`. */
  readonly name: string
  readonly card: string
  readonly onCard: (card: string) => void
}

export const CustomerPanel = ({ texts, name, card, onCard }: Props) => {
  const { words } = useAppContext()
  const t = texts.terminal
  const cards = useTestCards()
  const { terminal, paper, present, press, tearOff } = useTerminal(name)
  const selected = cards.find((each) => each.name === card) ?? cards.find((each) => each.name === drawn[0])
  return (
    <section class="pane customer-pane" aria-labelledby="customer-title">
      <header class="pane-head">
        <h2 id="customer-title">
          <span class="step">2</span> {t.title}
        </h2>
        <p class="mono call">{name}</p>
      </header>
      <p class={`customer-hint stage-${terminal?.stage ?? "idle"}`} aria-live="polite">
        {textFor(t.hints, terminal?.stage ?? "idle")}
      </p>
      {terminal === undefined ? null : (
        <Device
          terminal={terminal}
          paper={paper}
          card={selected}
          present={present}
          press={press}
          tearOff={tearOff}
          ownsKeyboard
        />
      )}
      <fieldset class="wallet">
        <legend>{words.terminal.cards}</legend>
        <div class="cards">
          {cards
            .filter((each) => drawn.includes(each.name))
            .map((each) => (
              <PlasticCard key={each.name} card={each} selected={selected} onSelect={({ name }) => onCard(name)} />
            ))}
        </div>
        <label class="field">
          <span class="visually-hidden">{t.moreCards}</span>
          <select onChange={(event: Event) => onCard(inputValue(event))}>
            {cards.map((each) => (
              <option key={each.name} value={each.name} selected={each.name === selected?.name}>
                {words.named(cardName(each, words.schemes), words.cards[each.name] ?? each.shows)}
              </option>
            ))}
          </select>
        </label>
      </fieldset>
    </section>
  )
}
