/** Runs the remote collection, which captures authorized transactions, and shows how many. */
import { useState } from "hono/jsx/dom"
import type { RequestProblem } from "../server/Server.ts"
import { useAppContext } from "../shell/context.ts"
import { problemText } from "../shell/ProblemNote.tsx"

export const Collection = ({ onCollected }: { readonly onCollected?: () => void }) => {
  const { words, server } = useAppContext()
  const [result, setResult] = useState<{ readonly count?: number; readonly problem?: RequestProblem }>({})
  const collect = async () => {
    const reply = await server.send<{ readonly captured: ReadonlyArray<string> }>({
      method: "POST",
      path: "/_mock/collection",
      body: {}
    })
    setResult(reply.ok ? { count: reply.value.captured.length } : { problem: reply.problem })
    onCollected?.()
  }
  return (
    <div class="actions">
      <button type="button" class="button" title={words.mock.collectHint} onClick={collect}>
        {words.mock.collect}
      </button>
      <p role="status" class="hint">
        {result.count === undefined ? "" : words.mock.collected(result.count)}
        {result.problem ? problemText(words, result.problem) : ""}
      </p>
    </div>
  )
}
