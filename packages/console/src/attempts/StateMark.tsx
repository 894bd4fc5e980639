/** An attempt's state as a sign, a word and a colour, so that none of them carries the meaning alone. */
import type { AttemptState } from "@hipay-pos/core/wire/Attempt"
import { useAppContext } from "../shell/context.ts"

/** In the order in which the filter lists them. */
const signs: Readonly<Record<AttemptState, string>> = {
  open: "●",
  unknown: "?",
  approved: "✓",
  "approved-in-part": "◐",
  declined: "✕",
  "not-started": "○"
}

export const attemptStates = Object.keys(signs) as ReadonlyArray<AttemptState>

export const StateMark = ({ state, large }: { readonly state: AttemptState; readonly large?: boolean }) => (
  <span class={`mark state-${state}${large ? " large" : ""}`}>
    <span class="sign" aria-hidden="true">
      {signs[state]}
    </span>
    {useAppContext().words.states[state]}
  </span>
)
