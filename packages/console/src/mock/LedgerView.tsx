/** What the terminals charged, from their own records, to compare with the attempts. */
import type { Ledger } from "../server/model.ts"
import { useAppContext, useFormat } from "../shell/context.ts"
import { Listing, POLL_INTERVAL } from "../shell/Listing.tsx"
import { toHash } from "../shell/route.ts"
import { Table } from "../shell/Table.tsx"
import { useLoad } from "../shell/useLoad.ts"
import { textFor } from "../text/words.ts"

export const LedgerView = () => {
  const { words } = useAppContext()
  const { amount, count, moment } = useFormat()
  const text = words.mock
  const loaded = useLoad<Ledger>("/_mock/ledger", POLL_INTERVAL)
  const terminalLink = ({ terminal }: { readonly terminal: string }) => (
    <a href={toHash({ place: "terminals", name: terminal })}>{terminal}</a>
  )
  return (
    <Listing
      title={words.places.ledger}
      hint={text.ledgerHint}
      loaded={loaded}
      isEmpty={({ entries, totals }) => entries.length === 0 && totals.length === 0}
    >
      {({ entries, totals }) => (
        <>
          <h2>{text.totals}</h2>
          <Table
            caption={text.totals}
            rows={totals}
            rowKey={({ terminal, currency }) => `${terminal} ${currency}`}
            columns={[
              { title: text.terminal, cell: terminalLink },
              { title: text.count, numeric: true, cell: (total) => count(total.count) },
              { title: text.amount, numeric: true, cell: (total) => amount(total.amount, total.currency) }
            ]}
          />
          <h2>{text.entries}</h2>
          <Table
            caption={text.entries}
            rows={entries}
            rowKey={({ terminal, sequence }) => `${terminal} ${sequence}`}
            columns={[
              { title: text.at, cell: ({ at }) => moment(at) },
              { title: text.terminal, cell: terminalLink },
              { title: text.operation, cell: ({ operation }) => textFor(text.operations, operation) },
              { title: text.amount, numeric: true, cell: (entry) => amount(entry.amount, entry.currency) },
              {
                title: text.card,
                cell: ({ card, label, pan }) => (
                  <>
                    {card} <span class="hint">{[label, pan].join(" ")}</span>
                  </>
                )
              },
              { title: text.authorization, cell: ({ authorizationNumber }) => <code>{authorizationNumber ?? ""}</code> }
            ]}
          />
        </>
      )}
    </Listing>
  )
}
