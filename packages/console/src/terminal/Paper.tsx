/** The printed tickets: one copy at a time, as text, until they are torn off. */
import { useState } from "hono/jsx/dom"
import { useAppContext } from "../shell/context.ts"
import { Slip } from "./Slip.tsx"
import type { Ticket } from "./ticket.ts"

interface Props {
  readonly tickets: ReadonlyArray<Ticket>
  readonly onTearOff: () => void
}

export const Paper = ({ tickets, onTearOff }: Props) => {
  const { words } = useAppContext()
  const [copy, setCopy] = useState<Ticket["copy"]>("customer")
  const shown = tickets.find((ticket) => ticket.copy === copy) ?? tickets[0]
  return (
    <div class={`paper-bay ${shown === undefined ? "" : "out"}`}>
      <div class="paper-clip">
        {shown === undefined ? null : (
          <div class="paper">
            <Slip text={shown.text} />
            <div class="paper-actions">
              {tickets.length > 1 ? (
                <button type="button" onClick={() => setCopy(shown.copy === "customer" ? "merchant" : "customer")}>
                  {words.terminal.copies[shown.copy === "customer" ? "merchant" : "customer"]}
                </button>
              ) : null}
              <button type="button" onClick={onTearOff}>
                {words.terminal.tearOff}
              </button>
            </div>
          </div>
        )}
      </div>
    </div>
  )
}
