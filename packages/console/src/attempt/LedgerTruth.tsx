/** What the simulated terminal really did, behind a button: in a shop there is no such button. */
import type { Attempt } from "@hipay-pos/core/wire/Attempt"
import { useState } from "hono/jsx/dom"
import { Eye } from "lucide"
import type { Ledger, LedgerEntry } from "../server/model.ts"
import { useAppContext, useFormat } from "../shell/context.ts"
import { Icon } from "../shell/Icon.tsx"

/** The operation of an attempt in the ledger: the order id goes along with it. */
const operationOf = ({ entries }: Ledger, { orderId, terminal, openedAt }: Attempt): LedgerEntry | undefined =>
  entries.findLast(
    (entry) =>
      entry.terminal === terminal.name && entry.at >= openedAt && (entry.privateData ?? orderId).startsWith(orderId)
  )

export const LedgerTruth = ({ attempt }: { readonly attempt: Attempt }) => {
  const { words, server } = useAppContext()
  const { amount } = useFormat()
  const text = words.truth
  const [found, setFound] = useState<LedgerEntry | "nothing" | undefined>(undefined)
  const reveal = async () => {
    const reply = await server.get<Ledger>("/_mock/ledger")
    if (reply.ok) setFound(operationOf(reply.value, attempt) ?? "nothing")
  }
  return (
    <section class="truth">
      <p>{text.intro}</p>
      <div role="status">
        {found === undefined ? null : (
          <p class="truth-said">
            {found === "nothing" ? text.nothing : text.charged(amount(found.amount, found.currency))}
            {found === "nothing" || found.authorizationNumber === undefined ? null : (
              <span class="hint">
                {" "}
                {words.mock.authorization} {found.authorizationNumber}
              </span>
            )}
          </p>
        )}
      </div>
      {found === undefined ? (
        <button type="button" class="button" onClick={reveal}>
          <Icon of={Eye} />
          {text.reveal}
        </button>
      ) : null}
    </section>
  )
}
