/** Totals of a day per terminal and currency, to reconcile with the terminals' batch reports. */

import type { CountAndSum, DayTotals } from "@hipay-pos/core/wire/DayTotals"
import { useState } from "hono/jsx/dom"
import { useAppContext, useFormat } from "../shell/context.ts"
import { Listing, POLL_INTERVAL } from "../shell/Listing.tsx"
import { Table } from "../shell/Table.tsx"
import { useLoad } from "../shell/useLoad.ts"

export const DayView = () => {
  const { words, language, server, session } = useAppContext()
  const { amount, count } = useFormat()
  const text = words.day
  const [chosen, setDay] = useState("today")
  const loaded = useLoad<DayTotals>(`/attempts?day=${chosen}&format=totals`, POLL_INTERVAL)
  const day = chosen === "today" ? (loaded.value?.day ?? "") : chosen
  const csv = new URLSearchParams({ day: chosen, format: "csv", locale: language === "en" ? "en-GB" : "fr-FR" })
  const { timeZone, dayStarts = "00:00" } = session
  if (server.space !== "") csv.set("space", server.space)
  const sum = ({ count: many, amount: much }: CountAndSum, currency: string) =>
    many === 0 ? "–" : `${amount(much, currency)} (${count(many)})`
  return (
    <Listing
      title={words.places.day}
      hint={`${text.hint} ${timeZone === undefined ? text.inUtc : text.days(timeZone, dayStarts)}`}
      loaded={loaded}
      isEmpty={({ totals }) => totals.length === 0}
      actions={
        <div class="actions">
          <label>
            <span class="visually-hidden">{text.day}</span>
            <input
              type="date"
              value={day}
              required
              onChange={(event: Event) => {
                const { value } = event.target as HTMLInputElement
                if (value !== "") setDay(value)
              }}
            />
          </label>
          <a class="button" href={`/attempts?${csv}`} download={`attempts-${day}.csv`}>
            {text.csv}
          </a>
        </div>
      }
    >
      {({ totals }) => (
        <Table
          caption={words.places.day}
          rows={totals}
          rowKey={({ terminal, currency }) => `${terminal} ${currency}`}
          columns={[
            { title: words.mock.terminal, cell: ({ terminal }) => terminal },
            { title: text.debit, numeric: true, cell: ({ debit, currency }) => sum(debit, currency) },
            { title: text.credit, numeric: true, cell: ({ credit, currency }) => sum(credit, currency) },
            { title: text.cancel, numeric: true, cell: ({ cancel, currency }) => sum(cancel, currency) },
            {
              title: text.unknown,
              numeric: true,
              cell: ({ unknown, currency }) =>
                unknown.count === 0 ? "–" : <strong class="alarm">{sum(unknown, currency)}</strong>
            },
            {
              title: text.net,
              numeric: true,
              cell: ({ net, currency }) => <strong>{amount(net, currency)}</strong>
            }
          ]}
        />
      )}
    </Listing>
  )
}
