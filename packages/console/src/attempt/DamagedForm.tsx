/**
 * Resolves an attempt whose record cannot be read from the store. Only its id is known, so the form has no amount, and saying
 * that nothing was paid needs a confirmation: the terminal may still answer.
 */
import type { ResolvedAs, ResolvedDamaged, ResolveRequest } from "@hipay-pos/core/wire/Resolution"
import { useState } from "hono/jsx/dom"
import { StateMark } from "../attempts/StateMark.tsx"
import type { RequestProblem } from "../server/Server.ts"
import { useAppContext, useHasRole } from "../shell/context.ts"
import { formData } from "../shell/input.ts"
import { ProblemNote } from "../shell/ProblemNote.tsx"
import { EvidenceFields, OutcomeField } from "./ResolutionFields.tsx"

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
    const form = formData(event)
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
          <OutcomeField outcomes={outcomes} labels={labels} choose={setOutcome} />
          <EvidenceFields hint={text.damagedHint} />
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
