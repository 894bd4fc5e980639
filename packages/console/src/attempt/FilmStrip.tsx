/** The terminal's screens, one after the other. */
import type { TimelineEntry } from "@hipay-pos/core/wire/TimelineEntry"
import { useAppContext, useFormat } from "../shell/context.ts"
import { textFor } from "../text/words.ts"
import { timelineRows } from "./timeline.ts"

export const FilmStrip = ({ entries }: { readonly entries: ReadonlyArray<TimelineEntry> }) => {
  const { words } = useAppContext()
  const { duration } = useFormat()
  const screens = timelineRows(entries).flatMap(({ entry, since }) =>
    entry.kind === "stage" && entry.stage !== "idle" ? [{ entry, since }] : []
  )
  if (screens.length === 0) return null
  return (
    <section class="panel film">
      <h2>{words.attempt.screens}</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by the keyboard. */}
      <ol tabIndex={0} aria-label={words.attempt.screens}>
        {screens.map(({ entry, since }, index) => (
          <li key={index} class={`stage-${entry.stage}`}>
            <p class="film-screen" lang="fr">
              {entry.screen.map((line, number) => (
                <span key={number}>{line}</span>
              ))}
            </p>
            <p class="film-about">
              <b>{textFor(words.stages, entry.stage)}</b>
              <span>
                {[`+${duration(since)}`, entry.authorizationNumber, entry.complement].filter((it) => it).join(" · ")}
              </span>
            </p>
          </li>
        ))}
      </ol>
    </section>
  )
}
