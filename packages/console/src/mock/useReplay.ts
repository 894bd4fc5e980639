/** Sends a notification again, and says what came of it. */
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
    const { state, tries } = reply.value
    const last = tries.at(-1)
    const response = last?.error ?? `HTTP ${last?.status}`
    showToast({ text: state === "delivered" ? words.mock.replayed(response) : words.mock.notReplayed(response) })
    onReplayed()
  }
}
