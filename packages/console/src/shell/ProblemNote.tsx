/** Why a call failed, in a sentence, with a button to retry where that is safe. */
import type { RequestProblem } from "../server/Server.ts"
import type { Words } from "../text/en.ts"
import { useAppContext } from "./context.ts"

export const problemText = (words: Words, { status, message }: RequestProblem): string => {
  if (status === 0) return words.problem.gone
  if (status === 403) return words.problem.forbidden
  if (status === 404) return words.problem.notFound
  return words.problem.other(status, message)
}

/** Whether the sentence comes from the server, which writes English. */
const isServerText = ({ status, message }: RequestProblem): boolean => ![0, 403, 404].includes(status) && message !== ""

export const ProblemNote = ({
  problem,
  onRetry
}: {
  readonly problem: RequestProblem
  readonly onRetry?: () => void
}) => {
  const { words } = useAppContext()
  return (
    <div class="note problem" role="alert">
      <p lang={isServerText(problem) ? "en" : undefined}>{problemText(words, problem)}</p>
      {onRetry ? (
        <button type="button" class="button" onClick={onRetry}>
          {words.problem.retry}
        </button>
      ) : null}
    </div>
  )
}
