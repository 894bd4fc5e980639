/** Sends a simulated attempt's order again under a new order id, and opens the new attempt. */

import type { Attempt } from "@hipay-pos/core/wire/Attempt"
import { useState } from "hono/jsx/dom"
import type { RequestProblem } from "../server/Server.ts"
import { useAppContext } from "../shell/context.ts"
import { ProblemNote } from "../shell/ProblemNote.tsx"
import { toHash } from "../shell/route.ts"
import { nextOrderId, withOrderId } from "./orderId.ts"

export const SendAgain = ({ attempt, onClose }: { readonly attempt: Attempt; readonly onClose: () => void }) => {
  const { words, server } = useAppContext()
  const text = words.attempt.sendAgain
  const [problem, setProblem] = useState<RequestProblem | undefined>(undefined)
  const [busy, setBusy] = useState(false)

  const send = async (event: Event) => {
    event.preventDefault()
    if (busy) return
    const orderId = String(new FormData(event.target as HTMLFormElement).get("orderId") ?? "").trim()
    if (orderId === "" || orderId === attempt.orderId) return
    setBusy(true)
    setProblem(undefined)
    const reply = await server.send<{ readonly id: string }>({
      method: "POST",
      path: "/v1/connector/order",
      body: withOrderId(attempt.order, orderId),
      headers: { Prefer: "respond-async" }
    })
    setBusy(false)
    if (!reply.ok) return setProblem(reply.problem)
    location.hash = toHash({ place: "attempts", name: reply.value.id })
  }

  return (
    <form class="panel" onSubmit={send}>
      <h2>{text.title}</h2>
      <p class="hint">{text.intro}</p>
      <label class="field">
        <span>{text.orderId}</span>
        <input name="orderId" required value={nextOrderId(attempt.orderId)} dir="auto" autocomplete="off" />
      </label>
      {problem ? <ProblemNote problem={problem} /> : null}
      <div class="actions">
        <button type="submit" class="button primary" disabled={busy}>
          {text.submit}
        </button>
        <button type="button" class="button" onClick={onClose}>
          {text.cancel}
        </button>
      </div>
    </form>
  )
}
