/** The page behind a receipt's link: that receipt, to keep or to print, and nothing else of the till. */
import { useState } from "hono/jsx/dom"
import { Printer } from "lucide"
import type { ReceiptView } from "../api.ts"
import { useWhileShown } from "./effects.ts"
import { Icon } from "./Icon.tsx"
import { Paper } from "./Paper.tsx"
import { type Screen, ScreenContext, type Spoken, ticketText } from "./Screen.ts"

interface ReceiptPageProps {
  readonly token: string
  readonly spoken: Spoken
}

export const ReceiptPage = ({ token, spoken: { language, words } }: ReceiptPageProps) => {
  const [receipt, setReceipt] = useState<ReceiptView | "missing" | "away" | undefined>(undefined)
  const load = async () => {
    setReceipt(undefined)
    try {
      const response = await fetch(`/api/receipts/${encodeURIComponent(token)}`)
      const found = response.ok ? ((await response.json()) as ReceiptView) : undefined
      setReceipt(found ?? (response.status === 404 ? "missing" : "away"))
    } catch {
      setReceipt("away")
    }
  }
  useWhileShown(() => {
    document.documentElement.lang = language
    document.title = words.receipt
    void load()
  }, [])
  if (receipt === undefined) return <p class="loading">{words.loadingView}</p>
  if (receipt === "missing" || receipt === "away") {
    return (
      <main class="receipt-page">
        <h1>{words.receipt}</h1>
        <p class="nothing">{receipt === "missing" ? words.receiptMissing : words.receiptAway}</p>
        {receipt === "away" ? (
          <button type="button" onClick={() => void load()}>
            {words.tryAgain}
          </button>
        ) : null}
      </main>
    )
  }
  const { sale, shop, details, currency, simulated } = receipt
  const screen: Screen = {
    words,
    language,
    catalogue: { categories: [], products: [] },
    connected: true,
    skew: 0,
    state: {
      shop,
      details,
      simulated,
      currency,
      terminals: [],
      terminalNames: {},
      tips: [],
      sale: null,
      parked: [],
      contradicted: [],
      sent: false,
      closings: 0,
      storageFailed: false,
      server: { healthy: true },
      now: 0
    },
    act: async () => undefined,
    tell: () => {},
    refuse: () => {}
  }
  return (
    <ScreenContext.Provider value={screen}>
      <main class="receipt-page">
        <div class="screen-only receipt-bar">
          <h1>
            {words.receipt} {ticketText(sale.ticket)}
          </h1>
          <button type="button" onClick={() => print()}>
            <Icon of={Printer} />
            {words.print}
          </button>
        </div>
        <Paper sale={sale} />
      </main>
    </ScreenContext.Provider>
  )
}
