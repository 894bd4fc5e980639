/** Long text, collapsed until it is opened. */
import { CopyButton } from "./CopyButton.tsx"

interface Props {
  readonly title: string
  readonly text: string
  /** Label of the copy button; without it there is none. */
  readonly copy?: string
}

export const Collapsible = ({ title, text, copy }: Props) => (
  <details class="collapsible">
    <summary>{title}</summary>
    <pre dir="auto">{text}</pre>
    {copy === undefined ? null : <CopyButton label={copy} text={() => text} />}
  </details>
)
