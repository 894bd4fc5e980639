/** The notifications of an attempt; in a mock, with every delivery attempt. */
import type { TimelineEntry } from "@hipay-pos/core/wire/TimelineEntry"
import { useReplay } from "../mock/useReplay.ts"
import type { NotificationDetail } from "../server/model.ts"
import { useAppContext, useFormat } from "../shell/context.ts"
import { toHash } from "../shell/route.ts"
import { useLoad } from "../shell/useLoad.ts"

interface Props {
  readonly entries: ReadonlyArray<TimelineEntry>
  readonly withTries: boolean
}

export const Deliveries = ({ entries, withTries }: Props) => (
  <ul class="deliveries">
    {entries.map((entry) =>
      entry.kind === "notification" ? (
        <li key={entry.id}>
          <Sent entry={entry} withTries={withTries} />
        </li>
      ) : entry.kind === "upstream-notification" ? (
        <li key={entry.at}>
          <Clock at={entry.at} /> {entry.status} {entry.message ?? ""} <code>{entry.reference}</code>
        </li>
      ) : null
    )}
  </ul>
)

const Clock = ({ at }: { readonly at: string }) => {
  const { moment } = useFormat()
  return <time dateTime={at}>{moment(at)}</time>
}

const Sent = ({
  entry,
  withTries
}: {
  readonly entry: Extract<TimelineEntry, { readonly kind: "notification" }>
  readonly withTries: boolean
}) => {
  const { words } = useAppContext()
  return (
    <>
      <p>
        <Clock at={entry.at} />{" "}
        {withTries ? (
          <a href={toHash({ place: "notifications", name: entry.id })}>
            {entry.status}, {words.mock.states[entry.state]}
          </a>
        ) : (
          `${entry.status}, ${words.mock.states[entry.state]}`
        )}
      </p>
      {withTries ? <Tries id={entry.id} /> : null}
    </>
  )
}

const Tries = ({ id }: { readonly id: string }) => {
  const { words } = useAppContext()
  const { value, reload } = useLoad<NotificationDetail>(`/_mock/notifications/${encodeURIComponent(id)}`, 3000)
  const replay = useReplay(reload)
  if (value === undefined) return null
  return (
    <>
      <p class="hint long">{value.url}</p>
      {value.tries.length === 0 ? <p class="hint">{words.inspector.noTries}</p> : null}
      <ol>
        {value.tries.map(({ at, status, error }) => (
          <li key={at}>
            <Clock at={at} /> {status === undefined ? "" : `HTTP ${status}`} <span lang="en">{error ?? ""}</span>
          </li>
        ))}
      </ol>
      {value.state === "recorded" ? null : (
        <button type="button" class="button small" onClick={() => replay(id)}>
          {words.mock.replay}
        </button>
      )}
    </>
  )
}
