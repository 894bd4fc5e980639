/** An attempt's state: a sign, a word and a colour, so that none of them carries the meaning alone. */
import type { AttemptState } from "../server/model.ts"
import { useDesk } from "../shell/context.ts"

const signs: Readonly<Record<AttemptState, string>> = {
  open: "●",
  approved: "✓",
  "approved-in-part": "◐",
  declined: "✕",
  "not-started": "○",
  unknown: "?"
}

export const StateMark = ({ state, large }: { readonly state: AttemptState; readonly large?: boolean }) => (
  <span class={`mark state-${state}${large ? " large" : ""}`}>
    <span class="sign" aria-hidden="true">
      {signs[state]}
    </span>
    {useDesk().words.states[state]}
  </span>
)
