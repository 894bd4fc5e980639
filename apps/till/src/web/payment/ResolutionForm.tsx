/** What a person saw of an unknown card payment: asks for evidence and a name, and keeps what is typed. */
import { useState } from "hono/jsx/dom"
import type { SaleView } from "../../api.ts"
import type { CardTender } from "../../sale/Sale.ts"
import { draftOf, keepDraft } from "../drafts.ts"
import { inputValue } from "../input.ts"
import { nameChosen, remember } from "../preferences.ts"
import { seenOf, useMoney, useScreen } from "../Screen.ts"
import { TextField } from "../TextField.tsx"
import type { Running } from "../useRunning.ts"
import { draftKeyOf } from "./resolutionDraft.ts"
import { paidToShow } from "./unknownCause.ts"

type Seen = "approved" | "declined" | "cannot-tell"

interface Props {
  readonly sale: SaleView
  readonly tender: CardTender
  /** Shared with the other actions that must not run at the same time. */
  readonly action: Running
}

export const ResolutionForm = ({ sale, tender, action: { running, run } }: Props) => {
  const { words, state, act, refuse } = useScreen()
  const { show, typed, read } = useMoney()
  const draftKey = draftKeyOf({ sale: sale.id, tender: tender.number })
  const [draft, setDraft] = useState(() => draftOf(draftKey))
  const { seen, paid, evidence = "", by: name = nameChosen() } = draft
  const [over, setOver] = useState(false)
  const edit = (field: "seen" | "paid" | "evidence" | "by") => (text: string) => {
    const edited = { ...draftOf(draftKey), [field]: text }
    setDraft(edited)
    keepDraft(draftKey, edited)
  }
  const text = tender.direction === "in" ? words : words.ofRefund
  const suggested = paidToShow(tender, state.currency)
  const amount = paid === undefined ? suggested : read(paid)
  const isOver = amount !== undefined && amount > tender.amount
  const submit = (event: Event) => {
    event.preventDefault()
    if (seen !== "approved" && seen !== "declined") return
    if (evidence.trim() === "" || name.trim() === "") return refuse("resolution")
    if (seen === "approved" && amount === undefined) return refuse("not-amount")
    if (seen === "approved" && isOver && !over) return refuse("amount")
    remember("name", name.trim())
    const word = { do: "resolve", tender: tender.number, by: name, evidence, ...seenOf(sale) } as const
    void run(() =>
      act(
        seen === "approved" && amount !== undefined
          ? { ...word, outcome: seen, paid: amount, ...(isOver ? { over } : {}) }
          : { ...word, outcome: "declined" }
      )
    )
  }
  const option = (value: Seen, title: string, hint: string) => (
    <label class="option">
      <input type="radio" name="seen" value={value} checked={seen === value} onChange={() => edit("seen")(value)} />
      <span>
        <strong>{title}</strong>
        <span class="hint">{hint}</span>
      </span>
    </label>
  )
  return (
    <form onSubmit={submit}>
      <fieldset>
        <legend>{words.lookTitle}</legend>
        <p class="hint">{words.lookHint}</p>
        {option("approved", words.sawApproved, words.sawApprovedHint)}
        {option("declined", words.sawDeclined, words.sawDeclinedHint)}
        {option("cannot-tell", words.cannotTell, text.cannotTellHint)}
      </fieldset>
      {seen === "cannot-tell" ? (
        <div class="words">
          <p class="hint">{words.parkHint}</p>
          <button type="button" class="big" onClick={() => void act({ do: "park", ...seenOf(sale) })}>
            {words.parkUnknown}
          </button>
        </div>
      ) : null}
      {seen === "approved" || seen === "declined" ? (
        <div class="words">
          <fieldset>
            <legend>{words.evidenceTitle}</legend>
            {seen === "approved" ? (
              <TextField
                label={words.paidAmount}
                inputmode="decimal"
                name="paid"
                text={paid ?? typed(suggested)}
                setText={edit("paid")}
              />
            ) : null}
            {seen === "approved" && isOver ? (
              <label>
                <input type="checkbox" checked={over} onChange={() => setOver(!over)} />{" "}
                {text.paidOver(show(amount ?? 0), show(tender.amount))}
              </label>
            ) : null}
            <label>
              {words.evidence}
              <textarea
                name="evidence"
                rows={2}
                maxlength={500}
                required
                aria-describedby="evidence-hint"
                value={evidence}
                onInput={(event: Event) => edit("evidence")(inputValue(event))}
              />
            </label>
            <p id="evidence-hint" class="hint">
              {words.evidenceHint}
            </p>
          </fieldset>
          <fieldset>
            <legend>{words.nameTitle}</legend>
            <TextField
              label={words.name}
              name="by"
              autocomplete="name"
              maxlength={100}
              required
              text={name}
              setText={edit("by")}
            />
          </fieldset>
          <p class="hint" role="status">
            {running ? words.recording : ""}
          </p>
          <button type="submit" class="go big" disabled={running}>
            {words.record(seen === "approved" ? text.outcomes.approved(show(amount ?? 0)) : text.outcomes.declined)}
          </button>
        </div>
      ) : null}
    </form>
  )
}
