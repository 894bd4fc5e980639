/** Why something could not be shown or done, in a sentence, and a way to try again where that is safe. */
import type { Problem } from "../server/Server.ts"
import type { Words } from "../text/en.ts"
import { useDesk } from "./context.ts"

export const problemText = (words: Words, { status, message }: Problem): string => {
  if (status === 0) return words.problem.gone
  if (status === 403) return words.problem.forbidden
  if (status === 404) return words.problem.notFound
  return words.problem.other(status, message)
}

export const ProblemNote = ({ problem, onRetry }: { readonly problem: Problem; readonly onRetry?: () => void }) => {
  const { words } = useDesk()
  return (
    <div class="note problem" role="alert">
      <p>{problemText(words, problem)}</p>
      {onRetry ? (
        <button type="button" class="button" onClick={onRetry}>
          {words.problem.retry}
        </button>
      ) : null}
    </div>
  )
}
