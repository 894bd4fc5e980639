/** The sale in progress: the shelf of products and the ticket. On a phone, one of them at a time. */
import { useState } from "hono/jsx/dom"
import { piecesOf } from "../sale/counts.ts"
import { goTo } from "./route.ts"
import { useMoney, useScreen } from "./Screen.ts"
import { Shelf } from "./Shelf.tsx"
import { Ticket } from "./Ticket.tsx"

export const Sale = () => {
  const { words, state } = useScreen()
  const { show } = useMoney()
  const { sale } = state
  const [side, setSide] = useState<"shelf" | "ticket">(sale?.kind === "refund" ? "ticket" : "shelf")
  const pieces = sale === null ? 0 : piecesOf(sale)
  return (
    <div class="sale" data-side={side}>
      <h1 class="sr">{words.sale}</h1>
      <Shelf />
      <Ticket />
      <div class="sides">
        <button type="button" aria-pressed={`${side === "shelf"}`} onClick={() => setSide("shelf")}>
          {words.products}
        </button>
        {side === "ticket" && sale !== null && sale.remaining > 0 ? (
          <button type="button" class="go" onClick={() => goTo({ view: "pay" })}>
            {sale.kind === "sale" ? words.pay : words.refundNow} {show(sale.remaining)}
          </button>
        ) : (
          <button type="button" aria-pressed={`${side === "ticket"}`} onClick={() => setSide("ticket")}>
            {words.ticket} ({pieces}) · {show(sale?.total ?? 0)}
          </button>
        )}
      </div>
    </div>
  )
}
