/** A card is waited for: where, how long already, and who can stop it. The till cannot. */
import { useRef, useState } from "hono/jsx/dom"
import type { CardTender } from "../../sale/Sale.ts"
import { useOnceOnPage, useWhileShown } from "../effects.ts"
import { SaleLines } from "../SaleLines.tsx"
import { useMoney, useScreen } from "../Screen.ts"

export const Waiting = () => {
  const { words, state, skew } = useScreen()
  const { show } = useMoney()
  const tender = state.sale?.tenders.find(
    (tender): tender is CardTender => tender.means === "card" && tender.state === "waiting"
  )
  const heading = useRef<HTMLHeadingElement>(null)
  const [now, setNow] = useState(Date.now())
  useOnceOnPage(() => heading.current?.focus(), [])
  useWhileShown(() => {
    const timer = setInterval(() => setNow(Date.now()), 250)
    return () => clearInterval(timer)
  }, [])
  if (state.sale === null || tender === undefined) return null
  const seconds = Math.max(0, Math.floor((now + skew - tender.startedAt) / 1000))
  return (
    <div class="panel waiting">
      <div class="pulse" aria-hidden="true" />
      <h1 ref={heading} tabindex={-1} dir="auto">
        {tender.direction === "in" ? words.waitingTitle(tender.terminal) : words.waitingRefundTitle(tender.terminal)}
      </h1>
      <p class="amount">{show(tender.amount)}</p>
      <p class="timer" aria-hidden="true">
        {words.seconds(`${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`)}
      </p>
      <p role="status">{state.sent ? words.sentToTerminal : words.sending}</p>
      <p class="red-key">
        <span class="key" aria-hidden="true" />
        {words.redKey}
      </p>
      <p class="hint">{words.mayReload}</p>
      <SaleLines sale={state.sale} />
      <p class="slow" role="status">
        {seconds >= 180 ? words.veryLongWait : seconds >= 60 ? words.longWait : ""}
      </p>
    </div>
  )
}
