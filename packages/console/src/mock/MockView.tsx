/** The views that only a mock has: transactions, notifications, findings, ledger, simulation. */
import type { Place } from "../shell/route.ts"
import { FindingsView } from "./FindingsView.tsx"
import { LedgerView } from "./LedgerView.tsx"
import { NotificationsView } from "./NotificationsView.tsx"
import { SimulationView } from "./SimulationView.tsx"
import { TransactionsView } from "./TransactionsView.tsx"

export const MockView = ({ place, name }: { readonly place: Place; readonly name: string | undefined }) => {
  switch (place) {
    case "transactions":
      return <TransactionsView picked={name} />
    case "notifications":
      return <NotificationsView picked={name} />
    case "findings":
      return <FindingsView />
    case "ledger":
      return <LedgerView />
    default:
      return <SimulationView />
  }
}
