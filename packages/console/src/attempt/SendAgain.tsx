/** Resends an order, whose body can be edited first, and opens the new attempt. */
import { useState } from "hono/jsx/dom"
import type { RequestProblem } from "../server/Server.ts"
import { useAppContext } from "../shell/context.ts"
import { inputValue } from "../shell/input.ts"
import { ProblemNote } from "../shell/ProblemNote.tsx"
import { toHash } from "../shell/route.ts"

interface Props {
  readonly title: string
  readonly body: unknown
  readonly onClose: () => void
}

export const SendAgain = ({ title, body, onClose }: Props) => {
  const { words, server } = useAppContext()
  const text = words.attempt.sendAgain
  const [typed, setTyped] = useState(() => JSON.stringify(body, null, 2))
  const [problem, setProblem] = useState<RequestProblem | undefined>(undefined)
  const [wrong, setWrong] = useState("")
  const [busy, setBusy] = useState(false)

  const send = async (event: Event) => {
    event.preventDefault()
    if (busy) return
    let parsed: unknown
    try {
      parsed = JSON.parse(typed)
    } catch (error) {
      return setWrong(text.notJson(error instanceof Error ? error.message : ""))
    }
    setWrong("")
    setBusy(true)
    setProblem(undefined)
    const reply = await server.send<{ readonly id: string }>({
      method: "POST",
      path: "/v1/connector/order",
      body: parsed,
      headers: { Prefer: "respond-async" }
    })
    setBusy(false)
    if (!reply.ok) return setProblem(reply.problem)
    location.hash = toHash({ place: "attempts", name: reply.value.id })
  }

  return (
    <form class="panel" onSubmit={send}>
      <h2>{title}</h2>
      <label class="field">
        <span>{text.intro}</span>
        <textarea
          class="mono"
          rows={14}
          spellcheck={false}
          dir="ltr"
          value={typed}
          onInput={(event: Event) => setTyped(inputValue(event))}
        />
      </label>
      {wrong === "" ? null : (
        <p class="note problem" role="alert">
          {wrong}
        </p>
      )}
      {problem ? <ProblemNote problem={problem} /> : null}
      <div class="actions">
        <button type="submit" class="button primary" aria-disabled={busy}>
          {text.submit}
        </button>
        <button type="button" class="button" onClick={onClose}>
          {text.cancel}
        </button>
      </div>
    </form>
  )
}
