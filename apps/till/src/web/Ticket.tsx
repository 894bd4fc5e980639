/** The lines of the sale in hand, its discounts and tax, its total, and the way to pay. */
import { useRef, useState } from "hono/jsx/dom"
import { BadgePercent, Pause, ReceiptText, Trash2 } from "lucide"
import type { LineView, SaleView } from "../api.ts"
import { piecesOf } from "../sale/counts.ts"
import { Dialog } from "./Dialog.tsx"
import { DiscountForm } from "./DiscountForm.tsx"
import { useOnceOnPage, useWhileShown } from "./effects.ts"
import { Icon } from "./Icon.tsx"
import { Parked } from "./Parked.tsx"
import { goTo } from "./route.ts"
import { seenOf, ticketText, useMoney, useNames, useScreen } from "./Screen.ts"
import { TaxTable } from "./TaxTable.tsx"
import { TextField } from "./TextField.tsx"

export const Ticket = () => {
  const { words, state } = useScreen()
  const [editing, setEditing] = useState<number | "order" | "abandon" | undefined>(undefined)
  const { sale } = state
  const canDiscount = sale !== null && sale.lines.length > 0 && !sale.locked
  useWhileShown(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.key !== "F8") return
      event.preventDefault()
      if (canDiscount) setEditing("order")
    }
    addEventListener("keydown", pressed)
    return () => removeEventListener("keydown", pressed)
  }, [canDiscount])
  // The newest line is the one that people look for.
  const lines = useRef<HTMLUListElement>(null)
  useOnceOnPage(() => {
    // Not returned: in newer browsers it is a promise, which would be called to clean up the effect.
    lines.current?.lastElementChild?.scrollIntoView({ block: "nearest" })
  }, [sale?.lines.length])
  if (sale === null || (sale.lines.length === 0 && sale.kind === "sale")) {
    return (
      <section class="ticket" aria-label={words.ticket}>
        <div class="nothing-yet">
          <Icon of={ReceiptText} />
          <p>{words.empty}</p>
          <p>{words.emptyHint}</p>
        </div>
        <Parked />
      </section>
    )
  }
  const line = sale.lines.find(({ number }) => number === editing)
  const close = () => setEditing(undefined)
  return (
    <section class="ticket" aria-label={words.ticket}>
      <div class="ticket-head">
        <h2>
          {words.ticketNumber} <span class="ticket-number">{ticketText(sale.ticket)}</span>
        </h2>
        <span class="hint">{words.pieces(sale.lines.reduce((sum, { quantity }) => sum + quantity, 0))}</span>
      </div>
      {sale.refundOfTicket === undefined ? null : (
        <p class="refund-of">{words.refundOf(ticketText(sale.refundOfTicket))}</p>
      )}
      <ul class="lines" ref={lines}>
        {sale.lines.map((each) => (
          <TicketLine key={each.number} line={each} locked={sale.locked} edit={() => setEditing(each.number)} />
        ))}
      </ul>
      <Foot sale={sale} editDiscount={() => setEditing("order")} askAbandon={() => setEditing("abandon")} />
      {line === undefined ? null : <LineDialog line={line} close={close} />}
      {editing === "abandon" ? <AbandonDialog sale={sale} close={close} /> : null}
      {editing === "order" ? (
        <Dialog title={words.orderDiscount} close={close}>
          <DiscountForm
            autofocus
            discount={sale.discount}
            close={close}
            actionOf={(discount) => ({ do: "discount-order", discount })}
          />
        </Dialog>
      ) : null}
    </section>
  )
}

const TicketLine = ({ line, locked, edit }: { line: LineView; locked: boolean; edit: () => void }) => {
  const { words, act } = useScreen()
  const { show } = useMoney()
  const { lineName } = useNames()
  const remove = useRemove(line)
  const name = lineName(line)
  /** The quantity after the clicks so far, which may be ahead of the one that is shown. */
  const wanted = useRef<number | undefined>(undefined)
  const unanswered = useRef(0)
  const step = async (by: 1 | -1) => {
    const quantity = (wanted.current ?? line.quantity) + by
    if (quantity < 0) return
    wanted.current = quantity
    unanswered.current = (unanswered.current ?? 0) + 1
    await (quantity === 0 ? remove() : act({ do: "quantity", line: line.number, quantity }))
    unanswered.current -= 1
    if (unanswered.current === 0) wanted.current = undefined
  }
  return (
    <li class="line">
      <button type="button" class="what" disabled={locked} onClick={edit}>
        <span class="sr">{words.edit} </span>
        <span class="name" dir="auto">
          {name}
        </span>
        <span class="detail">
          {words.each(show(line.unitPrice))}
          {line.off === 0 ? null : <span class="off"> · {show(line.off)}</span>}
        </span>
      </button>
      <div class="stepper">
        <button type="button" disabled={locked} aria-label={words.less(name)} onClick={() => void step(-1)}>
          −
        </button>
        <span>{line.quantity}</span>
        <button type="button" disabled={locked} aria-label={words.more(name)} onClick={() => void step(1)}>
          +
        </button>
      </div>
      <span class="sum">{show(line.total)}</span>
    </li>
  )
}

/** Removes a line, with a way to put it back. */
const useRemove = (line: LineView) => {
  const { words, act, tell } = useScreen()
  const { lineName } = useNames()
  return async () => {
    if ((await act({ do: "quantity", line: line.number, quantity: 0 })) === undefined) return
    tell({ text: words.removedSaid(lineName(line)), undo: () => void act({ do: "restore" }) })
  }
}

interface FootProps {
  readonly sale: SaleView
  readonly editDiscount: () => void
  readonly askAbandon: () => void
}

const Foot = ({ sale, editDiscount, askAbandon }: FootProps) => {
  const { words, act } = useScreen()
  const { show } = useMoney()
  const free = sale.remaining === 0
  return (
    <div class="foot">
      {sale.locked && sale.kind === "sale" ? <p class="hint">{words.lockedHint}</p> : null}
      <dl>
        {sale.off === 0 ? null : (
          <div>
            <dt>{words.subtotal}</dt>
            <dd>{show(sale.subtotal)}</dd>
          </div>
        )}
        {sale.off === 0 ? null : (
          <div class="off">
            <dt>{words.orderDiscount}</dt>
            <dd>{show(sale.off)}</dd>
          </div>
        )}
        <div class="total">
          <dt>{sale.kind === "sale" ? words.total : words.totalToRefund}</dt>
          <dd>{show(sale.total)}</dd>
        </div>
        {sale.collected === 0 ? null : (
          <div>
            <dt>{sale.kind === "sale" ? words.stillToPay : words.ofRefund.stillToPay}</dt>
            <dd>{show(sale.remaining)}</dd>
          </div>
        )}
      </dl>
      <details>
        <summary>{words.tax}</summary>
        <TaxTable rows={sale.tax} />
      </details>
      <div class="actions">
        {sale.locked ? null : (
          <button
            type="button"
            title={words.keys.discount}
            aria-keyshortcuts={words.keys.discount}
            onClick={editDiscount}
          >
            <Icon of={BadgePercent} />
            {words.discount}
          </button>
        )}
        <button type="button" onClick={() => void act({ do: "park", ...seenOf(sale) })}>
          <Icon of={Pause} />
          {words.park}
        </button>
        <button type="button" disabled={sale.collected !== 0} onClick={askAbandon}>
          <Icon of={Trash2} />
          {words.abandon}
        </button>
        {free ? (
          <button type="button" class="go" onClick={() => void act({ do: "complete", ...seenOf(sale) })}>
            {words.free}
          </button>
        ) : (
          <button type="button" class="go" aria-keyshortcuts={words.keys.pay} onClick={() => goTo({ view: "pay" })}>
            {sale.kind === "sale" ? words.pay : words.refundNow} {show(sale.remaining)}
            <span class="kbd" aria-hidden="true">
              {words.keys.pay}
            </span>
          </button>
        )}
      </div>
    </div>
  )
}

/** Guards against slips: asks once, and can be undone for a while. */
const AbandonDialog = ({ sale, close }: { readonly sale: SaleView; readonly close: () => void }) => {
  const { words, act, tell } = useScreen()
  const { show } = useMoney()
  const pieces = piecesOf(sale)
  const abandon = async () => {
    close()
    if ((await act({ do: "abandon", ...seenOf(sale) })) === undefined) return
    const text = words.abandonedSaid(ticketText(sale.ticket))
    tell(sale.kind === "sale" ? { text, undo: () => void act({ do: "reopen", sale: sale.id }) } : { text })
  }
  return (
    <Dialog title={words.abandon} close={close}>
      <p>
        {sale.kind === "sale" ? words.abandonSure(words.pieces(pieces), show(sale.total)) : words.abandonRefundSure}
      </p>
      <div class="actions">
        <button type="button" autofocus onClick={close}>
          {words.keep}
        </button>
        <button type="button" class="remove" onClick={() => void abandon()}>
          {words.abandon}
        </button>
      </div>
    </Dialog>
  )
}

/** Quantity and discount of one line. */
const LineDialog = ({ line, close }: { line: LineView; close: () => void }) => {
  const { words, act, refuse } = useScreen()
  const { lineName } = useNames()
  const remove = useRemove(line)
  const [quantity, setQuantity] = useState(String(line.quantity))
  const submit = async (event: Event) => {
    event.preventDefault()
    if (!/^\d{1,4}$/.test(quantity.trim())) return refuse("quantity")
    if (Number(quantity) === 0) {
      void remove()
      return close()
    }
    if (await act({ do: "quantity", line: line.number, quantity: Number(quantity) })) close()
  }
  return (
    <Dialog title={lineName(line)} close={close}>
      <form class="row" onSubmit={(event: Event) => void submit(event)}>
        <TextField
          class="grow"
          label={words.quantity}
          inputmode="numeric"
          autofocus
          text={quantity}
          setText={setQuantity}
        />
        <button type="submit">{words.apply}</button>
      </form>
      <h3>{words.lineDiscount}</h3>
      <DiscountForm
        discount={line.discount}
        close={close}
        actionOf={(discount) => ({ do: "discount-line", line: line.number, discount })}
      />
      <button
        type="button"
        class="remove"
        onClick={() => {
          void remove()
          close()
        }}
      >
        <Icon of={Trash2} />
        {words.remove}
      </button>
    </Dialog>
  )
}
