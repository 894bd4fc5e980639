/** Notifications: a list, and one with its tries, signature and body, to be sent again. */
import { useState } from "hono/jsx/dom"
import type { Notification, NotificationDetail } from "../server/model.ts"
import { useAppContext, useFormat } from "../shell/context.ts"
import { Listing, POLL_INTERVAL } from "../shell/Listing.tsx"
import { ProblemNote } from "../shell/ProblemNote.tsx"
import { toHash } from "../shell/route.ts"
import { Table } from "../shell/Table.tsx"
import { useLoad } from "../shell/useLoad.ts"
import { Signature } from "./Signature.tsx"

export const NotificationsView = ({ picked }: { readonly picked: string | undefined }) =>
  picked === undefined ? <List /> : <NotificationView key={picked} id={picked} />

const marks = {
  recorded: "state-not-started",
  pending: "state-open",
  delivered: "state-approved",
  failed: "state-declined"
} as const

const List = () => {
  const { words } = useAppContext()
  const { clock } = useFormat()
  const text = words.mock
  const loaded = useLoad<{ readonly notifications: ReadonlyArray<Notification> }>("/_mock/notifications", POLL_INTERVAL)
  return (
    <Listing
      title={words.places.notifications}
      hint={text.notificationsHint}
      loaded={loaded}
      isEmpty={({ notifications }) => notifications.length === 0}
    >
      {({ notifications }) => (
        <Table
          caption={words.places.notifications}
          rows={notifications}
          rowKey={({ id }) => id}
          columns={[
            {
              title: text.at,
              cell: ({ id, at }) => <a href={toHash({ place: "notifications", name: id })}>{clock(at)}</a>
            },
            {
              title: text.state,
              cell: ({ state }) => <span class={`mark ${marks[state]}`}>{text.states[state]}</span>
            },
            { title: text.status, numeric: true, cell: ({ status }) => `${status}` },
            { title: text.reference, cell: ({ transaction }) => <code>{transaction}</code> },
            { title: text.url, cell: ({ url }) => <span class="long">{url}</span> },
            { title: text.tries, numeric: true, cell: ({ tries }) => `${tries.length}` }
          ]}
        />
      )}
    </Listing>
  )
}

const NotificationView = ({ id }: { readonly id: string }) => {
  const { words, server } = useAppContext()
  const { clock } = useFormat()
  const text = words.mock
  const path = `/_mock/notifications/${encodeURIComponent(id)}`
  const { value, problem, reload } = useLoad<NotificationDetail>(path, POLL_INTERVAL)
  const [replayed, setReplayed] = useState(false)
  const replay = async () => {
    const reply = await server.send({ method: "POST", path: `${path}/replay` })
    setReplayed(reply.ok)
    reload()
  }
  return (
    <div class="view">
      <a class="back" href={toHash({ place: "notifications" })}>
        ← {text.back}
      </a>
      {problem ? <ProblemNote problem={problem} onRetry={reload} /> : null}
      {value === undefined ? null : (
        <>
          <header class="view-head">
            <div>
              <h1>
                {value.status} · {text.states[value.state]}
              </h1>
              <p class="hint long">{value.url}</p>
            </div>
            <div class="actions">
              <button type="button" class="button" onClick={replay}>
                {text.replay}
              </button>
              <p role="status" class="hint">
                {replayed ? text.replayed : ""}
              </p>
            </div>
          </header>
          <section class="panel">
            <h2>{text.tries}</h2>
            <ul>
              {value.tries.map(({ at, status, error }) => (
                <li key={at}>
                  <time dateTime={at}>{clock(at)}</time> {status === undefined ? "" : `HTTP ${status}`} {error ?? ""}
                </li>
              ))}
            </ul>
          </section>
          <Signature notification={value} />
          <section class="panel">
            <h2>{text.body}</h2>
            <pre dir="auto">{value.body}</pre>
          </section>
        </>
      )}
    </div>
  )
}
