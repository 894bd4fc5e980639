/** Pays the rest of a sale, or gives a refund back: an amount, then a card at a terminal, or cash. */
import { useRef, useState } from "hono/jsx/dom"
import { CreditCard } from "lucide"
import type { CardTender } from "../../sale/Sale.ts"
import { AmountField } from "../AmountField.tsx"
import { useOnceOnPage, useWhileShown } from "../effects.ts"
import { Icon } from "../Icon.tsx"
import { remember, terminalChosen } from "../preferences.ts"
import { goTo } from "../route.ts"
import { SaleLines } from "../SaleLines.tsx"
import { seenOf, useMoney, useNames, useScreen } from "../Screen.ts"
import { Cash } from "./Cash.tsx"
import { LastCard } from "./LastCard.tsx"
import { Overcharged } from "./Overcharged.tsx"
import { Tenders } from "./Tenders.tsx"

export const Pay = () => {
  const { words, state, act, refuse } = useScreen()
  const { show, typed, read } = useMoney()
  const { sale, terminals } = state
  const { terminalName } = useNames()
  const [text, setText] = useState<string | undefined>(undefined)
  // The terminal used last: a customer's second card is tried where the first one was.
  const [terminal, setTerminal] = useState(terminalChosen(terminals))
  const heading = useRef<HTMLHeadingElement>(null)
  const field = useRef<HTMLInputElement>(null)
  const revision = sale?.revision ?? 0
  // After each payment, the whole rest is suggested again.
  useWhileShown(() => setText(undefined), [revision])
  // With a keyboard, Enter pays at once; on a touch screen, a keyboard must not cover the page.
  useOnceOnPage(() => {
    if (!matchMedia("(pointer: fine)").matches) return heading.current?.focus()
    field.current?.focus()
    field.current?.select()
  }, [])
  // A payment in part replaces the button that took it, and says what is still to be paid; in a field, the next amount replaces it.
  useOnceOnPage(() => {
    const focused = document.activeElement
    if (focused === document.body) heading.current?.focus()
    if (focused instanceof HTMLInputElement) focused.select()
  }, [revision])
  useWhileShown(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.key === "Escape") goTo({ view: "sale" })
    }
    addEventListener("keydown", pressed)
    return () => removeEventListener("keydown", pressed)
  }, [])
  if (sale === null) return null

  const isRefund = sale.kind === "refund"
  const { giveBack, giveBackHint } = isRefund ? words.ofRefund : words
  const amount = text === undefined ? sale.remaining : read(text)
  const byCard = (event: Event) => {
    event.preventDefault()
    if (amount === undefined) return refuse("not-amount")
    remember("terminal", terminal)
    void act({ do: "card", amount, terminal, ...seenOf(sale) })
  }
  const last = sale.tenders.findLast((tender): tender is CardTender => tender.means === "card")
  const parts = [
    [words.wholeRest, sale.remaining],
    [words.half, sale.parts[2]],
    [words.third, sale.parts[3]],
    [words.quarter, sale.parts[4]]
  ] as const
  const title = isRefund ? words.toGiveBack : sale.collected === 0 ? words.toPay : words.stillToPay
  return (
    <div class="panel pay">
      <div class="panel-head">
        <h1 ref={heading} tabindex={-1}>
          {title} <strong>{show(sale.remaining)}</strong>
        </h1>
        <a class="button" href="#/sale">
          {words.back}
        </a>
      </div>
      {last === undefined ? null : <LastCard tender={last} remaining={sale.remaining} />}
      <Overcharged tenders={sale.tenders} />
      <div class="means">
        <form onSubmit={byCard} aria-label={words.card}>
          <h2>
            <Icon of={CreditCard} />
            {words.card}
          </h2>
          <AmountField
            label={words.thisPayment}
            name="amount"
            text={text ?? typed(sale.remaining)}
            setText={setText}
            field={field}
            open={false}
          />
          <fieldset class="choice" aria-label={words.thisPayment}>
            {parts.map(([name, part]) => (
              <button key={name} type="button" aria-pressed={`${amount === part}`} onClick={() => setText(typed(part))}>
                {name}
              </button>
            ))}
          </fieldset>
          {terminals.length === 0 ? <p class="hint">{words.noTerminal}</p> : null}
          <fieldset class="terminals">
            <legend>{words.terminal}</legend>
            {terminals.map((name) => (
              <label key={name} dir="auto">
                <input
                  type="radio"
                  name="terminal"
                  value={name}
                  checked={name === terminal}
                  onChange={() => setTerminal(name)}
                />
                {terminalName(name)}
              </label>
            ))}
          </fieldset>
          <button type="submit" class="go big" disabled={terminals.length === 0}>
            {isRefund ? words.toCard(show(amount ?? 0)) : words.byCard(show(amount ?? 0))}
          </button>
        </form>
        <Cash />
      </div>
      <Tenders tenders={sale.tenders} />
      <SaleLines sale={sale} />
      {sale.collected > 0 ? (
        <div class="give-back">
          <p class="hint">{giveBackHint}</p>
          <button type="button" onClick={() => void act({ do: "give-back", amount: sale.collected, ...seenOf(sale) })}>
            {giveBack(show(sale.collected))}
          </button>
        </div>
      ) : null}
    </div>
  )
}
