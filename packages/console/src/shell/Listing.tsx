/** A list view: title, hint, and the list, or why there is none. */
import type { Child } from "hono/jsx"
import { useAppContext } from "./context.ts"
import { ProblemNote } from "./ProblemNote.tsx"
import type { Loaded } from "./useLoad.ts"

interface Props<A> {
  readonly title: string
  readonly hint: string
  readonly loaded: Loaded<A>
  readonly isEmpty: (value: A) => boolean
  readonly actions?: Child
  /** The text for an empty list, if not the default. */
  readonly empty?: string
  readonly children: (value: A) => Child
}

/** How often a visible list is fetched again, in milliseconds. */
export const POLL_INTERVAL = 3000

export const Listing = <A,>({ title, hint, loaded, isEmpty, actions, empty, children }: Props<A>) => {
  const { words } = useAppContext()
  const { value, problem, reload } = loaded
  return (
    <div class="view">
      <header class="view-head">
        <div>
          <h1>{title}</h1>
          <p class="hint">{hint}</p>
        </div>
        {actions}
      </header>
      {problem ? <ProblemNote problem={problem} onRetry={reload} /> : null}
      {value === undefined ? (
        problem === undefined ? (
          <p class="hint">{words.loading} …</p>
        ) : null
      ) : isEmpty(value) ? (
        <p class="empty hint">{empty ?? words.mock.none}</p>
      ) : (
        children(value)
      )}
    </div>
  )
}
