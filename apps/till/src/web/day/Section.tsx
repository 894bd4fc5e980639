/** A titled part of a day's report. A table that is wider than the screen can be scrolled, by the keyboard, too. */
import type { Child } from "hono/jsx"

interface SectionProps {
  readonly title: string
  readonly children: Child
}

export const Section = ({ title, children }: SectionProps) => (
  <section class="wide" tabindex={0} aria-label={title}>
    <h2>{title}</h2>
    {children}
  </section>
)
