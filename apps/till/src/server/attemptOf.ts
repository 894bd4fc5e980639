/** The attempt of a card tender in the client's journal, and whether it says how the tender ended. */
import type { AttemptJournal } from "@hipay-pos/client"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type CardTender, Doubt, type Sale, type TenderResolution } from "../sale/Sale.ts"
import type { Mode } from "./lockFolder.ts"

/** The attempt of a tender; `undefined` if the journal has none. Rejects if the journal cannot be read. */
export const attemptOf = async (
  journal: AttemptJournal.AttemptJournal,
  { orderId, direction }: Pick<CardTender, "orderId" | "direction">
): Promise<AttemptJournal.Attempt | undefined> => {
  const attempts = await Effect.runPromise(journal.ofOrder?.(orderId) ?? journal.attempts)
  return attempts.findLast((each) => each.orderId === orderId && each.transactionType === typeOf(direction))
}

/**
 * Writes the attempt of an unknown tender to a journal that lacks it because the journal was lost or is an older copy. The
 * server can then be asked about it, and get a person's resolution, as for any other. It is found there by its id, which is the
 * order's, as the idempotency key is.
 */
export const putBack = (
  journal: AttemptJournal.AttemptJournal,
  { orderId, direction, amount, terminal, startedAt }: CardTender,
  { currency }: Pick<Sale, "currency">,
  mode: Mode
): Promise<AttemptJournal.Attempt> => {
  const transactionType = typeOf(direction)
  const opening = { id: orderId, orderId, transactionType, amount, currency, terminal, openedAt: startedAt, mode }
  return Effect.runPromise(journal.open(opening))
}

/** Writes a person's resolution of a tender to a journal that has lost it. */
export const putBackWord = (
  journal: AttemptJournal.AttemptJournal,
  id: string,
  { amount }: Pick<CardTender, "amount">,
  { outcome, paid: ofTender, extra = 0, by, evidence, at: endedAt }: TenderResolution
): Promise<void> => {
  const paid = ofTender + extra
  const state = outcome === "approved" && paid < amount ? "approved-in-part" : outcome
  return Effect.runPromise(journal.end({ id, state, paid, by, evidence, endedAt }))
}

const typeOf = (direction: CardTender["direction"]): "Debit" | "Credit" => (direction === "in" ? "Debit" : "Credit")

/**
 * Whether an attempt was not started because the server knew of an earlier payment under its order id. That payment may be
 * this tender's: a person has to find out.
 */
export const isOfEarlierPayment = ({ state, endings }: AttemptJournal.Attempt): boolean =>
  state === "not-started" && endings.at(-1)?.reason !== undefined

/** The warning of an approved payment that leaves open whether the payment still stands. */
export const doubtIn = (warnings: AttemptJournal.Ending["warnings"] = []): Doubt | undefined =>
  warnings.map(({ code }) => code).find(isDoubt)

const isDoubt = Schema.is(Doubt)
