/** Resends a notification, and reports the result. */
import type { Notification } from "../server/model.ts"
import { useAppContext } from "../shell/context.ts"
import { problemText } from "../shell/ProblemNote.tsx"
import { showToast } from "../shell/toast.tsx"

export const useReplay = (onReplayed: () => void) => {
  const { words, server } = useAppContext()
  return async (id: string): Promise<void> => {
    const path = `/_mock/notifications/${encodeURIComponent(id)}/replay`
    const reply = await server.send<Notification>({ method: "POST", path })
    if (!reply.ok) return showToast({ text: problemText(words, reply.problem) })
    // The result of this try: a notification that was delivered before stays so.
    const { status = 0, error = `HTTP ${status}` } = reply.value.tries.at(-1) ?? {}
    const isTaken = status >= 200 && status < 300
    showToast({ text: isTaken ? words.mock.replayed(error) : words.mock.notReplayed(error) })
    onReplayed()
  }
}
