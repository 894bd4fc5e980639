/**
 * The outcome of a card payment is unknown: guides a person to an answer, step by step.
 *
 * There is no way to pay from here. An answer requires evidence and a name.
 */
import { useRef } from "hono/jsx/dom"
import type { CardTender } from "../../sale/Sale.ts"
import { useOnceOnPage } from "../effects.ts"
import { SaleLines } from "../SaleLines.tsx"
import { seenOf, ticketText, useMoney, useNames, useScreen, useTimes } from "../Screen.ts"
import { useRunning } from "../useRunning.ts"
import { Detail } from "./Detail.tsx"
import { ResolutionForm } from "./ResolutionForm.tsx"
import { TerminalSaid } from "./TerminalSaid.tsx"
import { causeOf } from "./unknownCause.ts"

export const Unknown = () => {
  const { words, state, act } = useScreen()
  const { sale } = state
  const tender = sale?.tenders.find(
    (tender): tender is CardTender => tender.means === "card" && tender.state === "unknown"
  )
  const heading = useRef<HTMLHeadingElement>(null)
  const action = useRunning()
  useOnceOnPage(() => heading.current?.focus(), [])
  if (sale === null || tender === undefined) return null
  const text = tender.direction === "in" ? words : words.ofRefund
  return (
    <div class="panel unknown">
      <h1 ref={heading} tabindex={-1}>
        {text.unknownTitle}
      </h1>
      <p class="outcome warn">
        {tender.doubt === undefined ? text.unknownWhy[causeOf(tender)] : text.doubts[tender.doubt]}
      </p>
      {tender.doubt === undefined ? (
        <>
          <p class="hint">{words.unknownAsks}</p>
          <div class="ask">
            <button
              type="button"
              disabled={action.running}
              onClick={() => void action.run(() => act({ do: "ask", ...seenOf(sale) }))}
            >
              {words.askTerminal}
            </button>
            <p class="hint">{words.askTerminalHint}</p>
          </div>
        </>
      ) : null}
      <Facts tender={tender} ticket={sale.ticket} />
      <SaleLines sale={sale} />
      <ResolutionForm sale={sale} tender={tender} action={action} />
    </div>
  )
}

const Facts = ({ tender, ticket }: { readonly tender: CardTender; readonly ticket: number }) => {
  const { words } = useScreen()
  const { show } = useMoney()
  const { terminalName } = useNames()
  const { moment } = useTimes()
  return (
    <section class="facts">
      <h2>{words.facts}</h2>
      <dl>
        <dt>{words.amount}</dt>
        <dd>{show(tender.amount)}</dd>
        <dt>{words.terminal}</dt>
        <dd dir="auto">{terminalName(tender.terminal)}</dd>
        <dt>{words.when}</dt>
        <dd>{moment(tender.startedAt)}</dd>
        <dt>{words.ticketNumber}</dt>
        <dd>{ticketText(ticket)}</dd>
        <dt>{words.orderId}</dt>
        <dd>
          <code>{tender.orderId}</code>
        </dd>
      </dl>
      <TerminalSaid tender={tender} />
      {tender.said?.contradictions === undefined ? <Detail tender={tender} /> : null}
    </section>
  )
}
