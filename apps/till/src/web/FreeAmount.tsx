/** The form for an article without a code: its price, its tax rate, and a name for the receipt. */
import { useState } from "hono/jsx/dom"
import { ratesOf } from "../catalogue/products.ts"
import { AmountField } from "./AmountField.tsx"
import { rateText, useMoney, useScreen } from "./Screen.ts"
import { TextField } from "./TextField.tsx"
import { useRunning } from "./useRunning.ts"

export const FreeAmount = ({ said }: { readonly said: (text: string) => void }) => {
  const { words, language, catalogue, act, refuse } = useScreen()
  const { show, read } = useMoney()
  const rates = ratesOf(catalogue)
  const [text, setText] = useState("")
  const [rate, setRate] = useState(rates[0] ?? 20)
  const [name, setName] = useState("")
  const amount = read(text)
  const { run } = useRunning()
  const add = async () => {
    if (amount === undefined) return refuse("not-amount")
    const called = name.trim()
    if ((await act({ do: "add-amount", amount, rate, ...(called === "" ? {} : { name: called }) })) === undefined)
      return
    setText("")
    setName("")
    said(words.added(called === "" ? words.freeAmount : called, 1))
  }
  const submit = (event: Event) => {
    event.preventDefault()
    void run(add)
  }
  return (
    <form class="free-amount" aria-label={words.freeAmount} onSubmit={submit}>
      <p class="hint">{words.freeAmountHint}</p>
      <AmountField label={words.amount} name="price" text={text} setText={setText} open />
      <fieldset class="choice" aria-label={words.taxRate}>
        <legend>{words.taxRate}</legend>
        {rates.map((each) => (
          <button key={String(each)} type="button" aria-pressed={`${each === rate}`} onClick={() => setRate(each)}>
            {rateText(each, language)}
          </button>
        ))}
      </fieldset>
      <TextField label={words.amountName} name="name" autocomplete="off" maxlength={60} text={name} setText={setName} />
      <button type="submit" class="strong big" disabled={amount === undefined}>
        {words.addAmount(show(amount ?? 0))}
      </button>
    </form>
  )
}
