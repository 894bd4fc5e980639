/**
 * Resolves an attempt whose record cannot be read from the store: nothing is known of it but its id, so no amount is
 * taken, and to say that nothing was paid needs a confirmation: the terminal may still answer.
 */
import type { ResolvedAs, ResolvedDamaged, ResolveRequest } from "@hipay-pos/core/wire/Resolution"
import { useState } from "hono/jsx/dom"
import { StateMark } from "../attempts/StateMark.tsx"
import type { RequestProblem } from "../server/Server.ts"
import { useAppContext, useHasRole } from "../shell/context.ts"
import { ProblemNote } from "../shell/ProblemNote.tsx"

const outcomes: ReadonlyArray<ResolvedAs> = ["approved", "declined", "set-aside"]

export const DamagedForm = ({ id }: { readonly id: string }) => {
  const { words, server } = useAppContext()
  const text = words.attempt.resolve
  const labels = { ...text.damagedOutcomes, "set-aside": text.setAside } satisfies Record<ResolvedAs, string>
  const [problem, setProblem] = useState<RequestProblem | undefined>(undefined)
  const [busy, setBusy] = useState(false)
  const [outcome, setOutcome] = useState<ResolvedAs | undefined>(undefined)
  const [resolved, setResolved] = useState<ResolvedDamaged | undefined>(undefined)
  const mayResolve = useHasRole("resolve")

  const resolve = async (event: Event) => {
    event.preventDefault()
    if (busy || outcome === undefined) return
    const form = new FormData(event.target as HTMLFormElement)
    const field = (name: string) => String(form.get(name) ?? "").trim()
    const body: ResolveRequest = {
      outcome,
      by: field("by"),
      evidence: field("evidence"),
      ...(form.has("override") ? { override: true } : {})
    }
    setBusy(true)
    setProblem(undefined)
    const path = `/attempts/${encodeURIComponent(id)}/resolve`
    const reply = await server.send<ResolvedDamaged>({ method: "POST", path, body })
    setBusy(false)
    if (reply.ok) setResolved(reply.value)
    else setProblem(reply.problem)
  }

  return (
    <>
      <header class="attempt-head">
        <h1>{text.damaged}</h1>
        <p class="attempt-id">
          {words.attempt.id} <code>{id}</code>
        </p>
      </header>
      {resolved === undefined ? (
        <p class="note problem" role="alert">
          {text.damagedIntro}
        </p>
      ) : (
        <p class="note" role="status">
          {text.recorded(words.states[resolved.state])} <StateMark state={resolved.state} />{" "}
          <span dir="auto">{resolved.orderId}</span>. {text.damagedStays}
        </p>
      )}
      {resolved !== undefined ? null : mayResolve ? (
        <form class="panel resolve" onSubmit={resolve}>
          <h2>{text.damagedTitle}</h2>
          <p class="hint">{text.intro}</p>
          <fieldset class="choices">
            <legend>{text.outcome}</legend>
            {outcomes.map((each) => (
              <label key={each}>
                <input type="radio" name="outcome" value={each} required onChange={() => setOutcome(each)} />{" "}
                {labels[each]}
              </label>
            ))}
          </fieldset>
          <label class="field">
            <span>{text.by}</span>
            <input name="by" required maxLength={500} autocomplete="name" dir="auto" />
          </label>
          <label class="field">
            <span>{text.evidence}</span>
            <textarea name="evidence" required maxLength={500} rows={2} placeholder={text.damagedHint} dir="auto" />
          </label>
          {outcome === undefined || outcome === "approved" ? null : (
            <label>
              <input type="checkbox" name="override" required /> {text.damagedOverride}
            </label>
          )}
          {problem === undefined ? null : <ProblemNote problem={problem} />}
          <div class="actions">
            <button type="submit" class="button primary" disabled={busy}>
              {text.submit}
            </button>
          </div>
        </form>
      ) : (
        <p class="panel hint">{text.notAllowed}</p>
      )}
    </>
  )
}
