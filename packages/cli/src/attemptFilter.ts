/** Which attempts to show: the flags of `attempts` and `tail`. */

import { Flags } from "@hipay-pos/cli-kit"
import * as DurationText from "@hipay-pos/core/DurationText"
import { AttemptState } from "@hipay-pos/core/wire/Attempt"
import { isDay } from "@hipay-pos/core/wire/AttemptQuery"
import { isUndecided } from "@hipay-pos/core/wire/AttemptState"
import * as Flag from "effect/cli/Flag"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { ShownAttempt } from "./formatAttempt.ts"

/**
 * Reads a time: `today`, `2h` (ago), a day, or an ISO text; `undefined` for anything else. Days are those of this
 * machine.
 */
export const readSince = (text: string, now: number): number | undefined => {
  const ago = DurationText.fromText(text)
  if (ago !== undefined) return now - Duration.toMillis(ago)
  if (text === "today") return new Date(now).setHours(0, 0, 0, 0)
  if (!/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}.*)?$/.test(text) || !isDay(text.slice(0, 10))) return undefined
  const at = new Date(text.length === 10 ? `${text}T00:00:00` : text).getTime()
  return Number.isNaN(at) ? undefined : at
}

const isSince = Schema.makeFilter((text: string) => readSince(text, 0) !== undefined, {
  message: "expected a length of time such as 2h, a day such as 2026-01-31, or today"
})

/** The flags. */
export const filterFlags = {
  state: Flags.literals("state", AttemptState.literals).pipe(
    Flag.withDescription("only those in this state"),
    Flag.optional
  ),
  since: Flags.string("since").pipe(
    Flag.withSchema(Schema.String.check(isSince)),
    Flag.withDescription(
      "only those opened since then: 2h, 3d, 2026-01-31, 2026-01-31T09:00, or today; by this machine's time zone"
    ),
    Flag.optional
  ),
  terminal: Flags.text("terminal", "only those at terminals whose name contains this")
}

/** The chosen attempts. */
export interface AttemptChoice {
  readonly state: AttemptState | undefined
  /** Only those that may have been paid, whether this version knows their state or not. */
  readonly open: boolean
  /** Milliseconds since 1970. */
  readonly since: number
  readonly terminal: string
}

/** Reads the flags. */
export const choiceOf = (
  flags: {
    readonly state: Option.Option<AttemptState>
    readonly since: Option.Option<string>
    readonly terminal: string
  },
  open: boolean,
  now: number
): AttemptChoice => {
  const state = Option.getOrUndefined(flags.state)
  const since = Option.match(flags.since, { onNone: () => undefined, onSome: (text) => readSince(text, now) })
  return { state, open, since: since ?? Number.NEGATIVE_INFINITY, terminal: flags.terminal.toLowerCase() }
}

/** Whether an attempt is chosen. */
export const isChosen = ({ state, open, since, terminal }: AttemptChoice, attempt: ShownAttempt): boolean =>
  (state === undefined || state === attempt.state) &&
  (!open || isUndecided(attempt)) &&
  new Date(attempt.openedAt).getTime() >= since &&
  attempt.terminal.toLowerCase().includes(terminal)
