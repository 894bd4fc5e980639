/** A card payment is pending: at which terminal, its progress, the elapsed time, and who can stop it. The till cannot. */
import { useRef, useState } from "hono/jsx/dom"
import { CreditCard, Hash, Landmark, Smartphone } from "lucide"
import type { Doing } from "../../api.ts"
import type { CardTender } from "../../sale/Sale.ts"
import { useOnceOnPage, useWhileShown } from "../effects.ts"
import { Icon } from "../Icon.tsx"
import { SaleLines } from "../SaleLines.tsx"
import { useMoney, useNames, useScreen } from "../Screen.ts"

export const Waiting = () => {
  const { words, state, skew } = useScreen()
  const { show } = useMoney()
  const { terminalName } = useNames()
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
  const doing =
    state.doing === undefined ? (state.sent ? words.sentToTerminal : words.sending) : words.doing[state.doing]
  const isQueued = state.doing === "queued"
  const title = isQueued ? words.queuedTitle : tender.direction === "in" ? words.waitingTitle : words.waitingRefundTitle
  return (
    <div class="panel waiting">
      <h1 ref={heading} tabindex={-1} dir="auto">
        {title(terminalName(tender.terminal))}
      </h1>
      <p class="amount">{show(tender.amount)}</p>
      <Steps doing={state.doing} />
      <p class="doing" role="status">
        {doing}
      </p>
      <p class="timer" aria-hidden="true">
        {words.seconds(`${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`)}
      </p>
      {tender.direction === "in" && state.tips.includes(tender.terminal) ? <p class="hint">{words.mayTip}</p> : null}
      <p class="red-key">
        <span class="key" aria-hidden="true" />
        {isQueued ? words.queuedKey : words.redKey}
      </p>
      <p class="hint">{words.mayReload}</p>
      <SaleLines sale={state.sale} />
      <p class="slow" role="status">
        {seconds >= 180 ? words.veryLongWait : seconds >= 60 ? words.longWait : ""}
      </p>
    </div>
  )
}

const steps = [
  ["asked", Smartphone],
  ["card", CreditCard],
  ["pin", Hash],
  ["bank", Landmark]
] as const

/** The terminal's progress. Without a report of it, the first step stays lit. The sentence below says the same. */
export const Steps = ({ doing = "asked" }: { readonly doing?: Doing | undefined }) => {
  const { words } = useScreen()
  const known = doing === "relayed" ? "asked" : doing
  const at = known === "answered" ? steps.length : steps.findIndex(([step]) => step === known)
  return (
    <ol class="steps" aria-hidden="true">
      {steps.map(([step, icon], i) => (
        <li key={step} class={i < at ? "done" : i === at ? "now" : "ahead"}>
          <span class="step-mark">
            <Icon of={icon} />
          </span>
          {words.steps[step]}
        </li>
      ))}
    </ol>
  )
}
