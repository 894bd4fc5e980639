/** What the simulated terminal really did, hidden behind a button because a real shop cannot know it. */
import type { Attempt } from "@hipay-pos/core/wire/Attempt"
import type { TimelineEntry } from "@hipay-pos/core/wire/TimelineEntry"
import { useRef, useState } from "hono/jsx/dom"
import { Eye } from "lucide"
import type { Ledger, LedgerEntry } from "../server/model.ts"
import type { RequestProblem } from "../server/Server.ts"
import { useAppContext, useFormat } from "../shell/context.ts"
import { Icon } from "../shell/Icon.tsx"
import { ProblemNote } from "../shell/ProblemNote.tsx"

interface Props {
  readonly attempt: Attempt
  readonly timeline: ReadonlyArray<TimelineEntry>
}

export const LedgerTruth = ({ attempt, timeline }: Props) => {
  const { words, server } = useAppContext()
  const { amount } = useFormat()
  const text = words.truth
  const [found, setFound] = useState<LedgerEntry | "nothing" | undefined>(undefined)
  const [problem, setProblem] = useState<RequestProblem | undefined>(undefined)
  const said = useRef<HTMLDivElement>(null)
  const reveal = async () => {
    const reply = await server.get<Ledger>("/_mock/ledger")
    if (!reply.ok) return setProblem(reply.problem)
    setProblem(undefined)
    setFound(reply.value.entries.find((entry) => entry.attempt === attempt.id) ?? "nothing")
    said.current?.focus()
  }
  // A ledger is empty when the mock starts, and keeps a limited number of entries; a stored timeline may be older.
  const wasApproved = timeline.some((entry) => entry.kind === "stage" && entry.stage === "approved")
  return (
    <section class="truth">
      <p>{text.intro}</p>
      <div role="status" ref={said} tabIndex={-1}>
        {found === undefined ? null : (
          <p class="truth-said">
            {found === "nothing"
              ? wasApproved
                ? text.forgotten
                : text.nothing[attempt.transactionType]
              : text.moved[found.operation](amount(found.amount, found.currency))}
            {found === "nothing" || found.authorizationNumber === undefined ? null : (
              <span class="hint">
                {" "}
                {words.mock.authorization} {found.authorizationNumber}
              </span>
            )}
          </p>
        )}
      </div>
      {problem === undefined ? null : <ProblemNote problem={problem} />}
      {found === undefined ? (
        <button type="button" class="button" onClick={reveal}>
          <Icon of={Eye} />
          {text.reveal}
        </button>
      ) : null}
    </section>
  )
}
