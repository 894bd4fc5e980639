/** Transactions as the service's back office would show them. */
import type { Transaction } from "../server/model.ts"
import { useAppContext, useFormat } from "../shell/context.ts"
import { Listing, POLL_INTERVAL } from "../shell/Listing.tsx"
import { toHash } from "../shell/route.ts"
import { Table } from "../shell/Table.tsx"
import { useLoad } from "../shell/useLoad.ts"
import { Collection } from "./Collection.tsx"

/** CSS classes by status: cancelled, authorized, captured, and for a credit requested and debited. */
const marks: Readonly<Record<number, string>> = {
  115: "state-not-started",
  116: "state-open",
  118: "state-approved",
  168: "state-approved",
  169: "state-open"
}

export const TransactionsView = ({ picked }: { readonly picked: string | undefined }) => {
  const { words } = useAppContext()
  const { signedAmount, moment } = useFormat()
  const text = words.mock
  const loaded = useLoad<{ readonly transactions: ReadonlyArray<Transaction> }>("/_mock/transactions", POLL_INTERVAL)
  return (
    <Listing
      title={words.places.transactions}
      hint={text.transactionsHint}
      loaded={loaded}
      isEmpty={({ transactions }) => transactions.length === 0}
      actions={<Collection onCollected={loaded.reload} />}
    >
      {({ transactions }) => (
        <Table
          caption={words.places.transactions}
          rows={transactions}
          rowKey={({ reference }) => reference}
          picked={picked}
          columns={[
            { title: text.reference, cell: ({ reference }) => <code>{reference}</code> },
            {
              title: text.order,
              cell: ({ orderId, attempt }) => (
                <a href={toHash({ place: "attempts", name: attempt })} dir="auto">
                  {orderId}
                </a>
              )
            },
            {
              title: text.status,
              cell: ({ status, message }) => (
                <span class={`mark ${marks[status] ?? "state-open"}`}>
                  {status} {message}
                </span>
              )
            },
            {
              title: text.amount,
              numeric: true,
              cell: (each) => signedAmount(each.transactionType, each.amount, each.currency)
            },
            { title: text.terminal, cell: ({ terminal }) => terminal },
            { title: text.authorization, cell: ({ authorizationNumber }) => <code>{authorizationNumber ?? ""}</code> },
            {
              title: text.history,
              cell: ({ history }) => history.map(({ status, at }) => `${status} · ${moment(at)}`).join(", ")
            }
          ]}
        />
      )}
    </Listing>
  )
}
