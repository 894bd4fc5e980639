/** Long text, folded away until somebody wants it. */
import { CopyButton } from "./CopyButton.tsx"

interface Props {
  readonly title: string
  readonly text: string
  /** Name of the button that copies it; absent: there is none. */
  readonly copy?: string
}

export const Folded = ({ title, text, copy }: Props) => (
  <details class="folded">
    <summary>{title}</summary>
    <pre dir="auto">{text}</pre>
    {copy === undefined ? null : <CopyButton label={copy} text={() => text} />}
  </details>
)
