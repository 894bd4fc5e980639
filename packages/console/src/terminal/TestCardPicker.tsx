/** The test cards, as cards, grouped by what they do; the selected one is used for insert, tap and swipe. */

import { useState } from "hono/jsx/dom"
import { Nfc } from "lucide"
import type { TestCard } from "../server/model.ts"
import { useAppContext } from "../shell/context.ts"
import { Icon } from "../shell/Icon.tsx"
import { cardName, groupOf, groups, schemeClass } from "./testCards.ts"

interface Props {
  readonly cards: ReadonlyArray<TestCard>
  readonly selected: TestCard | undefined
  readonly onSelect: (card: TestCard) => void
}

const shownFirst: ReadonlySet<string> = new Set([
  "cb",
  "cb-pin",
  "cb-contactless",
  "visa",
  "mastercard",
  "refused",
  "stolen",
  "partial",
  "over-limit"
])

export const TestCardPicker = ({ cards, selected, onSelect }: Props) => {
  const { words } = useAppContext()
  const text = words.terminal
  const [all, setAll] = useState(false)
  const drawn = all ? cards : cards.filter(({ name }) => shownFirst.has(name) || name === selected?.name)
  return (
    <div class="card-picker">
      <h2>{text.cards}</h2>
      <p class="hint how">
        {text.cardsHint} {text.pin}
      </p>
      {groups.map((group) => {
        const own = drawn.filter((card) => groupOf(card) === group)
        return own.length === 0 ? null : (
          <fieldset key={group}>
            <legend>{text.groups[group]}</legend>
            <div class="cards">
              {own.map((card) => (
                <PlasticCard key={card.name} card={card} selected={selected} onSelect={onSelect} />
              ))}
            </div>
          </fieldset>
        )
      })}
      {cards.length > shownFirst.size ? (
        <button type="button" class="button" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? text.fewer : text.allCards(cards.length)}
        </button>
      ) : null}
    </div>
  )
}

export const PlasticCard = ({
  card,
  selected,
  onSelect
}: Pick<Props, "selected" | "onSelect"> & { readonly card: TestCard }) => {
  const { words } = useAppContext()
  const modes = card.readings.map(({ mode }) => mode)
  return (
    <label class={`card ${schemeClass(card)}`}>
      <input
        type="radio"
        name="card"
        value={card.name}
        aria-label={words.named(card.name, `${cardName(card, words.schemes)}, ${words.cards[card.name] ?? card.shows}`)}
        checked={selected?.name === card.name}
        onChange={() => onSelect(card)}
      />
      <span class="plastic">
        <span class="card-top">
          {modes.includes("contact") ? <i class="chip-gold" /> : <i />}
          {modes.includes("contactless") ? <Icon of={Nfc} /> : null}
        </span>
        <span class="pan">{card.pan === "" ? "CMC7" : `•••• •••• •••• ${card.pan.slice(-4)}`}</span>
        <span class="card-bottom">
          <span>{card.expiry === "" ? "" : `${card.expiry.slice(2)}/${card.expiry.slice(0, 2)}`}</span>
          <b>{cardName(card, words.schemes)}</b>
        </span>
      </span>
      <span class="card-shows">
        <b>{card.name}</b> {words.cards[card.name] ?? card.shows}
      </span>
    </label>
  )
}
