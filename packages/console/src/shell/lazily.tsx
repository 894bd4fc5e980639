/** A view whose code is fetched when it is first looked at; where that fails, it says so. */

import { useState } from "hono/jsx/dom"
import type { JSX } from "hono/jsx/dom/jsx-runtime"
import { useDesk } from "./context.ts"
import { useEffect } from "./hooks.ts"
import { ProblemNote } from "./ProblemNote.tsx"

type View<Props> = (props: Props) => JSX.Element

/** The view that `load` brings. */
export const lazily = <Props extends object>(load: () => Promise<View<Props>>): View<Props> => {
  let loaded: View<Props> | undefined
  return (props) => {
    const { words } = useDesk()
    const [state, setState] = useState<"coming" | "here" | "failed">("coming")
    useEffect(() => {
      if (loaded !== undefined) return
      load().then(
        (view) => {
          loaded = view
          setState("here")
        },
        () => setState("failed")
      )
    }, [])
    const Loaded = loaded
    if (Loaded !== undefined) return <Loaded {...props} />
    return state === "failed" ? (
      <ProblemNote problem={{ status: 0, code: "gone", message: "", details: {} }} onRetry={startAgain} />
    ) : (
      <p class="hint centred">{words.loading} …</p>
    )
  }
}

/**
 * Loads the page anew as soon as the server is there: it may be a newer one, whose files have other names, and a browser
 * may remember that a file was missing.
 */
const startAgain = (): void => {
  fetch(location.pathname).then(
    ({ ok }) => {
      if (ok) location.reload()
    },
    () => {}
  )
}
