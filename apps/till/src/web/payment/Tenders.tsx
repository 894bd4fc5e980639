/** Every payment of a sale so far, including failed ones. */
import type { CardTender, CashTender } from "../../sale/Sale.ts"
import { useMoney, useNames, useScreen } from "../Screen.ts"

export const Tenders = ({ tenders }: { readonly tenders: ReadonlyArray<CardTender | CashTender> }) => {
  const { words } = useScreen()
  const { show } = useMoney()
  const { terminalName } = useNames()
  if (tenders.length === 0) return null
  return (
    <section class="tenders">
      <h2>{words.tenders}</h2>
      <ul>
        {tenders.map((tender) => (
          <li key={String(tender.number)}>
            <span dir="auto">
              {tender.means === "cash" ? words.cash : `${words.card} · ${terminalName(tender.terminal)}`}
              {tender.means === "card" && tender.card?.last4 !== undefined ? (
                <span class="detail"> •••• {tender.card.last4}</span>
              ) : null}
            </span>
            <StateOf tender={tender} />
            <span class="sum">
              {tender.direction === "out" ? "− " : ""}
              {show(
                tender.means === "cash"
                  ? tender.amount
                  : tender.state === "approved-in-part"
                    ? tender.paid
                    : tender.amount
              )}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}

const StateOf = ({ tender }: { readonly tender: CardTender | CashTender }) => {
  const { words } = useScreen()
  const { show } = useMoney()
  if (tender.means === "cash") return <span />
  const { resolution } = tender
  const text = tender.direction === "in" ? words : words.ofRefund
  return (
    <span class={`state ${tones[tender.state]}`} dir="auto">
      {words[tender.state]}
      {resolution === undefined
        ? ""
        : ` · ${resolution.source === "server" ? words.resolvedByServer : words.resolvedBy(resolution.by)}`}
      {resolution?.serverPaid === undefined ? "" : ` · ${text.serverPaid(show(resolution.serverPaid))}`}
    </span>
  )
}

const tones = {
  approved: "ok",
  "approved-in-part": "warn",
  declined: "danger",
  "not-started": "danger",
  unknown: "warn",
  waiting: "warn"
} as const
