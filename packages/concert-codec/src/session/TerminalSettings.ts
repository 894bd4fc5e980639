/**
 * What differs from terminal to terminal, and how a payment becomes a Concert request with it.
 *
 * Firmwares refuse or hang on tags they dislike, so everything that is not mandatory can be switched; the defaults send what
 * every known terminal accepts. An order id is converted to ASCII here, since an odd one must never stop a sale; a phone number
 * or e-mail address that cannot be sent exactly is left out.
 */
import type { PaymentRequest } from "@hipay-pos/core/Payment"
import type * as Receipt from "@hipay-pos/core/Receipt"
import type { TransactionType } from "@hipay-pos/core/TransactionType"
import * as Ascii from "../Ascii.ts"
import * as Mask from "../Mask.ts"
import type * as Message from "../Message.ts"
import type * as Request from "../Request.ts"
import * as SendPolicy from "../SendPolicy.ts"
import type * as Tag from "../Tag.ts"
import type { Reading } from "./Answer.ts"
import * as Contacts from "./contacts.ts"
import * as Tip from "./Tip.ts"

/** The settings of one terminal, all optional. */
export interface TerminalSettings {
  /** Default: the target's, or 3.2. */
  readonly version?: SendPolicy.Version
  /** `CJ`: the number that the Association du Paiement issues, twelve digits. Default 012345678901. */
  readonly protocolIdentifier?: string
  /** `CA`: two digits from 01 to 99. Default 01. */
  readonly register?: string
  /** `CK`: three characters that ask for a ticket, or none. Default 100 (customer's copy as text) under 3.2, otherwise none. */
  readonly ticket?: "none" | (string & {})
  /** `BB`: only when the payment asks for it (default), in every request, or never. */
  readonly authorization?: "when-forced" | "always" | "never"
  /** `CF`: how many characters of the order id to send; 0 for none, never more than 99. Default 32. */
  readonly orderIdLength?: number
  /** `CH`: the order id as an external reference. Default false. */
  readonly reference?: boolean
  /** `CC`: forces the payment application when the target has exactly one. Default false. */
  readonly forceApplication?: boolean
  /**
   * `BH`, `BI`: the customer's phone and e-mail, if they can be sent exactly, so that the terminal can send a receipt. Default
   * false.
   */
  readonly electronicReceipt?: boolean
  /** `BA`: asks for the answer at the end, which terminals do anyway. Default false. */
  readonly answerAtEnd?: boolean
  /** `BF`: whether a partial payment is accepted. Not sent by default: newer firmwares misbehave. */
  readonly partialPayment?: boolean
  /** The most that a cardholder may add to a debit. Default: no tip, so that a higher amount is an unknown outcome. */
  readonly tip?: Tip.Tip
  /** The encoding of its tickets. Default `auto`: UTF-8 or Latin-1, as received. */
  readonly ticketEncoding?: Receipt.TextEncoding
}

/** A request, and what may be sent with it. */
export interface Prepared {
  readonly request: Request.Request
  readonly policy: SendPolicy.SendPolicy
}

/** The Concert request of a payment. */
export const prepare = (payment: PaymentRequest, settings: TerminalSettings): Prepared => {
  const version = versionOf(payment, settings)
  const request: Building = {
    ...head(version, settings),
    amount: payment.amount.minorUnits,
    action: actions[payment.transactionType],
    currency: payment.amount.currency
  }
  const ticket = ticketWish(version, settings)
  if (ticket !== undefined) request.ticket = ticket
  const force = authorization(payment, settings)
  if (force !== undefined) request.forceAuthorization = force
  const reference = referenceOf(payment.orderId)
  const privateData = privateDataOf(payment.orderId, settings)
  if (privateData !== "") request.privateData = privateData
  if (settings.reference && reference !== "") request.reference = reference
  const application = settings.forceApplication ? onlyApplication(payment) : undefined
  if (application !== undefined) request.paymentApplication = application
  if (settings.electronicReceipt) addContacts(request, payment)
  if (settings.answerAtEnd) request.answerDelay = "end"
  if (settings.partialPayment !== undefined) request.partialPayment = settings.partialPayment
  return { policy: policyOf(version, settings), request }
}

/** The ticket to ask for, if any. */
const ticketWish = (version: SendPolicy.Version, { ticket }: TerminalSettings): string | undefined =>
  ticket === "none" ? undefined : (ticket ?? (version === "3.2" ? "100" : undefined))

/** The most characters of `CF` and `CH`. */
const LONGEST_REFERENCE = 99

/** An order id as sent in `CH`; empty if it has nothing that ASCII can express. */
const referenceOf = (orderId: string): string => Ascii.fromText(orderId).slice(0, LONGEST_REFERENCE)

/** An order id as sent to a terminal with these settings in `CF`; empty if none is sent. */
export const privateDataOf = (orderId: string, { orderIdLength = 32 }: TerminalSettings): string =>
  referenceOf(orderId).slice(0, orderIdLength)

/**
 * Whether an answer's `CF` or `CH` may be this order's id as sent to a terminal with these settings: unchanged or, if it or its
 * beginning could be a card number, masked as another request's id is. Ids that differ only in masked digits match alike, so a
 * match does not prove a payment.
 */
export const saysOrder = (told: string, orderId: string, settings: TerminalSettings): boolean => {
  const isShownAs = (sent: string) => {
    const masked = Mask.field("CF", sent)
    return [sent, masked, Mask.cut(masked)].includes(told)
  }
  return told !== "" && [privateDataOf(orderId, settings), referenceOf(orderId)].some(isShownAs)
}

/** How to read the answer to a payment. */
export const readingOf = (
  { transactionType, amount }: PaymentRequest,
  { tip, ticketEncoding }: TerminalSettings
): Reading => ({
  ticketEncoding,
  highestTip: tip !== undefined && transactionType === "Debit" ? Tip.highest(tip, amount) : 0
})

/** The version's tags, and those that a setting explicitly enables. */
const policyOf = (version: SendPolicy.Version, settings: TerminalSettings): SendPolicy.SendPolicy => {
  const asked: Array<string> = []
  if (settings.ticket !== undefined) asked.push("CK")
  if (settings.reference) asked.push("CH")
  if (settings.electronicReceipt) asked.push("BH", "BI")
  const policy = SendPolicy.byVersion[version]
  return asked.length === 0 ? policy : SendPolicy.including(policy, asked)
}

const addContacts = (request: Building, payment: PaymentRequest): void => {
  const phone = Contacts.phoneOf(payment.customerPhone)
  if (phone !== undefined) request.customerPhone = phone
  const email = Contacts.emailOf(payment.customerEmail)
  if (email !== undefined) request.customerEmail = email
}

/** A request that moves no money: repeats the last transaction with its ticket, or identifies the terminal. */
export const prepareQuestion = (
  action: "duplicata" | "identification",
  version: SendPolicy.Version,
  settings: TerminalSettings
): Prepared => {
  const ticket = action === "duplicata" ? ticketWish(version, settings) : undefined
  return {
    policy: policyOf(version, settings),
    request: { ...head(version, settings), action, ...(ticket !== undefined && { ticket }) }
  }
}

/** The version of a payment's request. */
export const versionOf = ({ target }: PaymentRequest, { version }: TerminalSettings): SendPolicy.Version =>
  version ?? (target._tag === "Concert" ? target.version : "3.2")

const codes: Readonly<Record<SendPolicy.Version, Tag.Since>> = { "3.0": "0300", "3.1": "0310", "3.2": "0320" }

/** The action of a transaction type. */
export const actions: Readonly<Record<TransactionType, Message.Action>> = {
  Debit: "debit",
  Credit: "credit",
  Cancel: "cancel"
}

type Building = { -readonly [Key in keyof Request.Request]: Request.Request[Key] }

/** The start of every request. */
type Head = Pick<Request.Request, "version" | "protocolIdentifier" | "register">

const head = (version: SendPolicy.Version, settings: TerminalSettings): Head => ({
  version: codes[version],
  protocolIdentifier: settings.protocolIdentifier ?? "012345678901",
  register: registerOf(settings)
})

/** The register of requests. */
export const registerOf = ({ register = "01" }: TerminalSettings): string => register

const authorization = (payment: PaymentRequest, settings: TerminalSettings): boolean | undefined => {
  switch (settings.authorization ?? "when-forced") {
    case "when-forced":
      return payment.forceAuthorization ? true : undefined
    case "always":
      return payment.forceAuthorization
    case "never":
      return undefined
  }
}

const onlyApplication = ({ target }: PaymentRequest): string | undefined =>
  target._tag === "Concert" && target.contracts.length === 1 ? target.contracts[0]?.paymentApplication : undefined
