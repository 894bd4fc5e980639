/** What the simulated terminal really did, hidden behind a button because a real shop cannot know it. */
import type { Attempt } from "@hipay-pos/core/wire/Attempt"
import { useState } from "hono/jsx/dom"
import { Eye } from "lucide"
import type { Ledger, LedgerEntry } from "../server/model.ts"
import { useAppContext, useFormat } from "../shell/context.ts"
import { Icon } from "../shell/Icon.tsx"

export const LedgerTruth = ({ attempt }: { readonly attempt: Attempt }) => {
  const { words, server } = useAppContext()
  const { amount } = useFormat()
  const text = words.truth
  const [found, setFound] = useState<LedgerEntry | "nothing" | undefined>(undefined)
  const reveal = async () => {
    const reply = await server.get<Ledger>("/_mock/ledger")
    if (reply.ok) setFound(reply.value.entries.find((entry) => entry.attempt === attempt.id) ?? "nothing")
  }
  return (
    <section class="truth">
      <p>{text.intro}</p>
      <div role="status">
        {found === undefined ? null : (
          <p class="truth-said">
            {found === "nothing"
              ? text.nothing[attempt.transactionType]
              : text.moved[found.operation](amount(found.amount, found.currency))}
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
