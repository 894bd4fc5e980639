/** Tabs according to the ARIA pattern: arrow keys move between them, and only one is in the tab order. */
import type { Child } from "hono/jsx"

interface Tab {
  readonly id: string
  readonly title: Child
}

interface Props {
  readonly label: string
  readonly tabs: ReadonlyArray<Tab>
  readonly current: string
  readonly onChange: (id: string) => void
}

export const Tabs = ({ label, tabs, current, onChange }: Props) => {
  const step = (event: KeyboardEvent) => {
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0
    const index = tabs.findIndex(({ id }) => id === current)
    const next = tabs[(index + by + tabs.length) % tabs.length]
    if (by === 0 || next === undefined) return
    event.preventDefault()
    onChange(next.id)
    const buttons = (event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>("[role=tab]")
    buttons[tabs.indexOf(next)]?.focus()
  }
  return (
    <div class="tabs" role="tablist" aria-label={label} onKeyDown={step}>
      {tabs.map(({ id, title }) => (
        <button
          key={id}
          type="button"
          role="tab"
          aria-selected={id === current ? "true" : "false"}
          tabIndex={id === current ? 0 : -1}
          onClick={() => onChange(id)}
        >
          {title}
        </button>
      ))}
    </div>
  )
}
