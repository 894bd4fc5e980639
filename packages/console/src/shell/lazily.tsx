/** A view whose code is fetched when it is first looked at. */

import { useState } from "hono/jsx/dom"
import type { JSX } from "hono/jsx/dom/jsx-runtime"
import { useDesk } from "./context.ts"
import { useEffect } from "./hooks.ts"

type View<Props> = (props: Props) => JSX.Element

/** The view that `load` brings. */
export const lazily = <Props extends object>(load: () => Promise<View<Props>>): View<Props> => {
  let loaded: View<Props> | undefined
  return (props) => {
    const { words } = useDesk()
    const [, setCount] = useState(0)
    useEffect(() => {
      if (loaded !== undefined) return
      void load().then((view) => {
        loaded = view
        setCount((count) => count + 1)
      })
    }, [])
    const Loaded = loaded
    return Loaded === undefined ? <p class="hint centred">{words.loading} …</p> : <Loaded {...props} />
  }
}
