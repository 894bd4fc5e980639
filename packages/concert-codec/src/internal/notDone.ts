/**
 * Signs of a sale in a "not done" answer, and what they make of it; and those in an answer without a status.
 *
 * Only an authorization number with a listed reason is merely odd: issuers also authorise payments that are then abandoned or
 * not completed. Without such a reason, or with a ticket that agrees, the answer contradicts itself.
 */
import * as Card from "@hipay-pos/core/Card"
import type { Contradiction } from "@hipay-pos/core/TerminalEvidence"
import * as ActionStatus from "../ActionStatus.ts"
import type { Ticket } from "../Ticket.ts"
import type { Warning } from "../Warning.ts"

/** The content of a "not done" answer. */
export interface NotDone {
  /** The two characters of each `AF`; several if it came several times. */
  readonly complements: ReadonlyArray<string>
  readonly authorizationNumber?: string
  readonly tickets?: ReadonlyArray<Ticket>
}

/** Why the answer must not be taken for a refusal, or what is odd about one that stands. */
export type Finding =
  | { readonly _tag: "Contradiction"; readonly contradiction: Contradiction }
  | { readonly _tag: "Odd"; readonly warning: Warning }

/** Evaluates a "not done" answer to a payment with this action; `undefined` if nothing contradicts it. */
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

/** The sign of a sale in an answer that was cut before its status: a ticket that agrees. */
export const ofUnfinished = ({ tickets }: Pick<NotDone, "tickets">, action: string): Contradiction | undefined =>
  hasTicketOfSale(tickets, action)
    ? { kind: "signs-of-a-sale", message: `no status came, yet a ${action} ticket did` }
    : undefined

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
  if (hasTicketOfSale(tickets, action)) {
    found.push({ code: "ticket-of-sale-not-done", tag: "AK", what: `a ${action} ticket` })
  }
  return found
}

/** Whether a ticket names the operation but no failure of it: terminals print tickets of refusals, too. */
const hasTicketOfSale = (tickets: NotDone["tickets"], action: string): boolean =>
  tickets?.some(({ text }) => titles[action]?.test(text) === true && !refusal.test(text)) ?? false

/** A cancellation has the same name as an abandoned payment may have, so its ticket proves nothing. */
const titles: Readonly<Record<string, RegExp>> = { debit: /\bD[EÉ]BIT\b/i, credit: /\bCR[EÉ]DIT\b/i }

const refusal = /ABANDON|REFUS|ANNUL|INTERDIT|[EÉ]CHEC|D[EÉ]LAI|\bNON\b|DECLINE|CANCEL|FAIL|\bNOT\b/i
