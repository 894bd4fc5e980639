/** The test cards; the selected card is used for insert, tap and swipe. */
import { useState } from "hono/jsx/dom"
import type { TestCard } from "../server/model.ts"
import { useAppContext } from "../shell/context.ts"

interface Props {
  readonly cards: ReadonlyArray<TestCard>
  readonly selected: TestCard | undefined
  readonly onSelect: (card: TestCard) => void
}

/** How many cards are shown before the others are asked for. */
const FIRST = 8

export const TestCardPicker = ({ cards, selected, onSelect }: Props) => {
  const { words } = useAppContext()
  const text = words.terminal
  const [all, setAll] = useState(false)
  const drawn = all ? cards : firstOnes(cards)
  return (
    <fieldset class="card-picker">
      <legend>{text.cards}</legend>
      <p class="hint how">{text.cardsHint}</p>
      <div class="cards">
        {drawn.map((card) => (
          <label key={card.name} class={`card ${schemeOf(card)}`}>
            <input
              type="radio"
              name="card"
              value={card.name}
              checked={selected?.name === card.name}
              onChange={() => onSelect(card)}
            />
            <span class="plastic">
              <span class="card-top">
                <strong>{card.name}</strong>
                <span>{card.label}</span>
              </span>
              <span class="card-shows">{words.cards[card.name] ?? card.shows}</span>
              <span class="card-bottom">
                <span class="pan">{shortPan(card.pan)}</span>
                <span>{card.readings.map(({ mode }) => text.modes[mode]).join(" · ")}</span>
              </span>
            </span>
          </label>
        ))}
      </div>
      <div class="card-picker-foot">
        <p class="hint">{text.pin}</p>
        {cards.length > drawn.length || all ? (
          <button type="button" class="button" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? text.fewer : text.allCards(cards.length)}
          </button>
        ) : null}
      </div>
    </fieldset>
  )
}

const shownFirst = ["cb", "cb-pin", "cb-contactless", "over-limit", "partial", "refused", "stolen", "stripe"]

const firstOnes = (cards: ReadonlyArray<TestCard>): ReadonlyArray<TestCard> => {
  const found = shownFirst.flatMap((name) => cards.find((card) => card.name === name) ?? [])
  return found.length > 0 ? found : cards.slice(0, FIRST)
}

/** The last four digits; a cheque has none. */
const shortPan = (pan: string): string => (pan === "" ? "" : `•••• ${pan.slice(-4)}`)

const schemeOf = ({ label }: TestCard): string => {
  const scheme = ["visa", "mastercard", "amex", "american", "conecs", "cheque", "unionpay", "jcb", "diners"].find(
    (each) => label.toLowerCase().startsWith(each)
  )
  return `scheme-${scheme === "american" ? "amex" : (scheme ?? "cb")}`
}
