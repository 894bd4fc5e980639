/** A modal dialog that traps the focus; Escape closes it. */
import { type Child, useId, useRef } from "hono/jsx/dom"
import { useOnceOnPage } from "./effects.ts"
import { useScreen } from "./Screen.ts"

interface DialogProps {
  readonly title: string
  readonly close: () => void
  readonly children?: Child
}

export const Dialog = ({ title, close, children }: DialogProps) => {
  const { words, problem } = useScreen()
  const box = useRef<HTMLDialogElement>(null)
  const id = useId()
  useOnceOnPage(() => {
    const dialog = box.current
    if (dialog?.isConnected && !dialog.open) dialog.showModal()
    dialog?.addEventListener("close", close)
    return () => {
      dialog?.removeEventListener("close", close)
      if (dialog?.open) dialog.close()
    }
  }, [])
  return (
    <dialog ref={box} aria-labelledby={id}>
      <div class="dialog-head">
        <h2 id={id} dir="auto">
          {title}
        </h2>
        <button type="button" class="quiet" onClick={close}>
          {words.close}
        </button>
      </div>
      <div role="alert">{problem === undefined ? null : <p class="notice danger">{problem}</p>}</div>
      {children}
    </dialog>
  )
}
