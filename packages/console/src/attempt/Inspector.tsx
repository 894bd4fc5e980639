/** The messages of an attempt, one at a time. */
import type { Attempt } from "@hipay-pos/core/wire/Attempt"
import type { TimelineEntry } from "@hipay-pos/core/wire/TimelineEntry"
import { useState } from "hono/jsx/dom"
import { Printer } from "lucide"
import { CopyButton } from "../shell/CopyButton.tsx"
import { useAppContext, useCanControl } from "../shell/context.ts"
import { Icon } from "../shell/Icon.tsx"
import { Tabs } from "../shell/Tabs.tsx"
import { Slip } from "../terminal/Slip.tsx"
import { Deliveries } from "./Deliveries.tsx"
import { FrameView } from "./FrameView.tsx"
import { printReceipt, receiptOf } from "./receipt.ts"
import { Timeline } from "./Timeline.tsx"

interface Props {
  readonly attempt: Attempt
  readonly timeline: ReadonlyArray<TimelineEntry>
}

type Of<Kind extends TimelineEntry["kind"]> = Extract<TimelineEntry, { readonly kind: Kind }>

const lastOf = <Kind extends TimelineEntry["kind"]>(
  entries: ReadonlyArray<TimelineEntry>,
  kind: Kind
): Of<Kind> | undefined => entries.findLast((entry): entry is Of<Kind> => entry.kind === kind)

export const Inspector = ({ attempt, timeline }: Props) => {
  const { words } = useAppContext()
  const canControl = useCanControl()
  const text = words.inspector
  const asked = lastOf(timeline, "terminal-request")
  const said =
    lastOf(timeline, "late-response") ?? lastOf(timeline, "terminal-response") ?? lastOf(timeline, "evidence")
  const request = lastOf(timeline, "request")
  const answer = lastOf(timeline, "answer")
  const notified = timeline.filter(({ kind }) => kind === "notification" || kind === "upstream-notification")
  const receipt = receiptOf(attempt)
  const tabs = [
    ...(asked === undefined ? [] : [{ id: "asked", title: text.asked }]),
    ...(said?.frame === undefined ? [] : [{ id: "said", title: text.said }]),
    ...(request === undefined ? [] : [{ id: "request", title: text.request }]),
    ...(answer === undefined ? [] : [{ id: "answer", title: text.answer }]),
    ...(notified.length === 0 ? [] : [{ id: "notified", title: text.notified(notified.length) }]),
    ...(receipt === undefined ? [] : [{ id: "receipt", title: words.attempt.receipt }]),
    { id: "everything", title: text.everything }
  ]
  const [chosen, setChosen] = useState("")
  const current = tabs.some(({ id }) => id === chosen) ? chosen : (tabs[0]?.id ?? "everything")
  return (
    <section class="panel inspector">
      <Tabs label={text.title} tabs={tabs} current={current} onChange={setChosen} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a panel without a control of its own is reached all the same. */}
      <div role="tabpanel" tabIndex={0} aria-label={text.title} key={current}>
        {current === "asked" && asked ? <FrameView frame={asked.frame} fields={asked.fields ?? []} /> : null}
        {current === "said" && said?.frame !== undefined ? (
          <FrameView frame={said.frame} fields={said.fields ?? []} />
        ) : null}
        {current === "request" && request ? (
          <Json head={`${request.method} ${request.path}`} body={request.body} />
        ) : null}
        {current === "answer" && answer ? (
          <Json head={`HTTP ${answer.status}`} headers={answer.headers} body={answer.body} />
        ) : null}
        {current === "notified" ? <Deliveries entries={notified} withTries={canControl} /> : null}
        {current === "receipt" && receipt !== undefined ? (
          <div class="stack">
            <div class="paper receipt">
              <Slip text={receipt} />
            </div>
            <div class="actions">
              <button type="button" class="button" onClick={printReceipt}>
                <Icon of={Printer} />
                {words.attempt.printReceipt}
              </button>
              <CopyButton label={words.attempt.copy} text={() => receipt} />
            </div>
          </div>
        ) : null}
        {current === "everything" ? <Timeline entries={timeline} /> : null}
      </div>
    </section>
  )
}

interface JsonProps {
  readonly head: string
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly body: unknown
}

const Json = ({ head, headers = {}, body }: JsonProps) => {
  const { words } = useAppContext()
  const text = body === undefined ? "" : JSON.stringify(body, null, 2)
  return (
    <div class="http">
      <div class="http-head">
        <p class="mono">
          <strong>{head}</strong>
        </p>
        <CopyButton label={words.attempt.copy} text={() => text} />
      </div>
      {Object.keys(headers).length === 0 ? null : (
        <dl class="http-headers mono">
          {Object.entries(headers).map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
      <pre dir="auto">{text}</pre>
    </div>
  )
}
