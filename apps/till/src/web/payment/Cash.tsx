/** Cash payment: what the customer gives, and the change. */
import { Currency } from "@hipay-pos/core/plain"
import { useState } from "hono/jsx/dom"
import { Banknote } from "lucide"
import { AmountField } from "../AmountField.tsx"
import { useWhileShown } from "../effects.ts"
import { Icon } from "../Icon.tsx"
import { seenOf, useMoney, useScreen } from "../Screen.ts"
import { proposals } from "./proposals.ts"

export const Cash = () => {
  const { words, state, act, refuse } = useScreen()
  const { show, typed, read } = useMoney()
  const { sale } = state
  const [text, setText] = useState<string | undefined>(undefined)
  const revision = sale?.revision ?? 0
  useWhileShown(() => setText(undefined), [revision])
  if (sale === null) return null

  const { remaining } = sale
  const isRefund = sale.kind === "refund"
  const given = text === undefined ? remaining : read(text)
  const submit = (event: Event) => {
    event.preventDefault()
    if (given === undefined) return refuse("not-amount")
    void act({ do: "cash", given, ...seenOf(sale) })
  }
  const notes = isRefund ? [] : proposals(remaining, Currency.get(state.currency as Currency.CurrencyCode).exponent)
  return (
    <form onSubmit={submit} aria-label={words.cash}>
      <h2>
        <Icon of={Banknote} />
        {words.cash}
      </h2>
      <AmountField
        label={isRefund ? words.amount : words.cashGiven}
        name="given"
        text={text ?? typed(remaining)}
        setText={setText}
      />
      <fieldset class="choice" aria-label={words.cashGiven}>
        <button type="button" aria-pressed={`${given === remaining}`} onClick={() => setText(typed(remaining))}>
          {words.exact}
        </button>
        {notes.map((note) => (
          <button
            key={String(note)}
            type="button"
            aria-pressed={`${given === note}`}
            onClick={() => setText(typed(note))}
          >
            {show(note)}
          </button>
        ))}
      </fieldset>
      <p class="change" role="status">
        {given !== undefined && given > remaining ? words.willChange(show(given - remaining)) : ""}
      </p>
      {/* After each payment another button, so that a double click that takes a part does not take the rest as well. */}
      <button key={revision} type="submit" class="big strong">
        {isRefund ? words.giveCash(show(given ?? 0)) : words.takeCash(show(Math.min(given ?? 0, remaining)))}
      </button>
    </form>
  )
}
