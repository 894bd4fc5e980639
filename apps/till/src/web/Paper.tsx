/**
 * A sale's receipt, 42 columns wide, for the screen, a customer's phone and paper, with the terminal's own tickets below.
 * A sale that is not completed has no receipt: the heading says so.
 *
 * Tickets are shown as text, even HTML ones: nothing that a terminal sends is ever run.
 */
import type { ReceiptSale, ReceiptTender } from "../api.ts"
import { piecesOf } from "../sale/counts.ts"
import { localeOf, ticketText, useMoney, useNames, useScreen, useTimes } from "./Screen.ts"
import { TaxTable } from "./TaxTable.tsx"

/** Rates have letters, so that each line can refer to its rate. */
const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

export const Paper = ({ sale, copy = false }: { readonly sale: ReceiptSale; readonly copy?: boolean }) => {
  const { words, state } = useScreen()
  const { show } = useMoney()
  const { lineName } = useNames()
  const { moment } = useTimes()
  const { register } = state.details
  const cards = sale.tenders.filter((tender) => tender.means === "card")
  const cashIn = sale.kind === "sale" ? words.cash : words.cashTakenBack
  const letterOf = (rate: number) => letters[sale.tax.findIndex((row) => row.rate === rate)] ?? ""
  const pieces = piecesOf(sale)
  return (
    <article class="paper" aria-label={sale.stage === "completed" ? words.receipt : words.ticket}>
      <header>
        <ShopHead />
        {sale.stage === "completed" ? null : <p class="no-receipt">*** {words.noReceipt[sale.stage]} ***</p>}
        <p class="row ticket-line">
          <span>
            {words.ticketNumber} {ticketText(sale.ticket)}
          </span>
          <span>{words.register(register)}</span>
        </p>
        <p class="when">{moment(sale.endedAt ?? sale.openedAt)}</p>
        {sale.refundOfTicket === undefined ? null : <p>{words.refundOf(ticketText(sale.refundOfTicket))}</p>}
        {copy ? <p>*** {words.copy} ***</p> : null}
      </header>
      <ul>
        {sale.lines.map((line) => (
          <li key={line.number}>
            <span class="row">
              <span class="name" dir="auto">
                {lineName(line)}
              </span>
              <span class="sum">
                {show(line.total - line.off)} <span class="letter">{letterOf(line.taxRate)}</span>
              </span>
            </span>
            {line.quantity === 1 ? null : (
              <span class="times">
                {line.quantity} × {show(line.unitPrice)}
              </span>
            )}
            {line.off === 0 ? null : <Row name={words.discount} amount={show(line.off)} />}
          </li>
        ))}
      </ul>
      {sale.off === 0 ? null : <Row name={words.orderDiscount} amount={show(sale.off)} />}
      <p class="row grand">
        <span>{sale.kind === "sale" ? words.total : words.refund}</span>
        <span>{show(sale.total)}</span>
      </p>
      <p class="count-line">{words.pieces(pieces)}</p>
      {sale.tenders.map((tender) =>
        tender.means === "cash" ? (
          <div key={String(tender.number)}>
            <Row name={tender.direction === "in" ? cashIn : words.cashOut} amount={show(tender.given)} />
            {tender.change === 0 ? null : <Row name={words.change} amount={show(tender.change)} />}
          </div>
        ) : tender.paid === 0 ? null : (
          <div key={String(tender.number)}>
            <Row name={cardText(words.card, tender)} amount={show(tender.paid + (tender.extra ?? 0))} />
            {tender.extra === undefined ? null : (
              <Row name={tender.tip === true ? words.ofWhichTip : words.ofWhichExtra} amount={show(tender.extra)} />
            )}
          </div>
        )
      )}
      <TaxTable rows={sale.tax} letters={letters} />
      {cards.map(({ number, receipt }) =>
        receipt?.customer === undefined ? null : (
          <section key={String(number)} aria-label={words.cardReceipt}>
            <pre dir="auto">{receipt.customer}</pre>
          </section>
        )
      )}
      <footer>
        {sale.stage === "completed" ? <p>{words.thanks}</p> : null}
        <p>{words.demoReceipt}</p>
        {state.simulated ? <p>{words.noValue}</p> : null}
      </footer>
    </article>
  )
}

/** The shop's details that the law requires on a receipt: name, address, SIRET, VAT number. */
export const ShopHead = () => {
  const { language, state } = useScreen()
  const { address, siret, vat } = state.details
  return (
    <>
      <p class="shop-name" dir="auto">
        {state.shop}
      </p>
      {address.map((line) => (
        <p key={line} dir="auto">
          {line}
        </p>
      ))}
      {siret === undefined ? null : <p>SIRET {grouped(siret)}</p>}
      {vat === undefined ? null : (
        <p>
          {localeOf(language) === "fr-FR" ? "TVA" : "VAT"} {vat}
        </p>
      )}
    </>
  )
}

/** Such as `123 456 782 00010`. */
const grouped = (siret: string): string => siret.replace(/^(\d{3})(\d{3})(\d{3})/, "$1 $2 $3 ")

const cardText = (card: string, { card: read }: Extract<ReceiptTender, { means: "card" }>): string =>
  [read?.brand ?? card, read?.last4 === undefined ? "" : `••••\u00A0${read.last4}`]
    .filter((text) => text !== "")
    .join(" ")

const Row = ({ name, amount }: { readonly name: string; readonly amount: string }) => (
  <p class="row">
    <span>{name}</span>
    <span>{amount}</span>
  </p>
)
