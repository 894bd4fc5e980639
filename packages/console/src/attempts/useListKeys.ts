/** Keys of the list: `/` searches, `j` and `k` step through it, Enter opens the first, Escape closes. */
import type { AttemptSummary } from "@hipay-pos/core/wire/Attempt"
import { useRef } from "hono/jsx/dom"
import { useEffect } from "../shell/hooks.ts"
import { isTyping } from "../shell/keys.ts"
import { toHash } from "../shell/route.ts"

export const useListKeys = (
  attempts: ReadonlyArray<AttemptSummary>,
  picked: string | undefined,
  query: Readonly<Record<string, string>>
): void => {
  const latest = useRef({ attempts, picked, query })
  latest.current = { attempts, picked, query }
  useEffect(() => {
    const typed = (event: KeyboardEvent) => {
      const { attempts, picked, query } = latest.current ?? { attempts: [], picked: undefined, query: {} }
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event)) return
      const go = (name: string | undefined) => {
        event.preventDefault()
        location.hash = toHash({ place: "attempts", ...(name === undefined ? {} : { name }), query })
      }
      const index = attempts.findIndex(({ id }) => id === picked)
      const step = (by: number) => go((attempts[Math.max(0, index + by)] ?? attempts.at(-1))?.id ?? picked)
      if (event.key === "/") {
        event.preventDefault()
        const search = document.querySelector<HTMLInputElement>("#search")
        search?.focus()
        search?.select()
      } else if (event.key === "j") step(1)
      else if (event.key === "k") step(-1)
      else if (event.key === "Enter" && event.target === document.body && index === -1) step(1)
      else if (
        event.key === "Escape" &&
        picked !== undefined &&
        document.querySelector(".device, details.menu[open]") === null
      )
        go(undefined)
    }
    addEventListener("keydown", typed)
    return () => removeEventListener("keydown", typed)
  }, [])
}
