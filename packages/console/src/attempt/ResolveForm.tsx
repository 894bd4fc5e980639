/** Records how an unknown attempt ended, with the person's name and evidence. Cannot be undone. */

import type { Attempt } from "@hipay-pos/core/wire/Attempt"
import type { ProblemCode } from "@hipay-pos/core/wire/Problem"
import type { ResolvedAs, ResolveRequest } from "@hipay-pos/core/wire/Resolution"
import { useRef, useState } from "hono/jsx/dom"
import type { RequestProblem } from "../server/Server.ts"
import { useAppContext, useFormat, useHasRole } from "../shell/context.ts"
import { useEffect } from "../shell/hooks.ts"
import { inputValue } from "../shell/input.ts"
import { ProblemNote } from "../shell/ProblemNote.tsx"
import { asTyped } from "../text/format.ts"
import { fromTyped } from "../text/typedAmount.ts"
import { amountToShow, draftKeyOf, draftOf, dropDraft, fillFrom, keepDraft, readFrom, requestOf } from "./draft.ts"
import { EvidenceFields, OutcomeField } from "./ResolutionFields.tsx"

const isReal = ({ terminal }: Attempt): boolean => terminal.kind === "dialled"

/** A terminal that an unknown outcome blocks may take the next order while this one stays unknown. */
const outcomes = (attempt: Attempt): ReadonlyArray<ResolvedAs> =>
  isReal(attempt) || attempt.terminal.guarded === true
    ? ["approved", "declined", "set-aside"]
    : ["approved", "declined"]

interface Props {
  readonly attempt: Attempt
  readonly onResolved: (attempt: Attempt) => void
}

export const ResolveForm = ({ attempt, onResolved }: Props) => {
  const { words, server, session, language } = useAppContext()
  const { duration, amount: show } = useFormat()
  const text = words.attempt.resolve
  const { title, over, ...outcomeTexts } = text.byType[attempt.transactionType]
  const labels = { ...outcomeTexts, "set-aside": text.setAside } satisfies Record<ResolvedAs, string>
  const [problem, setProblem] = useState<RequestProblem | undefined>(undefined)
  const [busy, setBusy] = useState(false)
  const draftKey = draftKeyOf(session, attempt)
  const [draft] = useState(() => draftOf(draftKey))
  const [outcome, setOutcome] = useState(() => outcomes(attempt).find((each) => each === draft.get("outcome")))
  const [typed, setTyped] = useState(
    () => draft.get("paid") ?? asTyped(amountToShow(attempt), attempt.currency, language)
  )
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => {
    if (form.current) fillFrom(draft, form.current)
  }, [draft])
  const paid = fromTyped(typed, attempt.currency, language)
  const isOver = outcome === "approved" && paid !== undefined && paid > attempt.amount
  const isAnswerPending = problem?.code === ("attempt.answer.pending" satisfies ProblemCode)
  const seconds = problem?.details.seconds
  if (!useHasRole("resolve")) return <p class="panel hint">{text.notAllowed}</p>

  const send = async (verb: "resolve" | "ask", body: object) => {
    setBusy(true)
    const path = `/attempts/${encodeURIComponent(attempt.id)}/${verb}`
    const reply = await server.send<Attempt>({ method: "POST", path, body })
    setBusy(false)
    if (reply.ok) onResolved(reply.value)
    else setProblem(reply.problem)
    return reply.ok
  }

  const resolve = async (event: Event) => {
    event.preventDefault()
    if (busy || (outcome === "approved" && paid === undefined)) return
    const form = event.target as HTMLFormElement
    const isChecked = (name: string) => new FormData(form).has(name)
    const typed = readFrom(form)
    keepDraft(draftKey, typed)
    if (!isAnswerPending) setProblem(undefined)
    const isRecorded = await send("resolve", {
      ...requestOf(typed, attempt, language),
      ...(isOver && isChecked("over") ? { over: true } : {}),
      ...(isChecked("override") ? { override: true } : {})
    } satisfies ResolveRequest)
    if (isRecorded) dropDraft(draftKey)
  }

  const ask = async () => {
    if (busy) return
    setProblem(undefined)
    await send("ask", {})
  }

  return (
    <form
      class="panel resolve"
      ref={form}
      onInput={() => form.current && keepDraft(draftKey, readFrom(form.current))}
      onSubmit={resolve}
    >
      <h2>{title}</h2>
      <p class="hint">{text.intro}</p>
      <OutcomeField outcomes={outcomes(attempt)} labels={labels} choose={setOutcome} />
      {outcome === "approved" ? (
        <>
          <label class="field">
            <span>
              {text.paid} ({attempt.currency})
            </span>
            <input
              name="paid"
              required
              inputmode="decimal"
              autocomplete="off"
              value={typed}
              aria-invalid={paid === undefined}
              onInput={(event: Event) => setTyped(inputValue(event))}
            />
          </label>
          {paid === undefined ? (
            <p class="hint" role="alert">
              {text.notAmount(asTyped(attempt.amount, attempt.currency, language))}
            </p>
          ) : null}
          {isOver ? (
            <label class="check">
              <input type="checkbox" name="over" required />
              {over(show(paid, attempt.currency), show(attempt.amount, attempt.currency))}
            </label>
          ) : null}
          <label class="field">
            <span>{text.authorization}</span>
            <input name="authorizationNumber" pattern="[0-9A-Za-z]{1,10}" maxLength={10} autocomplete="off" />
          </label>
          <label class="field">
            <span>{text.lastFour}</span>
            <input name="lastFour" pattern="[0-9]{4}" maxLength={4} inputmode="numeric" autocomplete="off" />
          </label>
        </>
      ) : null}
      <EvidenceFields hint={text.evidenceHint} />
      {problem === undefined ? null : isAnswerPending ? (
        <div class="note problem" role="alert">
          <p>{text.answerPending(seconds === undefined ? undefined : duration(Number(seconds) * 1_000))}</p>
          <label class="check">
            <input type="checkbox" name="override" />
            {text.override}
          </label>
        </div>
      ) : problem.code === ("attempt.not.proved" satisfies ProblemCode) ? (
        <div class="note problem" role="alert">
          <p>{text.notProved}</p>
          <Why why={String(problem.details.why)} />
        </div>
      ) : (
        <ProblemNote problem={problem} />
      )}
      <div class="actions">
        <button type="submit" class="button primary" aria-disabled={busy}>
          {text.submit}
        </button>
        {isReal(attempt) ? (
          <button type="button" class="button" aria-disabled={busy} onClick={ask}>
            {text.ask}
          </button>
        ) : null}
      </div>
    </form>
  )
}

/** Why asking the terminal proved nothing, or why it was not asked. */
const Why = ({ why }: { readonly why: string }) => {
  const said = useAppContext().words.attempt.resolve.whyNotProved(why)
  return <p lang={said === undefined ? "en" : undefined}>{said ?? why}</p>
}
