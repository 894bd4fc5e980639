/** Notifications: a list, and one with its deliveries, signature and body, and a button to resend it. */
import type { Notification, NotificationDetail } from "../server/model.ts"
import { useAppContext, useFormat } from "../shell/context.ts"
import { Listing, POLL_INTERVAL } from "../shell/Listing.tsx"
import { ProblemNote } from "../shell/ProblemNote.tsx"
import { toHash } from "../shell/route.ts"
import { Table } from "../shell/Table.tsx"
import { useLoad } from "../shell/useLoad.ts"
import { Signature } from "./Signature.tsx"
import { useReplay } from "./useReplay.ts"

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
  const { moment, day } = useFormat()
  const text = words.mock
  const loaded = useLoad<{ readonly notifications: ReadonlyArray<Notification> }>("/_mock/notifications", POLL_INTERVAL)
  const replay = useReplay(loaded.reload)
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
              title: text.order,
              cell: ({ id, orderId }) => (
                <a href={toHash({ place: "notifications", name: id })} dir="auto">
                  {orderId}
                </a>
              )
            },
            { title: text.status, cell: ({ status, message }) => `${status} ${message}` },
            { title: text.state, cell: (each) => <Delivery notification={each} /> },
            { title: text.url, cell: ({ url }) => <span class="long">{url}</span> },
            { title: text.at, cell: ({ at }) => <time title={day(at)}>{moment(at)}</time> },
            ...(notifications.every(({ state }) => state === "recorded")
              ? []
              : [
                  {
                    title: text.replay,
                    cell: ({ id, state }: Notification) =>
                      state === "recorded" ? null : (
                        <button type="button" class="button small" onClick={() => replay(id)}>
                          {text.replay}
                        </button>
                      )
                  }
                ])
          ]}
        />
      )}
    </Listing>
  )
}

/** The state of its delivery: the last response, the number of attempts, and when the next is due. */
const Delivery = ({ notification }: { readonly notification: Notification }) => {
  const { words } = useAppContext()
  const { moment } = useFormat()
  const text = words.mock
  const { state, tries, nextTry } = notification
  const last = tries.at(-1)
  const said = [
    ...(last === undefined ? [] : [last.error ?? `HTTP ${last.status}`]),
    ...(nextTry === undefined ? [] : [text.nextTry(moment(nextTry))])
  ]
  return (
    <span class="delivery">
      <span class={`mark ${marks[state]}`}>
        {state === "pending" && tries.length > 0 ? text.retrying(tries.length) : text.states[state]}
      </span>{" "}
      <small class="hint">{said.join(" · ")}</small>
    </span>
  )
}

const NotificationView = ({ id }: { readonly id: string }) => {
  const { words } = useAppContext()
  const { clock, day } = useFormat()
  const text = words.mock
  const loaded = useLoad<NotificationDetail>(`/_mock/notifications/${encodeURIComponent(id)}`, POLL_INTERVAL)
  const { value, problem, reload } = loaded
  const replay = useReplay(reload)
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
              <h1 dir="auto">{value.orderId}</h1>
              <p>
                {value.status} {value.message} <Delivery notification={value} />
              </p>
              <p class="hint long">{value.url}</p>
            </div>
            <div class="actions">
              <a class="button" href={toHash({ place: "attempts", name: value.attempt })}>
                {text.payment}
              </a>
              {value.state === "recorded" ? null : (
                <button type="button" class="button primary" onClick={() => replay(id)}>
                  {text.replay}
                </button>
              )}
            </div>
          </header>
          <section class="panel">
            <h2>{text.tries}</h2>
            {value.tries.length === 0 ? (
              <p class="hint">{value.state === "recorded" ? words.inspector.noTries : text.states.pending}</p>
            ) : (
              <Table
                caption={text.tries}
                rows={value.tries.map((each, index) => ({ ...each, number: index + 1 }))}
                rowKey={({ number }) => `${number}`}
                columns={[
                  { title: "#", cell: ({ number }) => number },
                  { title: text.at, cell: ({ at }) => <time dateTime={at}>{`${day(at)} ${clock(at)}`}</time> },
                  {
                    title: text.response,
                    cell: ({ status, error }) =>
                      status === undefined ? <span lang="en">{error ?? ""}</span> : `HTTP ${status}`
                  }
                ]}
              />
            )}
          </section>
          <Body body={value.body} />
          <Signature notification={value} />
        </>
      )}
    </div>
  )
}

/** The fields of the form, and the bytes that are signed. */
const Body = ({ body }: { readonly body: string }) => {
  const text = useAppContext().words.mock
  const fields = [...new URLSearchParams(body)]
  const empty = fields.flatMap(([name, value]) => (value === "" ? [name] : []))
  return (
    <section class="panel">
      <h2>{text.body}</h2>
      <dl class="pairs">
        {fields.map(([name, value], index) =>
          value === "" ? null : (
            <div key={index}>
              <dt>
                <code>{name}</code>
              </dt>
              <dd dir="auto">
                <code>{value}</code>
              </dd>
            </div>
          )
        )}
      </dl>
      {empty.length === 0 ? null : (
        <p class="hint">
          {text.emptyFields} <code>{empty.join(", ")}</code>
        </p>
      )}
      <details>
        <summary>{text.raw}</summary>
        <pre dir="auto">{body}</pre>
      </details>
    </section>
  )
}
