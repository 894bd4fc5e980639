/** What was just done, with a way to undo it, for as long as it takes to read. */
import { Undo2 } from "lucide"
import { useWhileShown } from "./effects.ts"
import { Icon } from "./Icon.tsx"
import { type ToastText, useScreen } from "./Screen.ts"

/** Milliseconds. */
const TOAST_DURATION = 10_000

export const Toast = ({ toast, close }: { readonly toast: ToastText | undefined; readonly close: () => void }) => {
  const { words } = useScreen()
  useWhileShown(() => {
    if (toast === undefined) return
    const timer = setTimeout(close, TOAST_DURATION)
    return () => clearTimeout(timer)
  }, [toast])
  return (
    <div class="toasts" role="status">
      {toast === undefined ? null : (
        <div class="toast">
          <span dir="auto">{toast.text}</span>
          {toast.undo === undefined ? null : (
            <button
              type="button"
              onClick={() => {
                toast.undo?.()
                close()
              }}
            >
              <Icon of={Undo2} />
              {words.undo}
            </button>
          )}
        </div>
      )}
    </div>
  )
}
