/**
 * Says on every view, until a person has read it, that what was typed here about an unknown payment was not recorded, because
 * another screen or the server has recorded something else in the meantime.
 */
import { useState } from "hono/jsx/dom"
import type { SaleDetail, SaleView } from "../../api.ts"
import type { CardTender } from "../../sale/Sale.ts"
import { hashOf } from "../address.ts"
import { draftKeys, draftOf, dropDraft } from "../drafts.ts"
import { useWhileShown } from "../effects.ts"
import { ticketText, useMoney, useScreen } from "../Screen.ts"
import { useAnswer } from "../useAnswer.ts"
import { draftKeyOf, enteredIn, recordedOf, type TenderKey, tenderKeyOf } from "./resolutionDraft.ts"
import { useResolutionText } from "./useResolutionText.ts"

export const LostDrafts = () => {
  const { state } = useScreen()
  const [, setDropped] = useState(0)
  const isResolvable = ({ sale, tender }: TenderKey) =>
    state.sale?.id === sale && tenderOf(state.sale, tender)?.state === "unknown"
  return (
    <>
      {draftKeys().map((key) => {
        const of = tenderKeyOf(key)
        if (of === undefined || isResolvable(of)) return null
        return <LostDraft key={key} of={of} onDropped={() => setDropped((count) => count + 1)} />
      })}
    </>
  )
}

interface LostDraftProps {
  readonly of: TenderKey
  readonly onDropped: () => void
}

const LostDraft = ({ of, onDropped }: LostDraftProps) => {
  const { words, state } = useScreen()
  const { read } = useMoney()
  const { outcome, resolved } = useResolutionText()
  const detail = useAnswer<SaleDetail>(`/api/sales/${of.sale}`)
  const tender = detail?.sale && tenderOf(detail.sale, of.tender)
  const draft = draftOf(draftKeyOf(of))
  const { seen, paid = "", evidence } = draft
  const [recorded, entered] = tender
    ? [recordedOf(tender), enteredIn(draft, tender, state.currency, read)]
    : [undefined, undefined]
  const saysNothing = seen !== "approved" && seen !== "declined"
  const isObsolete = recorded !== undefined && (saysNothing || entered === recorded)
  const drop = () => {
    dropDraft(draftKeyOf(of))
    onDropped()
  }
  useWhileShown(() => {
    if (isObsolete) drop()
  }, [isObsolete])
  if (!detail || tender === undefined || recorded === undefined || isObsolete) return null
  const what = entered === undefined ? paid : outcome(tender, entered, evidence)
  return (
    <div class="notice danger" role="alert">
      <p dir="auto">{words.lostDraft(ticketText(detail.sale.ticket), resolved(tender) ?? "", what)}</p>
      <div class="actions">
        <a class="button" href={hashOf({ view: "history", sale: of.sale })}>
          {words.showSale}
        </a>
        <button type="button" onClick={drop}>
          {words.close}
        </button>
      </div>
    </div>
  )
}

const tenderOf = ({ tenders }: SaleView, number: number): CardTender | undefined =>
  tenders.find((tender): tender is CardTender => tender.means === "card" && tender.number === number)
