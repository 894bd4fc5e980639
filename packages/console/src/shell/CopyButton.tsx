/** A button that copies a text, and confirms it. */
import { useState } from "hono/jsx/dom"
import { useAppContext } from "./context.ts"
import { copyText } from "./copy.ts"

export const CopyButton = ({ label, text }: { readonly label: string; readonly text: () => string }) => {
  const { words } = useAppContext()
  const [done, setDone] = useState<boolean | undefined>(undefined)
  const copy = async () => {
    setDone(await copyText(text()))
    setTimeout(() => setDone(undefined), 2000)
  }
  return (
    <button type="button" class="button" onClick={copy}>
      {done === undefined ? label : done ? `✓ ${words.attempt.copied}` : words.attempt.notCopied}
    </button>
  )
}
