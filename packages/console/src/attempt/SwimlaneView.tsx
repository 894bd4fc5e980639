/** Where the time of an attempt went, as a diagram, and as a list for screen readers. */
import type { TimelineEntry } from "@hipay-pos/core/wire/TimelineEntry"
import { useAppContext, useFormat } from "../shell/context.ts"
import { serverNow } from "../shell/serverClock.ts"
import { textFor } from "../text/words.ts"
import { type Bar, lanes, swimlane } from "./swimlane.ts"

export const SwimlaneView = ({ entries }: { readonly entries: ReadonlyArray<TimelineEntry> }) => {
  const { words } = useAppContext()
  const { duration } = useFormat()
  const text = words.swimlane
  const { bars, milliseconds, waiting } = swimlane(entries, serverNow())
  const said = ({ kind, stage }: Bar) => (stage === undefined ? text.bars[kind] : textFor(words.stages, stage))
  const status = entries.find((entry) => entry.kind === "answer")
  const label = (bar: Bar) =>
    bar.kind === "request" ? `POST /v1/connector/order${status === undefined ? "" : ` → ${status.status}`}` : said(bar)
  return (
    <section class="panel swimlane">
      <header>
        <h2>{text.title}</h2>
        <p class="hint">
          {duration(milliseconds)}
          {waiting > 0 && milliseconds > 0 ? ` · ${text.waiting(Math.round((100 * waiting) / milliseconds))}` : ""}
        </p>
      </header>
      <div class="lanes" aria-hidden="true">
        {lanes.map((lane) => (
          <div key={lane} class="lane">
            <span class="lane-name">{text.lanes[lane]}</span>
            <span class="track">
              {bars
                .filter((bar) => bar.lane === lane)
                .map((bar, index) => (
                  <span
                    key={index}
                    class={`lane-bar is-${bar.kind} ${bar.stage === undefined ? "" : `stage-${bar.stage}`}`}
                    style={{ left: `${bar.left * 100}%`, width: `${bar.width * 100}%` }}
                    title={`${label(bar)}, ${duration(bar.milliseconds)}`}
                  >
                    <span>{label(bar)}</span>
                    {bar.milliseconds > 0 && bar.kind !== "request" ? <b>{duration(bar.milliseconds)}</b> : null}
                  </span>
                ))}
            </span>
          </div>
        ))}
      </div>
      <ol class="visually-hidden">
        {bars.map((bar, index) => (
          <li key={index}>
            {text.lanes[bar.lane]}, {label(bar)}, {duration(bar.milliseconds)}
          </li>
        ))}
      </ol>
    </section>
  )
}
