/**
 * What a clear answer means for a payment: approved, approved in part, or declined.
 *
 * Only answers without contradictions get here. "Done" is never declined: a contract that does not match, a damaged ticket or
 * an odd field is only a warning, and the payment stands.
 */
import * as Card from "@hipay-pos/core/Card"
import { defined } from "@hipay-pos/core/Defined"
import * as Money from "@hipay-pos/core/Money"
import * as Payment from "@hipay-pos/core/Payment"
import * as PaymentApplication from "@hipay-pos/core/PaymentApplication"
import type * as Receipt from "@hipay-pos/core/Receipt"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as ActionStatus from "../ActionStatus.ts"
import type { Response } from "../Response.ts"
import type { Ticket } from "../Ticket.ts"
import type { Answer } from "./Answer.ts"

/** A refusal without a reason within this time, in milliseconds, means that the terminal was busy. */
const AT_ONCE = 2000

/** The outcome of a clearly answered payment. */
export const fromAnswer = (answer: Answer, payment: Payment.PaymentRequest): Payment.PaymentOutcome => {
  const { response } = answer
  const receipt = toReceipt(response.tickets ?? [])
  const common = defined({
    card: toCard(response),
    receipt,
    warnings: [...answer.warnings.map(({ code, message, tag }) => ({ code, message: about(tag, message) }))]
  })
  if (response.status !== "done") {
    const { complement } = response
    const busy = complement === undefined && answer.elapsed <= AT_ONCE
    return defined({
      _tag: "Declined" as const,
      reason: busy ? "busy" : ActionStatus.reasonOf(complement),
      complement,
      label: busy ? "the terminal was busy" : ActionStatus.label(complement),
      ...common
    })
  }
  const unmatched = unmatchedContract(response, payment)
  if (unmatched !== undefined) common.warnings.push(unmatched)
  const { amount: asked } = payment
  // An amount that is missing or cannot be computed is a defect, which makes the outcome unknown. It must never become the
  // requested amount.
  const charged = Result.getOrThrow(Money.make(response.amount ?? Number.NaN, asked.currency))
  return { ...Payment.ofCharged(asked, charged), ...tipOf(asked, charged), ...common }
}

/** Whatever exceeds the requested amount, within the terminal's limit, is the cardholder's tip. */
const tipOf = (asked: Money.Money, charged: Money.Money): Pick<Payment.Approved, "tip"> =>
  charged.minorUnits > asked.minorUnits ? { tip: Result.getOrThrow(Money.subtract(charged, asked)) } : {}

const about = (tag: string | undefined, message: string): string => (tag === undefined ? message : `${tag}: ${message}`)

/** What the answer says about card and acquirer; malformed values are left out. */
export const toCard = (response: Response): Card.Card => {
  const { pan, expiry, aid, readingMode } = response
  const { application, contract } = usedContract(response)
  return defined({
    authorizationNumber: Card.authorizationNumberOf(response.authorizationNumber),
    paymentApplication: isApplication(application) ? application : undefined,
    merchantContract: contract,
    pan: isTruncatedPan(pan) ? pan : undefined,
    expiry: isExpiry(expiry) ? expiry : undefined,
    aid: isAid(aid) ? aid : undefined,
    entryMode: isEntryMode(readingMode) ? readingMode : undefined
  })
}

/** The payment application and the merchant contract, without the blanks that some terminals pad them with. */
const usedContract = ({ paymentApplication, merchantContract }: Response) => ({
  application: paymentApplication?.trim() || undefined,
  contract: merchantContract?.trim() || undefined
})

const isApplication = Schema.is(PaymentApplication.PaymentApplication)
const isTruncatedPan = Schema.is(Card.TruncatedPan)
const isExpiry = Schema.is(Card.ExpiryDate)
const isAid = Schema.is(Card.Aid)
const isEntryMode = Schema.is(Card.EntryMode)

/** All copies in one receipt, in the first copy's format. */
export const toReceipt = (tickets: ReadonlyArray<Ticket>): Receipt.Receipt | undefined => {
  const [first] = tickets
  if (first === undefined) return undefined
  const customer = tickets.find(({ copy }) => copy === "customer")?.text
  const merchant = tickets.find(({ copy }) => copy === "merchant")?.text
  return defined({ format: first.format, customer, merchant })
}

/** Warns if the terminal used a contract that the target does not list: odd, but paid. */
const unmatchedContract = (
  response: Response,
  { target }: Payment.PaymentRequest
): Payment.PaymentWarning | undefined => {
  if (target._tag !== "Concert" || target.contracts.length === 0) return undefined
  const { application, contract } = usedContract(response)
  const matches = target.contracts.some(
    (listed) =>
      agree(listed.paymentApplication, application, (code) => code) &&
      agree(listed.merchantContract, contract, (number) => number.trim().replace(/^0+(?=.)/, ""))
  )
  if (matches) return undefined
  const used = [
    ...(contract === undefined ? [] : [`contract ${contract}`]),
    ...(application === undefined ? [] : [`application ${application}`])
  ].join(", ")
  return { code: "contract-unmatched", message: `the terminal used ${used}, which is not one of the order's` }
}

/** Whether two values agree; one that is absent agrees with anything. */
const agree = (listed: string | undefined, used: string | undefined, normal: (text: string) => string): boolean =>
  listed === undefined || used === undefined || listed === "000" || normal(listed) === normal(used)
