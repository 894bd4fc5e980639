/**
 * What speaks for a sale in an answer that says not done, and what that makes of the answer.
 *
 * An authorization number alone beside a listed reason is odd, and no more: issuers authorise what is then abandoned or
 * not completed. Without such a reason, or with a ticket that says the same, the answer contradicts itself.
 */
import * as Card from "@hipay-pos/core/Card"
import type { Contradiction } from "@hipay-pos/core/TerminalEvidence"
import * as ActionStatus from "../ActionStatus.ts"
import type { Ticket } from "../Ticket.ts"
import type { Warning } from "../Warning.ts"

/** What an answer that says not done says beside it. */
export interface NotDone {
  /** The two characters of each `AF`; more than one where it was sent more than once. */
  readonly complements: ReadonlyArray<string>
  readonly authorizationNumber?: string
  readonly tickets?: ReadonlyArray<Ticket>
}

/** Why it must not be taken for a refusal, or what is odd about one that stands. */
export type Finding =
  | { readonly _tag: "Contradiction"; readonly contradiction: Contradiction }
  | { readonly _tag: "Odd"; readonly warning: Warning }

/** What an answer that says not done comes to, for a payment with this action; `undefined` where nothing speaks against it. */
export const evaluate = (answer: NotDone, action: string): Finding | undefined => {
  if (!ActionStatus.isPayment(action)) return undefined
  const { complements } = answer
  if (complements.includes(AUTHORISED)) {
    const said = `${AUTHORISED} (${ActionStatus.label(AUTHORISED)})`
    const message = `not done, yet with the complement ${said}`
    return { _tag: "Contradiction", contradiction: { kind: "complement", told: AUTHORISED, message } }
  }
  const [first, ...others] = witnesses(answer, action)
  if (first === undefined) return undefined
  const hasReason = ActionStatus.complements.some(({ code }) => code !== NO_REASON && complements.includes(code))
  if (hasReason && others.length === 0) {
    const { code, tag, what } = first
    return { _tag: "Odd", warning: { code, tag, message: `${what} beside an answer that says not done` } }
  }
  const all = [first, ...others].map(({ what }) => what).join(" and ")
  const message = `not done${hasReason ? "" : ", without a reason that is known"}, yet with ${all}`
  return { _tag: "Contradiction", contradiction: { kind: "signs-of-a-sale", message } }
}

const AUTHORISED = "01"
const NO_REASON = "00"

/** A part of the answer that only a sale would have. */
interface Witness {
  readonly code: string
  readonly tag: string
  readonly what: string
}

const witnesses = ({ authorizationNumber, tickets }: NotDone, action: string): ReadonlyArray<Witness> => {
  const found: Array<Witness> = []
  if (Card.authorizationNumberOf(authorizationNumber) !== undefined) {
    found.push({ code: "authorized-not-done", tag: "AC", what: "an authorization number" })
  }
  if (tickets?.some(({ text }) => isOfSale(text, action))) {
    found.push({ code: "ticket-of-sale-not-done", tag: "AK", what: `a ${action} ticket` })
  }
  return found
}

/** Whether a ticket names the operation, and nothing that went wrong with it: terminals print tickets of refusals, too. */
const isOfSale = (text: string, action: string): boolean => (titles[action]?.test(text) ?? false) && !refusal.test(text)

/** A cancellation is called what an abandoned payment may be called, so its ticket says nothing. */
const titles: Readonly<Record<string, RegExp>> = { debit: /\bD[EÉ]BIT\b/i, credit: /\bCR[EÉ]DIT\b/i }

const refusal = /ABANDON|REFUS|ANNUL|INTERDIT|[EÉ]CHEC|D[EÉ]LAI|\bNON\b|DECLINE|CANCEL|FAIL|\bNOT\b/i
