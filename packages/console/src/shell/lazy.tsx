/** A view whose code is fetched when it is first rendered; shows an error if that fails. */

import { useState } from "hono/jsx/dom"
import type { JSX } from "hono/jsx/dom/jsx-runtime"
import { useAppContext } from "./context.ts"
import { useEffect } from "./hooks.ts"
import { ProblemNote } from "./ProblemNote.tsx"

type View<Props> = (props: Props) => JSX.Element

/** Wraps the view that `load` imports. */
export const lazy = <Props extends object>(load: () => Promise<View<Props>>): View<Props> => {
  let loaded: View<Props> | undefined
  return (props) => {
    const { words } = useAppContext()
    const [state, setState] = useState<"loading" | "loaded" | "failed">("loading")
    useEffect(() => {
      if (loaded !== undefined) return
      load().then(
        (view) => {
          loaded = view
          setState("loaded")
        },
        () => setState("failed")
      )
    }, [])
    const Loaded = loaded
    if (Loaded !== undefined) return <Loaded {...props} />
    return state === "failed" ? (
      <ProblemNote problem={{ status: 0, code: "gone", message: "", details: {} }} onRetry={reloadPage} />
    ) : (
      <p class="hint centred">{words.loading} …</p>
    )
  }
}

/**
 * Reloads the page once the server responds: a newer server has other file names, and browsers cache a failed import.
 */
const reloadPage = (): void => {
  fetch(location.pathname).then(
    ({ ok }) => {
      if (ok) location.reload()
    },
    () => {}
  )
}
