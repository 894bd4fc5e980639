/** Short messages about what was done, at the foot of the page, with an undo button if possible. */
import { useAppContext } from "./context.ts"
import { useStore } from "./hooks.ts"
import "../style/toast.css"

export interface Toast {
  readonly text: string
  /** Undoes the action. */
  readonly undo?: (() => unknown) | undefined
}

interface Shown extends Toast {
  readonly id: number
}

/** How long a message stays, in milliseconds; longer if it can be undone. */
const STAY = { plain: 4_000, undo: 10_000 }

let shown: ReadonlyArray<Shown> = []
let made = 0
const listeners = new Set<() => void>()

const set = (next: ReadonlyArray<Shown>) => {
  shown = next
  for (const listener of listeners) listener()
}

const dismiss = (id: number) => set(shown.filter((each) => each.id !== id))

/** Shows a message. */
export const showToast = (toast: Toast): void => {
  const id = ++made
  set([...shown.slice(-2), { ...toast, id }])
  setTimeout(() => dismiss(id), toast.undo === undefined ? STAY.plain : STAY.undo)
}

const watch = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export const Toasts = () => {
  const { words } = useAppContext()
  const toasts = useStore(watch, () => shown)
  return (
    <div class="toasts" role="status">
      {toasts.map(({ id, text, undo }) => (
        <p key={id} class="toast">
          <span dir="auto">{text}</span>
          {undo === undefined ? null : (
            <button
              type="button"
              onClick={() => {
                dismiss(id)
                void undo()
              }}
            >
              {words.toast.undo}
            </button>
          )}
        </p>
      ))}
    </div>
  )
}
