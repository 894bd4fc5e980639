/** Records how an unknown attempt ended, with the name of who says so and their evidence. Cannot be undone. */

import type { Attempt } from "@hipay-pos/core/wire/Attempt"
import type { ResolvedAs, ResolveRequest } from "@hipay-pos/core/wire/Resolution"
import { useState } from "hono/jsx/dom"
import type { Problem } from "../server/Server.ts"
import { useAppContext, useFormat, useHasRole } from "../shell/context.ts"
import { ProblemNote } from "../shell/ProblemNote.tsx"

/** A real terminal may take the next order while the outcome of this one stays unknown. */
const outcomes = ({ terminal }: Attempt): ReadonlyArray<ResolvedAs> =>
  terminal.kind === "dialled" ? ["approved", "declined", "set-aside"] : ["approved", "declined"]

interface Props {
  readonly attempt: Attempt
  readonly onResolved: (attempt: Attempt) => void
}

export const ResolveForm = ({ attempt, onResolved }: Props) => {
  const { words, server } = useAppContext()
  const { duration } = useFormat()
  const text = words.attempt.resolve
  const [problem, setProblem] = useState<Problem | undefined>(undefined)
  const [busy, setBusy] = useState(false)
  const isLineOpen = problem?.code === "attempt.line.open"
  if (!useHasRole("resolve")) return <p class="panel hint">{text.notAllowed}</p>

  const resolve = async (event: Event) => {
    event.preventDefault()
    if (busy) return
    const form = new FormData(event.target as HTMLFormElement)
    const field = (name: string) => String(form.get(name) ?? "").trim()
    const body: ResolveRequest = {
      outcome: field("outcome") as ResolvedAs,
      by: field("by"),
      evidence: field("evidence"),
      ...(form.has("override") ? { override: true } : {})
    }
    setBusy(true)
    if (!isLineOpen) setProblem(undefined)
    const reply = await server.send<Attempt>({
      method: "POST",
      path: `/attempts/${encodeURIComponent(attempt.id)}/resolve`,
      body
    })
    setBusy(false)
    if (reply.ok) onResolved(reply.value)
    else setProblem(reply.problem)
  }

  return (
    <form class="panel resolve" onSubmit={resolve}>
      <h2>{text.title}</h2>
      <p class="hint">{text.intro}</p>
      <fieldset class="choices">
        <legend>{text.outcome}</legend>
        {outcomes(attempt).map((outcome) => (
          <label key={outcome}>
            <input type="radio" name="outcome" value={outcome} required /> {text[outcome]}
          </label>
        ))}
      </fieldset>
      <label class="field">
        <span>{text.by}</span>
        <input name="by" required maxLength={500} autocomplete="name" dir="auto" />
      </label>
      <label class="field">
        <span>{text.evidence}</span>
        <textarea name="evidence" required maxLength={500} rows={2} placeholder={text.evidenceHint} dir="auto" />
      </label>
      {problem === undefined ? null : isLineOpen ? (
        <div class="note problem" role="alert">
          <p>{text.lineOpen(duration(Number(problem.details.seconds) * 1_000))}</p>
          <label>
            <input type="checkbox" name="override" /> {text.override}
          </label>
        </div>
      ) : (
        <ProblemNote problem={problem} />
      )}
      <div class="actions">
        <button type="submit" class="button primary" disabled={busy}>
          {text.submit}
        </button>
      </div>
    </form>
  )
}
