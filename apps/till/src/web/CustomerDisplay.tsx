/**
 * The customer display: the lines as they are scanned, the amount to pay, what to do, the change, and the receipt to take
 * along.
 * Display only.
 */
import { useRef } from "hono/jsx/dom"
import { Check } from "lucide"
import type { SaleView } from "../api.ts"
import { changeOf } from "../sale/counts.ts"
import { useOnceOnPage } from "./effects.ts"
import { Icon } from "./Icon.tsx"
import { Steps } from "./payment/Waiting.tsx"
import { QrCode } from "./QrCode.tsx"
import { useMoney, useNames, useScreen } from "./Screen.ts"

export const CustomerDisplay = () => {
  const { words, state, connected } = useScreen()
  const { sale } = state
  const isShown = sale !== null && sale.lines.length > 0
  return (
    <main class="customer" aria-live="polite">
      <header>
        <img src="/icon.svg" alt="" width={36} height={36} />
        <h1 dir="auto">{state.shop}</h1>
      </header>
      {!connected ? (
        <p class="welcome">{words.oneMoment}</p>
      ) : isShown ? (
        <Shown sale={sale} />
      ) : (
        <p class="welcome">{words.welcome}</p>
      )}
      <footer>
        {words.demo} · {state.simulated ? words.simulatedHint : words.demoReceipt}
      </footer>
    </main>
  )
}

const Shown = ({ sale }: { readonly sale: SaleView }) => {
  const { words, state } = useScreen()
  const { show } = useMoney()
  const { lineName } = useNames()
  const lines = useRef<HTMLUListElement>(null)
  useOnceOnPage(() => {
    lines.current?.lastElementChild?.scrollIntoView({ block: "nearest" })
  }, [sale.lines.length])
  return (
    <div class="customer-sale">
      <ul class="customer-lines" ref={lines}>
        {sale.lines.map((line) => (
          <li key={line.number}>
            <span class="count">{line.quantity}</span>
            <span class="name" dir="auto">
              {lineName(line)}
            </span>
            <span class="sum">{show(line.total)}</span>
          </li>
        ))}
      </ul>
      <section class={`customer-total is-${sale.stage}`}>
        {sale.stage === "completed" ? (
          <Thanks sale={sale} />
        ) : sale.stage === "unknown" ? (
          // Whoever has paid already must not be asked for money.
          <p>{words.oneMoment}</p>
        ) : (
          <>
            <p>{sale.kind === "sale" ? words.yourTotal : words.totalToRefund}</p>
            <p class="amount">{show(sale.stage === "waiting" ? waitedFor(sale) : sale.remaining)}</p>
            {sale.stage === "waiting" ? (
              <>
                <Steps doing={state.doing} />
                <p>{state.doing === "queued" ? words.oneMoment : words.presentCard}</p>
              </>
            ) : null}
          </>
        )}
      </section>
    </div>
  )
}

const waitedFor = ({ tenders, remaining }: SaleView): number =>
  tenders.find((tender) => tender.means === "card" && tender.state === "waiting")?.amount ?? remaining

const Thanks = ({ sale }: { readonly sale: SaleView }) => {
  const { words, state } = useScreen()
  const { show } = useMoney()
  const change = changeOf(sale)
  return (
    <>
      <p class="tick" aria-hidden="true">
        <Icon of={Check} />
      </p>
      <p class="amount">{show(sale.total)}</p>
      {change === 0 ? null : (
        <p class="change">
          {words.yourChange} <strong>{show(change)}</strong>
        </p>
      )}
      <p>{words.thankYou}</p>
      {state.receipt === undefined ? null : (
        <div class="customer-receipt">
          <QrCode text={state.receipt} title={words.receiptLink} />
          <p>{words.receiptLink}</p>
        </div>
      )}
    </>
  )
}
