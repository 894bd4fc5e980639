/** The form for a discount: an amount or a percentage. */
import { useState } from "hono/jsx/dom"
import type { Action } from "../api.ts"
import type { Discount } from "../sale/Sale.ts"
import { useMoney, useScreen } from "./Screen.ts"
import { TextField } from "./TextField.tsx"

interface DiscountFormProps {
  readonly discount: Discount | undefined
  readonly actionOf: (discount: Discount | null) => Action
  readonly close: () => void
  /** Whether a dialog that shows it puts the focus here. */
  readonly autofocus?: boolean
}

export const DiscountForm = ({ discount, actionOf, close, autofocus = false }: DiscountFormProps) => {
  const { words, act, refuse } = useScreen()
  const { typed, read } = useMoney()
  const [kind, setKind] = useState<Discount["_tag"]>(discount?._tag ?? "Percent")
  const [text, setText] = useState(
    discount === undefined ? "" : discount._tag === "Percent" ? String(discount.percent) : typed(discount.minorUnits)
  )
  const give = async (chosen: Discount | null) => {
    if (await act(actionOf(chosen))) close()
  }
  const submit = (event: Event) => {
    event.preventDefault()
    if (kind === "Percent") {
      const percent = readPercent(text)
      return percent === undefined ? refuse("not-percent") : void give({ _tag: kind, percent })
    }
    const minorUnits = read(text)
    return minorUnits === undefined ? refuse("not-amount") : void give({ _tag: kind, minorUnits })
  }
  return (
    <form class="discount" onSubmit={submit}>
      <fieldset class="choice" aria-label={words.discount}>
        <button type="button" aria-pressed={`${kind === "Percent"}`} onClick={() => setKind("Percent")}>
          {words.percent}
        </button>
        <button type="button" aria-pressed={`${kind === "Amount"}`} onClick={() => setKind("Amount")}>
          {words.amount}
        </button>
      </fieldset>
      <div class="row">
        <TextField
          class="grow"
          label={kind === "Percent" ? words.percent : words.amount}
          inputmode="decimal"
          autofocus={autofocus}
          text={text}
          setText={setText}
        />
        <button type="submit" class="go">
          {words.apply}
        </button>
      </div>
      {discount === undefined ? null : (
        <button type="button" onClick={() => void give(null)}>
          {words.named(words.discount, words.noDiscount)}
        </button>
      )}
    </form>
  )
}

/** From 0.01 to 100, with two decimals at most, as people type it: `5,5` or `10 %`. */
const readPercent = (text: string): number | undefined => {
  const [, digits] = /^\s*(\d{1,3}(?:[.,]\d{1,2})?)\s*%?\s*$/.exec(text) ?? []
  const percent = Number(digits?.replace(",", "."))
  return percent >= 0.01 && percent <= 100 ? percent : undefined
}
