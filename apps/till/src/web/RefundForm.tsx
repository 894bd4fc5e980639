/** The form for a refund: which pieces of a past sale's lines come back. The amount is what was paid for them. */
import { useState } from "hono/jsx/dom"
import type { SaleDetail, SaleView } from "../api.ts"
import { goTo } from "./route.ts"
import { useMoney, useNames, useScreen } from "./Screen.ts"

interface RefundFormProps {
  readonly sale: SaleView
  readonly refundable: SaleDetail["refundable"]
}

export const RefundForm = ({ sale, refundable }: RefundFormProps) => {
  const { words, state, act } = useScreen()
  const { show } = useMoney()
  const { lineName } = useNames()
  const [back, setBack] = useState<Readonly<Record<number, number>>>({})
  const left = refundable.filter(({ quantity }) => quantity > 0)
  if (left.length === 0) return <p class="hint">{words.nothingLeft}</p>
  const busy = state.sale !== null && state.sale.endedAt === undefined && state.sale.lines.length > 0
  const chosen = left.some(({ line }) => (back[line] ?? 0) > 0)
  const submit = async (event: Event) => {
    event.preventDefault()
    const lines = left.map(({ line }) => ({ line, quantity: back[line] ?? 0 })).filter(({ quantity }) => quantity > 0)
    if (await act({ do: "refund", sale: sale.id, lines })) goTo({ view: "pay" })
  }
  return (
    <form class="refund" onSubmit={(event: Event) => void submit(event)}>
      <h2>{words.refundSome}</h2>
      <p class="hint">{busy ? words.busyHint : words.refundHint}</p>
      <ul class="lines">
        {left.map(({ line, quantity, amount }) => {
          const name = lineName(sale.lines.find(({ number }) => number === line) ?? { reference: "", name: "" })
          const count = back[line] ?? 0
          const set = (value: number) => setBack({ ...back, [line]: value })
          return (
            <li class="line" key={String(line)}>
              <span class="what">
                <span class="name" dir="auto">
                  {name}
                </span>
                <span class="detail">
                  {words.pieces(quantity)} · {show(amount)}
                </span>
              </span>
              <span class="stepper">
                <button
                  type="button"
                  disabled={count === 0}
                  aria-label={words.less(name)}
                  onClick={() => set(count - 1)}
                >
                  −
                </button>
                <span>{count}</span>
                <button
                  type="button"
                  disabled={count === quantity}
                  aria-label={words.more(name)}
                  onClick={() => set(count + 1)}
                >
                  +
                </button>
              </span>
            </li>
          )
        })}
      </ul>
      <div class="actions">
        <button
          type="button"
          onClick={() => setBack(Object.fromEntries(left.map(({ line, quantity }) => [line, quantity])))}
        >
          {words.refundAll}
        </button>
        <button type="submit" class="go" disabled={!chosen || busy}>
          {chosen ? words.refundSome : words.refundNothing}
        </button>
      </div>
    </form>
  )
}
