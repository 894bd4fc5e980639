/**
 * What a duplicata proves about a payment with an unknown outcome: that it was approved, or nothing.
 *
 * The terminal repeats its last transaction, whichever that was. It is evidence only if it says "done" for the attempt's amount
 * and currency, and has the attempt's reference or an authorization number. A duplicata often names itself rather than the
 * action that it repeats, and after a sale was cancelled at the terminal it repeats the cancellation, for the same amount: so a
 * number proves a debit only if the action or the ticket names one. A debit, its cancellation and a refund may have the same
 * order id: so a credit or a cancellation is proved only if the answer names it. "Not done" proves nothing: the payment may
 * still have been made.
 */
import * as Card from "@hipay-pos/core/Card"
import type { PaymentOutcome, PaymentRequest, PaymentWarning } from "@hipay-pos/core/Payment"
import * as Receipt from "@hipay-pos/core/Receipt"
import { isPayment } from "../ActionStatus.ts"
import * as Response from "../Response.ts"
import type { Ticket } from "../Ticket.ts"
import * as Tlv from "../Tlv.ts"
import type { Answer } from "./ConcertSession.ts"
import * as Outcome from "./Outcome.ts"
import * as TerminalSettings from "./TerminalSettings.ts"

/**
 * What the terminal's duplicata proves. The caller's journal has to rule out that another attempt has the authorization number,
 * which is in the outcome's card if the terminal repeats it.
 */
export type DuplicataProof =
  /** It has the order id. The caller must rule out the same id of another login or another attempt. */
  | { readonly _tag: "ProvedByReference"; readonly outcome: PaymentOutcome }
  /** It proves the payment if no other attempt has, or may have, this authorization number. */
  | { readonly _tag: "Candidate"; readonly authorizationNumber: string; readonly outcome: PaymentOutcome }
  | { readonly _tag: "Inconclusive"; readonly why: string }

/** What an answer is compared with besides the payment. */
export interface Expected {
  /** The request's register; absent for terminals that do not repeat it. */
  readonly register?: string | undefined
  /** The highest tip, in minor units. Default 0. */
  readonly highestTip?: number | undefined
  /** The attempt's `CF` as sent, unmasked; absent for terminals that fill it with their own data. */
  readonly privateData?: string | undefined
  /** The attempt's `CH` as sent, unmasked; absent if none was sent. */
  readonly reference?: string | undefined
}

/** Compares the answer to a duplicata with the payment. */
export const evaluate = (answer: Answer, payment: PaymentRequest, expected: Expected = {}): DuplicataProof => {
  const asked = TerminalSettings.actions[payment.transactionType]
  const said = saidOperationsOf(answer)
  const other =
    noTransaction(answer, payment) ??
    otherOperation(answer, said, asked) ??
    otherOrder(answer, payment, expected) ??
    otherAmount(answer, payment, expected)
  if (other !== undefined) return inconclusive(other)
  const isSaid = said.named !== undefined || said.printed.length > 0
  const outcome = Outcome.fromAnswer(answer, payment)
  if (carriesReference(answer, payment)) {
    const warnings = isSaid ? outcome.warnings : [...outcome.warnings, operationNotNamed]
    return { _tag: "ProvedByReference", outcome: { ...outcome, warnings } }
  }
  if (answer.response.amount !== payment.amount.minorUnits) return inconclusive(OTHER_AMOUNT)
  if (!isSaid) return inconclusive(notSaid(asked))
  const authorizationNumber = Card.authorizationNumberOf(answer.response.authorizationNumber)
  return authorizationNumber === undefined
    ? inconclusive("the repeated transaction has neither the reference nor an authorization number")
    : { _tag: "Candidate", authorizationNumber, outcome }
}

type Operation = (typeof TerminalSettings.actions)[PaymentRequest["transactionType"]]

/** The operation that was repeated: as the answer names it, and as its tickets do. */
interface SaidOperations {
  readonly named: Answer["response"]["action"]
  readonly printed: ReadonlyArray<Operation>
}

const saidOperationsOf = ({ response: { action, tickets = [] } }: Answer): SaidOperations => ({
  named: action !== undefined && isPayment(action) ? action : undefined,
  printed: tickets.map((ticket) => operationOf(ticket, action)).filter((operation) => operation !== undefined)
})

/** Why no transaction was repeated that could be the payment. */
const noTransaction = ({ response }: Answer, payment: PaymentRequest): string | undefined => {
  const { status, amount, currency } = response
  if (status !== "done") return "the terminal has no approved transaction to repeat, or does not repeat it"
  if (amount === undefined) return "the repeated transaction has no amount"
  return currency === undefined || currency === payment.amount.currency
    ? undefined
    : "the repeated transaction is in another currency"
}

/** Why it is not the operation that was asked for, or may not be. */
const otherOperation = (
  { response: { tickets = [] } }: Answer,
  { named, printed }: SaidOperations,
  asked: Operation
): string | undefined => {
  if (named !== undefined && named !== asked) return `the repeated transaction is a ${nounOf(named)}`
  const other = printed.find((operation) => operation !== asked)
  if (other !== undefined) return `the repeated transaction is a ${nounOf(other)} according to its ticket`
  if (named !== undefined) return undefined
  if (tickets.some(mentionsReversal))
    return "the ticket of the repeated transaction mentions a cancellation or a refund"
  return asked === "debit" ? undefined : notSaid(asked)
}

const notSaid = (asked: Operation): string =>
  `the terminal does not say whether the repeated transaction is a ${nounOf(asked)}`

/** Why it is another register's, or another order's. */
const otherOrder = (
  { fields }: Answer,
  { orderId }: PaymentRequest,
  { register, privateData, reference }: Expected
): string | undefined => {
  const isOtherRegister = (told: string) => register !== undefined && Response.isOtherRegister(told, register)
  if (Tlv.findAll(fields, "CA").some(isOtherRegister)) return "the repeated transaction is another register's"
  const isOther = (tag: "CF" | "CH", sent: string | undefined) =>
    sent !== undefined && Tlv.findAll(fields, tag).some((told) => told !== sent && told !== orderId)
  return isOther("CF", privateData) || isOther("CH", reference)
    ? "the repeated transaction is another order's"
    : undefined
}

/** Why its amount cannot be the payment's, even with a tip. */
const otherAmount = (
  { response: { amount = 0 } }: Answer,
  { amount: { minorUnits }, transactionType }: PaymentRequest,
  { highestTip = 0 }: Expected
): string | undefined => {
  const isOther =
    transactionType === "Cancel" ? amount !== minorUnits : amount > minorUnits + highestTip || amount === 0
  return isOther ? OTHER_AMOUNT : undefined
}

const OTHER_AMOUNT = "the repeated transaction is for another amount"

/** Whether it has the complete order id. One that was cut, or masked when it was received, proves nothing. */
const carriesReference = ({ response }: Answer, { orderId }: PaymentRequest): boolean =>
  response.privateData === orderId || response.reference === orderId

/**
 * The operation that a ticket names in a title, which is a line of its own. Elsewhere such words do not count: they occur in
 * names of shops, banks and cards, and in terms of sale. CREDIT and DEBIT may each have a line, one of them for the kind of
 * card: that is a debit only if the answer says so.
 */
const operationOf = (
  ticket: Ticket,
  action: Answer["response"]["action"]
): "debit" | "credit" | "cancel" | undefined => {
  const lines = linesOf(ticket)
  if (lines.some((words) => isTitle(words, cancelled))) return "cancel"
  if (lines.some((words) => isTitle(words, refunded))) return "credit"
  const alone = new Set(lines.flatMap(([word = "", ...more]) => (more.length === 0 ? [word] : [])))
  const isDebit = alone.has("DEBIT")
  if (alone.has("CREDIT") && !(isDebit && action === "debit")) return "credit"
  return isDebit ? "debit" : undefined
}

const linesOf = ({ text, format }: Ticket): ReadonlyArray<ReadonlyArray<string>> =>
  Receipt.toColumns(text, 48, format).map(wordsOf)

/**
 * Whether a ticket has a word of a cancellation or refund anywhere, which raises a doubt if the answer does not name its
 * operation.
 */
const mentionsReversal = (ticket: Ticket): boolean => linesOf(ticket).some((words) => reversal.test(words.join(" ")))

const reversal = /\b(?:ANNUL|ANUL|CANCEL|VOID|REVERS|EXTOURN|CONTRE ?PASS|REMBOURS|REFUND)/

/** A line's words, in upper case and without accents. Letters separated by spaces count as one word. */
const wordsOf = (line: string): ReadonlyArray<string> => {
  const plain = line.normalize("NFD").replace(/\p{M}/gu, "").toUpperCase()
  return plain.replace(betweenLetters, "").match(/[\p{L}\p{N}]+/gu) ?? []
}

/** The space between two single letters. */
const betweenLetters = /(?<=(?<![\p{L}\p{N}])\p{L})\s+(?=\p{L}(?![\p{L}\p{N}]))/gu

/**
 * Whether a line has one of these words and otherwise only `subjects`, single characters and numbers, so that it is neither a
 * name nor a sentence.
 */
const isTitle = (words: ReadonlyArray<string>, titles: ReadonlySet<string>): boolean =>
  words.some((word) => titles.has(word)) &&
  words.every((word) => titles.has(word) || subjects.has(word) || /^(?:.|\p{N}+)$/u.test(word))

const setOf = (words: string): ReadonlySet<string> => new Set(words.split(" "))

const cancelled = setOf("ANNULATION ANNULE ANNULEE CANCELLATION CANCELLED CANCELED VOID VOIDED REVERSAL REVERSED")
const refunded = setOf("REMBOURSEMENT REMBOURSE REMBOURSEE REFUND REFUNDED")
const subjects = setOf(
  "DEBIT CREDIT ACHAT VENTE PAIEMENT TRANSACTION OPERATION SALE PURCHASE PAYMENT CARTE BANCAIRE CARD CB CLIENT SANS CONTACT " +
    "DE DU LA LE OF THE NO EUR"
)

/** An action's noun, for sentences. */
const nounOf = (action: string): string => (action === "cancel" ? "cancellation" : action)

const operationNotNamed: PaymentWarning = {
  code: "operation-not-named",
  message:
    "the terminal does not say whether the transaction that it repeated is a debit: make sure that it was not cancelled there"
}

const inconclusive = (why: string): DuplicataProof => ({ _tag: "Inconclusive", why })
