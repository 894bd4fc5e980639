/** The unknown content of the answers of a relay's service, with masked samples, ready to be pasted into an issue. */
import type { Drift } from "@hipay-pos/core/wire/Drift"
import { CopyButton } from "../shell/CopyButton.tsx"
import { useAppContext, useFormat } from "../shell/context.ts"
import { Listing } from "../shell/Listing.tsx"
import { toHash } from "../shell/route.ts"
import { Table } from "../shell/Table.tsx"
import { useLoad } from "../shell/useLoad.ts"
import { textFor } from "../text/words.ts"
import { driftReport } from "./driftReport.ts"

/** How often it is fetched, in milliseconds; rarely, because the server scans many attempts for it. */
const EVERY = 30_000

export const DriftView = () => {
  const { words, session } = useAppContext()
  const { clock, day, count } = useFormat()
  const text = words.drift
  const loaded = useLoad<Drift>("/drift", EVERY)
  const { value } = loaded
  return (
    <Listing
      title={words.places.drift}
      hint={text.hint}
      loaded={loaded}
      isEmpty={({ drift }) => drift.length === 0}
      actions={
        value === undefined || value.drift.length === 0 ? undefined : (
          <div class="actions">
            <CopyButton label={text.copy} text={() => driftReport(value, session.version)} />
          </div>
        )
      }
    >
      {({ drift }) => (
        <Table
          caption={words.places.drift}
          rows={drift}
          rowKey={({ code, path, sample }) => `${code} ${path} ${sample}`}
          columns={[
            { title: text.what, cell: ({ code }) => textFor(text.kinds, code) },
            { title: text.where, cell: ({ path }) => (path === "" ? "–" : <code>{path}</code>) },
            { title: text.expected, cell: ({ expected }) => <span lang="en">{expected}</span> },
            { title: text.sample, cell: ({ sample }) => <code>{sample}</code> },
            { title: text.count, numeric: true, cell: (entry) => count(entry.count) },
            {
              title: text.last,
              cell: ({ lastAt, attempt }) => (
                <a href={toHash({ place: "attempts", name: attempt.split("/").at(-1) ?? "" })}>
                  <time dateTime={lastAt}>{`${day(lastAt)} ${clock(lastAt)}`}</time>
                </a>
              )
            }
          ]}
        />
      )}
    </Listing>
  )
}
