/** A person's word on an attempt whose outcome nobody knows. It is kept with name and evidence and never taken back. */
import { useState } from "hono/jsx/dom"
import type { Detail } from "../server/model.ts"
import type { Problem } from "../server/Server.ts"
import { useDesk, useFormat, useMay } from "../shell/context.ts"
import { ProblemNote } from "../shell/ProblemNote.tsx"

/** A real terminal that waits for this answer can be let go on without it. */
const outcomes = ({ terminal }: Detail) =>
  terminal.kind === "dialled" ? (["approved", "declined", "set-aside"] as const) : (["approved", "declined"] as const)

interface Props {
  readonly attempt: Detail
  readonly onResolved: (attempt: Detail) => void
}

export const ResolveForm = ({ attempt, onResolved }: Props) => {
  const { words, server } = useDesk()
  const { duration } = useFormat()
  const text = words.attempt.resolve
  const [problem, setProblem] = useState<Problem | undefined>(undefined)
  const [busy, setBusy] = useState(false)
  const isLineOpen = problem?.code === "attempt.line.open"
  if (!useMay("resolve")) return <p class="panel hint">{text.notAllowed}</p>

  const resolve = async (event: Event) => {
    event.preventDefault()
    if (busy) return
    const form = new FormData(event.target as HTMLFormElement)
    const said = (name: string) => String(form.get(name) ?? "").trim()
    const override = form.get("override") !== null
    setBusy(true)
    if (!isLineOpen) setProblem(undefined)
    const reply = await server.send<Detail>({
      method: "POST",
      path: `/attempts/${encodeURIComponent(attempt.id)}/resolve`,
      body: { outcome: said("outcome"), by: said("by"), evidence: said("evidence"), ...(override ? { override } : {}) }
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
