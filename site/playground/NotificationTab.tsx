/** The notification that the API sends to the shop's server: its form, and how it is signed. */
import type { NotificationDetail } from "@hipay-pos/console/server/model.ts"
import { useAppContext } from "@hipay-pos/console/shell/context.ts"
import { useLoad } from "@hipay-pos/console/shell/useLoad.ts"
import type { TimelineEntry } from "@hipay-pos/core/wire/TimelineEntry"
import type { Texts } from "./text/en.ts"

interface Props {
  readonly texts: Texts
  readonly entries: ReadonlyArray<Extract<TimelineEntry, { readonly kind: "notification" }>>
}

export const NotificationTab = ({ texts, entries }: Props) => {
  const t = texts.outcome
  if (entries.length === 0) return <p class="hint">{t.noNotification}</p>
  return (
    <>
      <p class="hint">{t.notificationTo}</p>
      {entries.map(({ id }) => (
        <Sent key={id} id={id} texts={texts} />
      ))}
    </>
  )
}

const Sent = ({ id, texts }: { readonly id: string; readonly texts: Texts }) => {
  const { words } = useAppContext()
  const t = texts.outcome
  const { value } = useLoad<NotificationDetail>(`/_mock/notifications/${encodeURIComponent(id)}`, 2_000)
  if (value === undefined) return null
  const fields = [...new URLSearchParams(value.body)].filter(([, text]) => text !== "")
  return (
    <article class="sent">
      <h3 class="mono">POST {value.url}</h3>
      <p class="hint">{t.tries(value.tries.length, words.mock.states[value.state])}</p>
      <dl class="form-fields">
        {fields.map(([name, text]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd dir="auto">{text}</dd>
          </div>
        ))}
      </dl>
      {value.signature === undefined ? null : (
        <>
          <h3>{t.signature}</h3>
          <p class="hint">{t.signatureHow}</p>
          <p class="mono signature">X-ALLOPASS-SIGNATURE: {value.signature.value}</p>
        </>
      )}
    </article>
  )
}
