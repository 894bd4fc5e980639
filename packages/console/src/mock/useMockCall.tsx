/** A call to the mock's control interface, with a message of its result. */
import { useState } from "hono/jsx/dom"
import type { Reply, WriteRequest } from "../server/Server.ts"
import { useAppContext } from "../shell/context.ts"
import { problemText } from "../shell/ProblemNote.tsx"
import { showToast } from "../shell/toast.tsx"

export const useMockCall = () => {
  const { server, words } = useAppContext()
  const [status, setStatus] = useState("")
  const run = async <A,>(sending: WriteRequest): Promise<Reply<A>> => {
    const reply = await server.send<A>(sending)
    setStatus(reply.ok ? "" : problemText(words, reply.problem))
    if (reply.ok) showToast({ text: words.simulation.done })
    return reply
  }
  return {
    run,
    status: (
      <p role="alert" class="alarm">
        {status}
      </p>
    )
  }
}
