/** An attempt's state as a symbol, a word and a colour, so that none of them carries the meaning alone. */
import type { AttemptState } from "@hipay-pos/core/wire/Attempt"
import { useAppContext } from "../shell/context.ts"

/** In the order of the filter. */
const signs: Readonly<Record<AttemptState, string>> = {
  open: "●",
  unknown: "?",
  approved: "✓",
  "approved-in-part": "◐",
  declined: "✕",
  "not-started": "○"
}

export const attemptStates = Object.keys(signs) as ReadonlyArray<AttemptState>

interface Props {
  /** A later server may have other states, whose attempts may have been paid. */
  readonly state: AttemptState | (string & {})
  readonly large?: boolean
}

export const StateMark = ({ state, large }: Props) => {
  const { states } = useAppContext().words
  const known = attemptStates.find((each) => each === state)
  return (
    <span class={`mark state-${known ?? "unknown"}${large ? " large" : ""}`}>
      <span class="sign" aria-hidden="true">
        {signs[known ?? "unknown"]}
      </span>
      {known === undefined ? state : states[known]}
    </span>
  )
}
