/**
 * Sends one card tender through the client: builds the order, and translates the answer for the sale.
 *
 * A tender is sent once. If the client cannot tell its outcome, it is `unknown` until the server or a person can.
 */

import { type AttemptJournal, type Client, ErrorCode, type PayResult } from "@hipay-pos/client"
import { explain } from "@hipay-pos/client/explain"
import type { Card } from "@hipay-pos/core/Card"
import { defined } from "@hipay-pos/core/Defined"
import * as Money from "@hipay-pos/core/Money"
import type { OrderOptions } from "@hipay-pos/core/OrderRequest"
import * as PaymentApplication from "@hipay-pos/core/PaymentApplication"
import type { Receipt } from "@hipay-pos/core/Receipt"
import * as Tender from "@hipay-pos/core/Tender"
import type { TerminalEvidence } from "@hipay-pos/core/TerminalEvidence"
import type { TerminalTarget } from "@hipay-pos/core/TerminalTarget"
import * as Result from "effect/Result"
import type { Name } from "../catalogue/Catalogue.ts"
import * as Bill from "../sale/Bill.ts"
import type { CardEnding, CardTender, Sale } from "../sale/Sale.ts"
import { doubtIn, isOfEarlierPayment } from "./attemptOf.ts"

/** A terminal of the shop, by the shop's name for it. */
export interface Terminal {
  readonly name: string
  /** Its name in each language of the screen, if there are several. */
  readonly shown?: Name | undefined
  readonly target: TerminalTarget
  /** Whether it lets the cardholder add a tip. */
  readonly tips?: boolean | undefined
}

/** Sends a tender to its terminal, and returns how it ended. Never rejects. */
export const pay = async (
  client: Client,
  sale: Sale,
  tender: CardTender,
  terminal: Terminal,
  options: { readonly signal: AbortSignal; readonly onSent: () => void }
): Promise<CardEnding> => {
  const onProgress = (progress: "sent" | "answered") => {
    if (progress === "sent") options.onSent()
  }
  try {
    const send = tender.direction === "in" ? client.tryPay : client.tryRefund
    // A key that the till still knows if the client's journal is lost: the server finds the attempt by it.
    const asked = { idempotencyKey: tender.orderId, signal: options.signal, onProgress }
    const result = await send(orderOf(sale, tender), terminal.target, asked)
    return endingOf(result, tender.amount)
  } catch (error) {
    return { state: "unknown", paid: 0, detail: `the till failed while it waited: ${String(error)}` }
  }
}

/** The order of a tender. Only a tender for the full amount has the basket, because the basket's sum must match. */
export const orderOf = (sale: Sale, tender: CardTender): OrderOptions => {
  const { basket, total } = Result.getOrThrow(Bill.make(sale))
  const order: OrderOptions = {
    orderId: tender.orderId,
    amount: total,
    basket,
    description: sale.kind === "sale" ? "Sale at the till" : "Refund at the till"
  }
  if (tender.amount === total.minorUnits) return order
  const amount = Result.getOrThrow(Money.make(tender.amount, sale.currency))
  const rest = Result.getOrThrow(Money.subtract(total, amount))
  const [part = order] = Result.getOrThrow(Tender.split(order, [amount, rest]))
  return { ...part, orderId: tender.orderId }
}

/** What the client's answer means for the sale. */
export const endingOf = (result: PayResult, asked: number): CardEnding => {
  if (result.ok) {
    const { outcome } = result
    const told = defined({ receipt: outcome.receipt, card: cardOf(outcome.card, outcome.receipt) })
    switch (outcome._tag) {
      case "Approved":
        return {
          state: "approved",
          ...chargedOf(outcome.amount.minorUnits, asked, outcome.tip !== undefined),
          ...told
        }
      case "ApprovedInPart":
        return { state: "approved-in-part", paid: outcome.paid.minorUnits, ...told }
      case "Declined":
        return {
          state: "declined",
          paid: 0,
          reason: outcome.reason,
          detail: outcome.label,
          ...meaningOf(outcome.complement),
          ...told
        }
    }
  }
  const { reason } = result.error
  // An earlier attempt under the id is not certainly this tender's payment: a person has to check.
  const meaning = "code" in reason ? meaningOf(reason.code) : {}
  const state = reason._tag === "NotStarted" ? "not-started" : "unknown"
  const said = reason._tag === "OutcomeUnknown" && reason.received !== undefined ? saidOf(reason.received) : {}
  const explained = { en: explain(result.error, "en"), fr: explain(result.error, "fr") }
  return { state, paid: 0, detail: result.error.message, explained, ...meaning, ...said }
}

/** The amount charged, split into the part that pays the tender and the rest, such as a tip. */
export const chargedOf = (charged: number, asked: number, isTip = false): Pick<CardEnding, "paid" | "extra" | "tip"> =>
  charged > asked ? { paid: asked, extra: charged - asked, ...(isTip ? { tip: true } : {}) } : { paid: charged }

/**
 * What is known about the card, if the terminal reported anything. In an answer of the API, its number is only on the ticket,
 * masked.
 */
export const cardOf = (
  { pan, paymentApplication, entryMode, authorizationNumber }: Card,
  { customer = "", merchant = "" }: Partial<Receipt> = {}
): CardEnding["card"] => {
  const written = /[#*xX•]{4,}\s?(\d{4})\b/
  const card = defined({
    last4: /\d{4}$/.exec(pan ?? "")?.[0] ?? (written.exec(customer) ?? written.exec(merchant))?.[1],
    brand: PaymentApplication.nameOf(paymentApplication ?? ""),
    entryMode,
    authorizationNumber
  })
  return Object.keys(card).length === 0 ? undefined : card
}

const saidOf = ({ amount, card, status, contradictions }: TerminalEvidence): Pick<CardEnding, "said"> => ({
  said: defined({
    amount: amount?.minorUnits,
    currency: amount?.currency,
    authorizationNumber: card.authorizationNumber,
    card: card.pan,
    status,
    contradictions: contradictions.length === 0 ? undefined : contradictions
  })
})

const meaningOf = (code: string | undefined): Pick<CardEnding, "meaning"> => {
  const known = ErrorCode.table.get(code ?? "")
  return known === undefined ? {} : { meaning: { en: known.en, fr: known.fr } }
}

const chargedInJournal = ({ endings, amount }: AttemptJournal.Attempt, asked: number) => {
  const { paid = amount, tip } = endings.at(-1) ?? {}
  return chargedOf(paid, asked, tip !== undefined)
}

/** The message for a cashier if the till itself stopped. */
const stopped = {
  en: {
    message: "The till stopped while it waited for the terminal.",
    advice: "Look at the terminal or its receipt before anything else is paid or given back."
  },
  fr: {
    message: "La caisse s’est arrêtée pendant qu’elle attendait le terminal.",
    advice: "Regardez le terminal ou son ticket avant d’encaisser ou de rembourser autre chose."
  }
}

/**
 * How a tender that was pending when the back end stopped has ended, according to the client's journal. If the journal does not
 * have it, it is unknown: the till stopped just before writing it, or the journal was lost or is an older copy.
 */
export const endingFromJournal = (tender: CardTender, attempt: AttemptJournal.Attempt | undefined): CardEnding => {
  const unknownEnd: CardEnding = {
    state: "unknown",
    paid: 0,
    detail: "the till stopped while it waited for the terminal",
    explained: stopped
  }
  if (attempt === undefined || isOfEarlierPayment(attempt)) return unknownEnd
  const { warnings, by } = attempt.endings.at(-1) ?? {}
  // A person's answer is a resolution: the server must still be asked about it.
  if (by !== undefined || doubtIn(warnings) !== undefined) return unknownEnd
  switch (attempt.state) {
    case "approved":
      return { state: "approved", ...chargedInJournal(attempt, tender.amount) }
    case "declined":
    case "not-started":
      return { state: attempt.state, paid: 0 }
    case "approved-in-part": {
      const paid = attempt.endings.at(-1)?.paid
      return paid === undefined ? unknownEnd : { state: "approved-in-part", paid }
    }
    default:
      // Includes states that this version does not know, because a later one wrote them.
      return unknownEnd
  }
}

/**
 * When such a tender ended, according to the journal, and not when it is found, which may be on another day. A manual
 * resolution comes later than the payment, which then counts as ended when it began.
 */
export const endedAtFromJournal = (tender: CardTender, attempt: AttemptJournal.Attempt | undefined): number => {
  const [first] = attempt?.endings ?? []
  return first === undefined || first.by !== undefined ? tender.startedAt : first.endedAt
}
