/** A paid sale: change to give, its receipt, the next customer. */
import { useRef } from "hono/jsx/dom"
import { Check, Printer } from "lucide"
import { changeOf, tipsOf } from "../../sale/counts.ts"
import { useOnceOnPage } from "../effects.ts"
import { Icon } from "../Icon.tsx"
import { Paper } from "../Paper.tsx"
import { ReceiptLink } from "../ReceiptLink.tsx"
import { goTo } from "../route.ts"
import { useMoney, useScreen } from "../Screen.ts"
import { Overcharged } from "./Overcharged.tsx"
import { Tenders } from "./Tenders.tsx"

export const Ended = () => {
  const { words, state, act } = useScreen()
  const { show } = useMoney()
  const { sale } = state
  const next = useRef<HTMLButtonElement>(null)
  useOnceOnPage(() => next.current?.focus(), [])
  if (sale === null) return null
  const change = changeOf(sale)
  const tip = tipsOf(sale)
  return (
    <div class="panel ended">
      <div class="ended-side screen-only">
        <p class="tick" aria-hidden="true">
          <Icon of={Check} />
        </p>
        <h1 id="ended-title">
          {sale.kind === "sale" ? words.doneTitle : words.refundDoneTitle} <strong>{show(sale.total)}</strong>
        </h1>
        <Overcharged tenders={sale.tenders} />
        {tip === 0 ? null : (
          <p class="hint">
            {words.tips} {show(tip)}
          </p>
        )}
        {change === 0 ? null : (
          <p id="ended-change" class="change">
            {words.change} <strong>{show(change)}</strong>
          </p>
        )}
        <div class="actions">
          <button
            type="button"
            class="go big"
            ref={next}
            aria-describedby={change === 0 ? "ended-title" : "ended-title ended-change"}
            onClick={() => {
              void act({ do: "next" })
              goTo({ view: "sale" })
            }}
          >
            {words.nextSale}
          </button>
          <button type="button" class="big" onClick={() => print()}>
            <Icon of={Printer} />
            {words.print}
          </button>
        </div>
        {state.receipt === undefined ? null : <ReceiptLink url={state.receipt} />}
        <Tenders tenders={sale.tenders} />
      </div>
      <Paper sale={sale} />
    </div>
  )
}
