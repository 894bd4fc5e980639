/**
 * Says that the outcome of an attempt was recorded while its form was being filled in, and shows what was typed and not
 * recorded until the reader closes it: it may contradict the record. Shows nothing if the recorded resolution is the typed
 * one: its response may have been lost, or arrive after the event.
 */
import * as CardNumber from "@hipay-pos/core/CardNumber"
import type { Attempt } from "@hipay-pos/core/wire/Attempt"
import { isPaid } from "@hipay-pos/core/wire/AttemptState"
import { saidPaid } from "@hipay-pos/core/wire/Resolution"
import { useState } from "hono/jsx/dom"
import { useAppContext, useFormat } from "../shell/context.ts"
import { useEffect } from "../shell/hooks.ts"
import { draftKeyOf, draftOf, dropDraft, hasDraft, isOf, requestOf } from "./draft.ts"

export const LostDraft = ({ attempt }: { readonly attempt: Attempt }) => {
  const { words, session, language } = useAppContext()
  const { amount } = useFormat()
  const text = words.attempt.resolve
  const key = draftKeyOf(session, attempt)
  const [typed, setTyped] = useState(() => (hasDraft(key) ? requestOf(draftOf(key), attempt, language) : undefined))
  const isLost = typed !== undefined && !isOf(attempt.resolutions.at(-1), typed)
  useEffect(() => {
    if (!isLost) dropDraft(key)
  }, [key, isLost])
  if (!isLost) return null
  const { outcome, paid = attempt.amount, authorizationNumber, lastFour, by, evidence } = typed
  const { [outcome]: label = "" } = { ...text.byType[attempt.transactionType], "set-aside": text.setAside }
  const recorded = isPaid(attempt) ? (attempt.paid ?? attempt.amount) : 0
  const isContrary = (outcome === "approved" || outcome === "declined") && saidPaid(typed, attempt.amount) !== recorded
  const entered = [
    label,
    outcome === "approved" ? amount(paid, attempt.currency) : "",
    authorizationNumber ?? "",
    lastFour === undefined ? "" : `••${lastFour}`,
    by,
    evidence
  ]
  return (
    <div class="note problem" role="alert">
      <p dir="auto">
        {text.notRecorded} {isContrary ? text.contrary : ""}
        <br />
        {CardNumber.maskWritten(entered.filter((each) => each !== "").join(" · "))}
      </p>
      <button type="button" class="button" onClick={() => setTyped(undefined)}>
        {text.close}
      </button>
    </div>
  )
}
