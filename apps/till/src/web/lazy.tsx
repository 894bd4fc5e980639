/** A view whose code is fetched when it is first shown, with a fallback if that fails. */
import { useState } from "hono/jsx/dom"
import type { JSX } from "hono/jsx/dom/jsx-runtime"
import { useWhileShown } from "./effects.ts"
import { useScreen } from "./Screen.ts"

type View<Props> = (props: Props) => JSX.Element

/** Wraps the view that `load` imports. */
export const lazy = <Props extends object>(load: () => Promise<View<Props>>): View<Props> => {
  let loaded: View<Props> | undefined
  return (props) => {
    const { words } = useScreen()
    const [state, setState] = useState<"loading" | "loaded" | "failed">("loading")
    useWhileShown(() => {
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
    if (state !== "failed") return <p class="loading">{words.loadingView}</p>
    return (
      <div class="loading">
        <p role="alert">{words.viewFailed}</p>
        <button type="button" onClick={() => location.reload()}>
          {words.reload}
        </button>
      </div>
    )
  }
}
