/** Runs the remote collection, which captures what was authorized, and says how much it took. */
import { useState } from "hono/jsx/dom"
import type { Problem } from "../server/Server.ts"
import { useDesk } from "../shell/context.ts"
import { problemText } from "../shell/ProblemNote.tsx"

export const Collection = ({ onCollected }: { readonly onCollected?: () => void }) => {
  const { words, server } = useDesk()
  const [said, setSaid] = useState<{ readonly count?: number; readonly problem?: Problem }>({})
  const collect = async () => {
    const reply = await server.send<{ readonly captured: ReadonlyArray<string> }>({
      method: "POST",
      path: "/_mock/collection",
      body: {}
    })
    setSaid(reply.ok ? { count: reply.value.captured.length } : { problem: reply.problem })
    onCollected?.()
  }
  return (
    <div class="actions">
      <button type="button" class="button" title={words.mock.collectHint} onClick={collect}>
        {words.mock.collect}
      </button>
      <p role="status" class="hint">
        {said.count === undefined ? "" : words.mock.collected(said.count)}
        {said.problem ? problemText(words, said.problem) : ""}
      </p>
    </div>
  )
}
