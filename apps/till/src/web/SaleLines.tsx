/** A sale in a few lines, for views where its payment fills the screen. */
import type { SaleView } from "../api.ts"
import { piecesOf } from "../sale/counts.ts"
import { ticketText, useMoney, useNames, useScreen } from "./Screen.ts"

export const SaleLines = ({ sale }: { readonly sale: SaleView }) => {
  const { words } = useScreen()
  const { show } = useMoney()
  const { lineName } = useNames()
  const pieces = piecesOf(sale)
  return (
    <details class="sale-lines">
      <summary>
        {sale.kind === "sale" ? words.ticketNumber : words.refund} {ticketText(sale.ticket)} · {words.pieces(pieces)} ·{" "}
        {show(sale.total)}
      </summary>
      <ul>
        {sale.lines.map((line) => (
          <li key={String(line.number)}>
            <span>{line.quantity} ×</span>
            <span class="name" dir="auto">
              {lineName(line)}
            </span>
            <span class="sum">{show(line.total)}</span>
          </li>
        ))}
      </ul>
    </details>
  )
}
