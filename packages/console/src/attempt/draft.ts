/**
 * What was typed to resolve an attempt and is not recorded yet. Kept per login while the tab is open, so that it survives a
 * look at another payment, a new sign-in or a reload. Confirmations are not kept. Card numbers are masked in the browser's
 * storage, as in the server's.
 */
import * as CardNumber from "@hipay-pos/core/CardNumber"
import * as AnswerSigns from "@hipay-pos/core/wire/AnswerSigns"
import type { Attempt } from "@hipay-pos/core/wire/Attempt"
import {
  amountByTerminal,
  type Resolution,
  type ResolvedAs,
  type ResolveRequest
} from "@hipay-pos/core/wire/Resolution"
import type { Session } from "@hipay-pos/core/wire/Session"
import type { Language } from "../text/format.ts"
import { fromTyped } from "../text/typedAmount.ts"

export type Draft = ReadonlyMap<string, string>

const KEY = "hipay-pos.drafts"

const stored = (): ReadonlyArray<readonly [string, Draft]> => {
  try {
    const read = JSON.parse(sessionStorage.getItem(KEY) ?? "[]") as ReadonlyArray<[string, Array<[string, string]>]>
    return read.map(([key, fields]) => [key, new Map(fields)])
  } catch {
    // Browsers may forbid storage: a reload then loses the drafts.
    return []
  }
}

const drafts = new Map(stored())

const store = (): void => {
  const masked = (draft: Draft) => [...draft].map(([name, text]) => [name, CardNumber.maskWritten(text)])
  try {
    // If there is no room for this draft, a reload must not bring back an older one.
    sessionStorage.removeItem(KEY)
    sessionStorage.setItem(KEY, JSON.stringify([...drafts].map(([key, draft]) => [key, masked(draft)])))
  } catch {
    // As above.
  }
}

/** A draft belongs to the login and the space in which it was typed. */
export const draftKeyOf = ({ login, space }: Session, { id }: Attempt): string => JSON.stringify([login, space, id])

const nothing: Draft = new Map()

export const draftOf = (key: string): Draft => drafts.get(key) ?? nothing

export const hasDraft = (key: string): boolean => drafts.has(key)

export const keepDraft = (key: string, draft: Draft): void => {
  drafts.set(key, draft)
  store()
}

export const dropDraft = (key: string): void => {
  if (drafts.delete(key)) store()
}

const fieldsOf = ({ elements }: HTMLFormElement) =>
  [...elements].filter(
    (element): element is HTMLInputElement | HTMLTextAreaElement =>
      (element instanceof HTMLInputElement && element.type !== "checkbox") || element instanceof HTMLTextAreaElement
  )

const isRadio = (field: HTMLInputElement | HTMLTextAreaElement): field is HTMLInputElement => field.type === "radio"

/** The values of a form. */
export const readFrom = (form: HTMLFormElement): Draft => {
  const typed = fieldsOf(form).filter((field) => (isRadio(field) ? field.checked : field.value !== ""))
  return new Map(typed.map(({ name, value }) => [name, value]))
}

/** Fills a form with a draft. */
export const fillFrom = (draft: Draft, form: HTMLFormElement): void => {
  for (const field of fieldsOf(form)) {
    const kept = draft.get(field.name)
    if (isRadio(field)) field.checked = field.value === kept
    else if (kept !== undefined) field.value = kept
  }
}

/**
 * The amount that the terminal, or a relay's service, gave of this order if it is in the order's currency; else the amount asked
 * for.
 */
export const amountToShow = ({ orderId, amount, currency, error, received }: Attempt): number =>
  amountByTerminal(error?.evidence, currency) ??
  (received && AnswerSigns.amountIn(received.body, { orderId, minorUnits: amount, currency })) ??
  amount

/** The request of a draft. It has the amount only if that, or the terminal's, differs from the amount asked for. */
export const requestOf = (draft: Draft, attempt: Attempt, language: Language): ResolveRequest => {
  const { amount, currency } = attempt
  const field = (name: string) => draft.get(name)?.trim() ?? ""
  const [authorizationNumber, lastFour] = [field("authorizationNumber"), field("lastFour")]
  const outcome = field("outcome") as ResolvedAs
  const paid = outcome === "approved" ? fromTyped(field("paid"), currency, language) : undefined
  return {
    outcome,
    by: field("by"),
    evidence: field("evidence"),
    ...(authorizationNumber === "" ? {} : { authorizationNumber }),
    ...(lastFour === "" ? {} : { lastFour }),
    ...(paid === undefined || (paid === amount && amountToShow(attempt) === amount) ? {} : { paid })
  }
}

/** Whether a resolution is the one that was sent. The server masks card numbers. */
export const isOf = (resolution: Resolution | undefined, sent: ResolveRequest): boolean => {
  const recorded = { ...sent, by: CardNumber.maskWritten(sent.by), evidence: CardNumber.maskWritten(sent.evidence) }
  return (["outcome", "by", "evidence", "authorizationNumber", "lastFour", "paid"] as const).every(
    (each) => resolution?.[each] === recorded[each]
  )
}
