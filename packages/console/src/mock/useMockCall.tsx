/** A call to the mock's control interface, with a status line for its result. */
import { useState } from "hono/jsx/dom"
import type { WriteRequest } from "../server/Server.ts"
import { useAppContext } from "../shell/context.ts"
import { problemText } from "../shell/ProblemNote.tsx"

export const useMockCall = () => {
  const { server, words } = useAppContext()
  const [status, setStatus] = useState("")
  const run = async <A,>(sending: WriteRequest): Promise<A | undefined> => {
    const reply = await server.send<A>(sending)
    setStatus(reply.ok ? words.simulation.done : problemText(words, reply.problem))
    return reply.ok ? reply.value : undefined
  }
  return { run, status: <p role="status">{status}</p> }
}
