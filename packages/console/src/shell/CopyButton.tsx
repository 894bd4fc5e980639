/** A button that copies a text and confirms it: with a label, or as an icon beside the text. */

import { useState } from "hono/jsx/dom"
import { Check, Copy } from "lucide"
import { useAppContext } from "./context.ts"
import { copyText } from "./copy.ts"
import { Icon } from "./Icon.tsx"

interface Props {
  readonly label: string
  readonly text: () => string
  /** The icon alone; the label is read out. */
  readonly small?: boolean
}

export const CopyButton = ({ label, text, small = false }: Props) => {
  const { words } = useAppContext()
  const [done, setDone] = useState<boolean | undefined>(undefined)
  const copy = async () => {
    setDone(await copyText(text()))
    setTimeout(() => setDone(undefined), 2000)
  }
  const said = done === undefined ? label : done ? words.attempt.copied : words.attempt.notCopied
  return (
    <button type="button" class={small ? "copy-icon" : "button"} title={said} onClick={copy}>
      <Icon of={done ? Check : Copy} />
      <span class={small ? "visually-hidden" : ""}>{said}</span>
    </button>
  )
}
