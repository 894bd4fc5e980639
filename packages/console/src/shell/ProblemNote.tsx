/** Why a call failed, in a sentence, with a button to retry if that is safe, and a link to the attempt involved. */
import type { ProblemCode } from "@hipay-pos/core/wire/Problem"
import type { RequestProblem } from "../server/Server.ts"
import type { Words } from "../text/en.ts"
import { useAppContext } from "./context.ts"
import { toHash } from "./route.ts"

/** The text of a problem in the reader's language, if there is one. */
const ownText = ({ problem }: Words, { status, code }: RequestProblem): string | undefined => {
  if (status === 0) return problem.gone
  if (status === 403) return problem.forbidden
  if (status === 404) return problem.notFound
  return Object.hasOwn(problem.byCode, code) ? problem.byCode[code as ProblemCode] : undefined
}

/** The text of a problem, by default the server's, in English. */
export const problemText = (words: Words, problem: RequestProblem): string =>
  ownText(words, problem) ?? words.problem.other(problem.status, problem.message)

/** The id of the attempt that blocks an order. */
const earlierOf = ({ details }: RequestProblem): string | undefined =>
  /^\/attempts\/([^/]+)$/.exec(String(details.attempt))?.[1]

export const ProblemNote = ({
  problem,
  onRetry
}: {
  readonly problem: RequestProblem
  readonly onRetry?: () => void
}) => {
  const { words } = useAppContext()
  const isEnglish = ownText(words, problem) === undefined && problem.message !== ""
  const earlier = earlierOf(problem)
  return (
    <div class="note problem" role="alert">
      <p lang={isEnglish ? "en" : undefined}>{problemText(words, problem)}</p>
      {earlier === undefined ? null : (
        <a href={toHash({ place: "attempts", name: earlier })}>{words.problem.earlier}</a>
      )}
      {onRetry ? (
        <button type="button" class="button" onClick={onRetry}>
          {words.problem.retry}
        </button>
      ) : null}
    </div>
  )
}
