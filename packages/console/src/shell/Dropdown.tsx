/** A button with a panel below it, closed by Escape, by a click elsewhere, and by a choice. */
import type { Child } from "hono/jsx"
import { useRef } from "hono/jsx/dom"
import { ChevronDown } from "lucide"
import { useEffect } from "./hooks.ts"
import { Icon } from "./Icon.tsx"

interface Props {
  readonly label: Child
  readonly children: Child
  readonly class?: string
  /** Whether a click inside leaves it open, for settings. */
  readonly stays?: boolean
  readonly onOpen?: () => void
}

export const Dropdown = ({ label, children, class: name = "button", stays = false, onOpen }: Props) => {
  const menu = useRef<HTMLDetailsElement>(null)
  useEffect(() => {
    const close = (event: Event) => {
      const element = menu.current
      if (!element?.open) return
      const target = event.target as Element
      const isInside = element.contains(target)
      const isChoice = isInside && !stays && target.closest("summary") === null
      const isOver = event instanceof KeyboardEvent ? event.key === "Escape" : !isInside || isChoice
      if (!isOver) return
      element.open = false
      if (!(event instanceof KeyboardEvent)) return
      // The key is handled: it must not close anything else.
      event.preventDefault()
      element.querySelector("summary")?.focus()
    }
    addEventListener("click", close)
    addEventListener("keydown", close)
    return () => {
      removeEventListener("click", close)
      removeEventListener("keydown", close)
    }
  }, [stays])
  return (
    <details class="menu" ref={menu} onToggle={() => (menu.current?.open ? onOpen?.() : undefined)}>
      <summary class={name}>
        {label}
        <Icon of={ChevronDown} />
      </summary>
      <div class={`menu-panel ${stays ? "panel" : "menu-list"}`}>{children}</div>
    </details>
  )
}
