/** The pages of a mock: the simulation, and the back office: transactions, notifications, findings, ledger. */
import { useAppContext } from "../shell/context.ts"
import { backOffice, type Route, toHash } from "../shell/route.ts"
import { FindingsView } from "./FindingsView.tsx"
import { LedgerView } from "./LedgerView.tsx"
import { NotificationsView } from "./NotificationsView.tsx"
import { SimulationView } from "./SimulationView.tsx"
import { TransactionsView } from "./TransactionsView.tsx"

export const MockView = ({ route: { place, name } }: { readonly route: Route }) => {
  const { words } = useAppContext()
  if (place === "simulation") return <SimulationView />
  return (
    <>
      <nav class="sub-nav" aria-label={words.places.backOffice}>
        {backOffice.map((each) => (
          <a key={each} href={toHash({ place: each })} aria-current={each === place ? "page" : undefined}>
            {words.places[each]}
          </a>
        ))}
      </nav>
      {place === "transactions" ? (
        <TransactionsView picked={name} />
      ) : place === "notifications" ? (
        <NotificationsView picked={name} />
      ) : place === "findings" ? (
        <FindingsView />
      ) : (
        <LedgerView />
      )}
    </>
  )
}
