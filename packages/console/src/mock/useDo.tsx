/** Does something to the mock and says how it went. */
import { useState } from "hono/jsx/dom"
import type { Sending } from "../server/Server.ts"
import { useDesk } from "../shell/context.ts"
import { problemText } from "../shell/ProblemNote.tsx"

export const useDo = () => {
  const { server, words } = useDesk()
  const [said, setSaid] = useState("")
  const run = async <A,>(sending: Sending): Promise<A | undefined> => {
    const reply = await server.send<A>(sending)
    setSaid(reply.ok ? words.simulation.done : problemText(words, reply.problem))
    return reply.ok ? reply.value : undefined
  }
  return { run, said: <p role="status">{said}</p> }
}
