/** The fields that all forms for resolving an attempt share: the outcome, and who saw what. */
import type { ResolvedAs } from "@hipay-pos/core/wire/Resolution"
import { useAppContext } from "../shell/context.ts"

interface OutcomeFieldProps {
  readonly outcomes: ReadonlyArray<ResolvedAs>
  readonly labels: Readonly<Record<ResolvedAs, string>>
  readonly choose: (outcome: ResolvedAs) => void
}

export const OutcomeField = ({ outcomes, labels, choose }: OutcomeFieldProps) => {
  const { words } = useAppContext()
  return (
    <fieldset class="choices">
      <legend>{words.attempt.resolve.outcome}</legend>
      {outcomes.map((outcome) => (
        <label key={outcome}>
          <input type="radio" name="outcome" value={outcome} required onChange={() => choose(outcome)} />{" "}
          {labels[outcome]}
        </label>
      ))}
    </fieldset>
  )
}

export const EvidenceFields = ({ hint }: { readonly hint: string }) => {
  const text = useAppContext().words.attempt.resolve
  return (
    <>
      <label class="field">
        <span>{text.by}</span>
        <input name="by" required maxLength={500} autocomplete="name" dir="auto" />
      </label>
      <label class="field">
        <span>{text.evidence}</span>
        <textarea name="evidence" required maxLength={500} rows={2} placeholder={hint} dir="auto" />
      </label>
    </>
  )
}
