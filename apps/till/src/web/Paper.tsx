/**
 * A sale's receipt, 40 columns wide, for the screen and for paper, with the terminal's own tickets below.
 *
 * Tickets are text, also those that are HTML: what a terminal sends is shown and never run.
 */
import type { SaleView } from "../api.ts"
import type { CardTender } from "../sale/Sale.ts"
import { localeOf, useMoney, useNames, useScreen } from "./Screen.ts"
import { TaxTable } from "./TaxTable.tsx"

export const Paper = ({ sale, copy = false }: { readonly sale: SaleView; readonly copy?: boolean }) => {
  const { words, language, state } = useScreen()
  const { show } = useMoney()
  const { lineName } = useNames()
  const when = new Date(sale.endedAt ?? sale.openedAt).toLocaleString(localeOf(language))
  const cards = sale.tenders.filter((tender): tender is CardTender => tender.means === "card")
  return (
    <article class="paper" aria-label={words.receipt}>
      <header>
        <p class="shop-name" dir="auto">
          {state.shop}
        </p>
        <p>{when}</p>
        <p>
          {words.ticketNumber} {sale.id}
        </p>
        {sale.refundOf === undefined ? null : <p>{words.refundOf(sale.refundOf)}</p>}
        {copy ? <p>*** {words.copy} ***</p> : null}
      </header>
      <ul>
        {sale.lines.map((line) => (
          <li key={line.number}>
            <span class="name" dir="auto">
              {lineName(line)}
            </span>
            <span class="row">
              <span>
                {line.quantity} {words.piece} × {show(line.unitPrice)}
              </span>
              <span>{show(line.total - line.off)}</span>
            </span>
            {line.off === 0 ? null : <Row name={words.discount} amount={show(line.off)} />}
          </li>
        ))}
      </ul>
      {sale.off === 0 ? null : <Row name={words.orderDiscount} amount={show(sale.off)} />}
      <p class="row grand">
        <span>{sale.kind === "sale" ? words.total : words.refund}</span>
        <span>{show(sale.total)}</span>
      </p>
      {sale.tenders.map((tender) =>
        tender.means === "cash" ? (
          <div key={String(tender.number)}>
            <Row
              name={tender.direction === "in" ? words.cash : `${words.cash} · ${words.out}`}
              amount={show(tender.given)}
            />
            {tender.change === 0 ? null : <Row name={words.change} amount={show(tender.change)} />}
          </div>
        ) : tender.paid === 0 ? null : (
          <div key={String(tender.number)}>
            <Row name={words.card} amount={show(tender.paid + (tender.extra ?? 0))} />
            {tender.extra === undefined ? null : <Row name={words.ofWhichExtra} amount={show(tender.extra)} />}
          </div>
        )
      )}
      <TaxTable rows={sale.tax} />
      {cards.map(({ number, receipt }) =>
        receipt?.customer === undefined ? null : (
          <section key={String(number)} aria-label={words.cardReceipt}>
            <pre dir="auto">{receipt.customer}</pre>
          </section>
        )
      )}
      <footer>
        <p>{words.thanks}</p>
        {state.server.mode === "simulated" ? <p>{words.noValue}</p> : null}
      </footer>
    </article>
  )
}

const Row = ({ name, amount }: { readonly name: string; readonly amount: string }) => (
  <p class="row">
    <span>{name}</span>
    <span>{amount}</span>
  </p>
)
