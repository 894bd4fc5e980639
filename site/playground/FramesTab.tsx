/** The Concert messages of a payment, in order, field by field. */
import { FrameView } from "@hipay-pos/console/attempt/FrameView.tsx"
import { useFormat } from "@hipay-pos/console/shell/context.ts"
import type { TimelineEntry } from "@hipay-pos/core/wire/TimelineEntry"
import type { Texts } from "./text/en.ts"

type Framed = Extract<
  TimelineEntry,
  { readonly kind: "terminal-request" | "terminal-response" | "late-response" | "evidence" }
>

const isFramed = (entry: TimelineEntry): entry is Framed =>
  ["terminal-request", "terminal-response", "late-response", "evidence"].includes(entry.kind) &&
  "frame" in entry &&
  entry.frame !== undefined

interface Props {
  readonly texts: Texts
  readonly entries: ReadonlyArray<TimelineEntry>
}

export const FramesTab = ({ texts, entries }: Props) => {
  const { preciseClock } = useFormat()
  const t = texts.outcome
  const frames = entries.filter(isFramed)
  if (frames.length === 0) return <p class="hint">{t.noFrames}</p>
  const ended = entries.some(({ kind }) => kind === "answer")
  return (
    <>
      {frames.map((entry, index) => (
        <article key={`${index} ${entry.kind}`} class={`wire-frame is-${entry.kind}`}>
          <h3>
            <span>{entry.kind === "terminal-request" ? t.toTerminal : t.toApi}</span>
            <span class="hint">
              {t.bytes(entry.frame?.length ?? 0)} · <time dateTime={entry.at}>{preciseClock(entry.at)}</time>
            </span>
          </h3>
          <FrameView
            frame={entry.frame ?? ""}
            fields={entry.fields ?? []}
            first={entry.kind === "terminal-request" ? "CB" : "AE"}
          />
        </article>
      ))}
      {ended && !frames.some(({ kind }) => kind !== "terminal-request") ? <p class="hint">{t.noAnswer}</p> : null}
    </>
  )
}
