/**
 * The outcome of a card payment is unknown: guides a person to an answer, step by step.
 *
 * There is no way to pay from here. An answer requires evidence and a name.
 */
import { useRef, useState } from "hono/jsx/dom"
import type { CardTender } from "../../sale/Sale.ts"
import { draftOf, keepDraft } from "../drafts.ts"
import { useOnceOnPage } from "../effects.ts"
import { nameChosen, remember } from "../preferences.ts"
import { SaleLines } from "../SaleLines.tsx"
import { seenOf, ticketText, useMoney, useNames, useScreen, useTimes } from "../Screen.ts"
import { TextField } from "../TextField.tsx"
import { useRunning } from "../useRunning.ts"
import { Detail } from "./Detail.tsx"
import { draftKeyOf } from "./resolutionDraft.ts"
import { TerminalSaid } from "./TerminalSaid.tsx"
import { causeOf, paidToShow } from "./unknownCause.ts"

type Seen = "approved" | "declined" | "cannot-tell"

export const Unknown = () => {
  const { words, state, act, refuse } = useScreen()
  const { show, typed, read } = useMoney()
  const { sale } = state
  const tender = sale?.tenders.find(
    (tender): tender is CardTender => tender.means === "card" && tender.state === "unknown"
  )
  const heading = useRef<HTMLHeadingElement>(null)
  const draftKey = draftKeyOf({ sale: sale?.id ?? "", tender: tender?.number ?? 0 })
  const [draft, setDraft] = useState(() => draftOf(draftKey))
  const { seen, paid, evidence = "", by: name = nameChosen() } = draft
  const [over, setOver] = useState(false)
  const { running, run } = useRunning()
  useOnceOnPage(() => heading.current?.focus(), [])
  if (sale === null || tender === undefined) return null

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
    <div class="panel unknown">
      <h1 ref={heading} tabindex={-1}>
        {text.unknownTitle}
      </h1>
      <p class="outcome warn">
        {tender.doubt === undefined ? text.unknownWhy[causeOf(tender)] : text.doubts[tender.doubt]}
      </p>
      {tender.doubt === undefined ? (
        <>
          <p class="hint">{words.unknownAsks}</p>
          <div class="ask">
            <button
              type="button"
              disabled={running}
              onClick={() => void run(() => act({ do: "ask", ...seenOf(sale) }))}
            >
              {words.askTerminal}
            </button>
            <p class="hint">{words.askTerminalHint}</p>
          </div>
        </>
      ) : null}
      <Facts tender={tender} ticket={sale.ticket} />
      <SaleLines sale={sale} />
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
                  onInput={(event: Event) => edit("evidence")((event.target as HTMLTextAreaElement).value)}
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
    </div>
  )
}

const Facts = ({ tender, ticket }: { readonly tender: CardTender; readonly ticket: number }) => {
  const { words } = useScreen()
  const { show } = useMoney()
  const { terminalName } = useNames()
  const { moment } = useTimes()
  return (
    <section class="facts">
      <h2>{words.facts}</h2>
      <dl>
        <dt>{words.amount}</dt>
        <dd>{show(tender.amount)}</dd>
        <dt>{words.terminal}</dt>
        <dd dir="auto">{terminalName(tender.terminal)}</dd>
        <dt>{words.when}</dt>
        <dd>{moment(tender.startedAt)}</dd>
        <dt>{words.ticketNumber}</dt>
        <dd>{ticketText(ticket)}</dd>
        <dt>{words.orderId}</dt>
        <dd>
          <code>{tender.orderId}</code>
        </dd>
      </dl>
      <TerminalSaid tender={tender} />
      {tender.said?.contradictions === undefined ? <Detail tender={tender} /> : null}
    </section>
  )
}
