/**
 * A Concert response, terminal to register.
 *
 * `decode` accepts what real terminals send, in any order, and returns the message, what is odd about it, and whether it
 * contradicts itself or the request it answers. `encode` is the terminal's side. Card numbers are masked both ways. Amounts are
 * minor units, currencies alphabetic codes.
 */
import type * as Receipt from "@hipay-pos/core/Receipt"
import type { Contradiction } from "@hipay-pos/core/TerminalEvidence"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as ActionStatus from "./ActionStatus.ts"
import * as Done from "./internal/done.ts"
import { FieldWriter } from "./internal/FieldWriter.ts"
import { isContradicted, statusHidden } from "./internal/hiddenStatus.ts"
import * as Message from "./internal/Message.ts"
import * as NotDone from "./internal/notDone.ts"
import { brief } from "./internal/printable.ts"
import * as Mask from "./Mask.ts"
import * as ReadingMode from "./ReadingMode.ts"
import type { Request } from "./Request.ts"
import * as Tag from "./Tag.ts"
import * as Ticket from "./Ticket.ts"
import * as Tlv from "./Tlv.ts"
import type { Warning } from "./Warning.ts"

/** `AE`: 10, 01, 11; any other value is kept as received. */
export type Status = ActionStatus.Status

/** The fields of a response, masked, named as `hipay-pos decode --json` prints them. */
export const Response = Schema.Struct({
  version: Schema.optionalKey(Message.digits(4)),
  /** `AE`; absent from a message that is not an answer. */
  status: Schema.optionalKey(Schema.String as Schema.Codec<Status, string>),
  /** `AF`, its first two characters. */
  complement: Schema.optionalKey(Message.ascii(2, 2)),
  /** What follows them. */
  extended: Schema.optionalKey(ActionStatus.Extended),
  action: Schema.optionalKey(Schema.String as Schema.Codec<Message.Action, string>),
  ...Message.shared,
  /** `CI`. */
  readingMode: Schema.optionalKey(Schema.String as Schema.Codec<ReadingMode.ReadingMode, string>),
  authorizationNumber: Schema.optionalKey(Message.ascii(1, 10)),
  /** Masked in place. */
  pan: Schema.optionalKey(Message.ascii(1, 64)),
  /** YYMM. */
  expiry: Schema.optionalKey(Message.digits(4)),
  /** Hexadecimal text. */
  aid: Schema.optionalKey(Message.ascii(1, 32)),
  /** `CG`: usually 7 characters. */
  merchantContract: Schema.optionalKey(Message.ascii(1, 10)),
  /** `AL`: `1` means that the card number is partial. */
  panType: Schema.optionalKey(Message.digits(1)),
  /** `AD`: a cheque's magnetic line, masked except for its last four digits. */
  cmc7: Schema.optionalKey(Message.ascii(1, 999)),
  chequeRegister: Schema.optionalKey(Message.ascii(1, 999)),
  chequeGuarantee: Schema.optionalKey(Message.ascii(1, 999)),
  /** What the customer typed in at the terminal. Personal data. In numbers of 13 digits or more, the middle ones are `#`. */
  customerPhone: Schema.optionalKey(Schema.String.check(Schema.isPattern(/^[\d#]{1,999}$/))),
  customerEmail: Schema.optionalKey(Message.ascii(1, 999)),
  /** The text of the customer's copy, or of the only one. */
  receipt: Schema.optionalKey(Schema.String),
  /** Every copy. */
  tickets: Schema.optionalKey(Schema.Array(Ticket.Ticket))
}).annotate({ identifier: "ConcertResponse" })
export type Response = typeof Response.Type

/** A decoded text. */
export interface Decoded {
  readonly response: Response
  readonly fields: ReadonlyArray<Tlv.Field>
  readonly warnings: ReadonlyArray<Warning>
  /** Why the answer must not be believed; empty if nothing contradicts it. */
  readonly contradictions: ReadonlyArray<Contradiction>
}

/** How to read an answer. */
export interface DecodeOptions {
  /** The request, with whose register, amount, currency and action the answer's are compared. */
  readonly request?: Request | undefined
  /** The most by which a debit may exceed the requested amount, in minor units. Default 0. */
  readonly highestTip?: number | undefined
  /** `CA` holds the terminal's own data and is not compared. Default false. */
  readonly ownRegister?: boolean | undefined
  /** The encoding of tickets. Default `auto`. */
  readonly ticketEncoding?: Receipt.TextEncoding | undefined
}

/** The response of a complete text; a single field is enough. */
export const decode = (text: string, options: DecodeOptions = {}): Result.Result<Decoded, Tlv.DecodeError> => {
  const raw = Tlv.decode(text)
  return Result.isFailure(raw)
    ? Result.fail(raw.failure)
    : Result.succeed(fromFields(raw.success.fields, raw.success.warnings, options))
}

/** A response's content read from fields. */
export const fromFields = (
  all: ReadonlyArray<Tlv.Field>,
  before: ReadonlyArray<Warning> = [],
  options: DecodeOptions = {}
): Decoded => {
  const warnings = [...before]
  const response: Message.Draft<Response> = {}
  const fields = Message.first(all, warnings)
  Message.read(fields, readers, response, warnings)
  const printed = fields.filter(({ tag }) => Message.isTicket(tag))
  if (printed.length > 0) {
    const tickets = Ticket.read(printed, warnings, options.ticketEncoding)
    const receipt = Ticket.receipt(tickets)
    if (receipt !== undefined) {
      response.tickets = tickets
      response.receipt = receipt
    }
  }
  return { response, fields, warnings, contradictions: contradictionsOf(response, fields, warnings, options) }
}

const contradictionsOf = (
  response: Message.Draft<Response>,
  fields: ReadonlyArray<Tlv.Field>,
  warnings: Array<Warning>,
  { request, highestTip, ownRegister = false }: DecodeOptions
): ReadonlyArray<Contradiction> => {
  const { status } = response
  const found = warnings.some(({ code }) => code === "duplicate") ? repeated(fields, status) : []
  if (isContradicted(status, warnings)) found.push(statusHidden)
  if (status !== "done" && status !== "not-done") return found
  const register = ownRegister ? undefined : otherRegister(Tlv.findAll(fields, "CA"), request)
  if (register !== undefined) found.push(register)
  if (status === "done") {
    const received = { amount: Tlv.find(fields, "CB"), currency: Tlv.find(fields, "CE") }
    return [...found, ...Done.contradictions(response, received, request, highestTip)]
  }
  const another = request && anotherRequest(response, request)
  if (another !== undefined) warnings.push(another)
  const complements = Tlv.findAll(fields, "AF").map((value) => value.slice(0, 2))
  const finding = NotDone.evaluate({ ...response, complements }, request?.action ?? response.action ?? "debit")
  if (finding?._tag === "Odd") warnings.push(finding.warning)
  return finding?._tag === "Contradiction" ? [...found, finding.contradiction] : found
}

/** Deciding fields that came twice with different values. */
const repeated = (fields: ReadonlyArray<Tlv.Field>, status: Status | undefined): Array<Contradiction> =>
  (status === "done" ? ["AE", "AF", "CB", "CD", "CE"] : ["AE"]).flatMap((tag) => {
    const values = new Set(fields.filter((field) => field.tag === tag).map(decidingPart))
    if (values.size <= 1) return []
    return { kind: "repeated-field", message: `${Tag.known(tag).name} sent twice, with different values` }
  })

/** The part of a value that decides: a number without leading zeros, a complement's first two characters. */
const decidingPart = ({ tag, value }: Tlv.Field): string => {
  if (tag === "CB" && Tag.isDigits(value)) return value.replace(/^0+(?=.)/, "")
  return tag === "AF" ? value.slice(0, 2) : value
}

/** Whether a `CA` names another register. Compared as numbers; absent or blank proves nothing. */
export const isOtherRegister = (told: string | undefined, asked: string): boolean =>
  told !== undefined && told.trim() !== "" && !(/^ *\d+ *$/.test(told) && Number(told) === Number(asked))

/** What in a refusal belongs to another request. The refusal still stands: terminals fill these fields as they like. */
const anotherRequest = ({ amount, currency, action }: Response, request: Request): Warning | undefined => {
  if (!ActionStatus.isPayment(request.action)) return undefined
  const odd = [
    ...(amount && request.amount !== undefined && amount !== request.amount ? ["amount"] : []),
    ...(currency !== undefined && request.currency !== undefined && currency !== request.currency ? ["currency"] : []),
    ...(action !== undefined && action !== request.action ? ["action"] : [])
  ]
  if (odd.length === 0) return undefined
  return { code: "another-request", message: `not done, for another ${odd.join(", ")} than was asked for` }
}

/** The answer is for another register than the request's, according to one of the registers that it names. */
const otherRegister = (named: ReadonlyArray<string>, request: Request | undefined): Contradiction | undefined => {
  const asked = request?.register
  if (asked === undefined || !ActionStatus.isPayment(request?.action ?? "")) return undefined
  const told = named.find((register) => isOtherRegister(register, asked))
  if (told === undefined) return undefined
  const shown = brief(told)
  return {
    kind: "register",
    asked,
    told: shown,
    message: `the answer is for the register ${shown}, asked by ${asked}`
  }
}

/** The text of a response as a terminal sends it. Version and status are required; a card number is masked. */
export const encode = (response: Response): Result.Result<string, Message.EncodeError> => {
  const writer = new FieldWriter()
  writer.require(CZ, response.version)
  writer.put(CJ, response.protocolIdentifier)
  writer.put(CA, response.register)
  writer.putAmount(response.amount)
  writer.putAction(response.action)
  writer.putCurrency(response.currency)
  writer.require(AE, response.status === undefined ? undefined : ActionStatus.toCode(response.status))
  writer.put(AF, complementText(response, writer))
  writer.putPaymentApplication(response.paymentApplication)
  writer.put(CI, response.readingMode === undefined ? undefined : ReadingMode.toCode(response.readingMode))
  writer.put(AC, response.authorizationNumber)
  writer.put(AA, response.pan === undefined ? undefined : Mask.pan(response.pan))
  writer.put(AL, response.panType)
  writer.put(AB, response.expiry)
  writer.put(AI, response.aid === undefined ? undefined : Mask.aid(response.aid))
  writer.put(AD, response.cmc7 === undefined ? undefined : Mask.cmc7(response.cmc7))
  writer.put(AG, response.chequeRegister)
  writer.put(AH, response.chequeGuarantee)
  writer.put(CF, response.privateData)
  writer.put(CG, response.merchantContract)
  writer.put(CH, response.reference)
  writer.put(AM, response.customerPhone)
  writer.put(AN, response.customerEmail)
  if (response.extra !== undefined) writer.putExtra(response.extra, readers)
  for (const { tag, value } of Ticket.write(ticketsOf(response))) writer.put(Tag.known(tag), value)
  return writer.error === undefined ? Result.succeed(writer.text) : Result.fail(writer.error)
}

const complementText = ({ complement, extended }: Response, writer: FieldWriter): string | undefined => {
  const violation =
    complement === undefined
      ? extended && "more than a complement, and no complement"
      : ActionStatus.violation(complement, extended)
  if (violation !== undefined) writer.refuse("AF", violation)
  else if (complement !== undefined) return ActionStatus.complementValue(complement, extended)
  return undefined
}

/** The copies that are not empty; a receipt without tickets is a customer's copy in text. */
const ticketsOf = ({ tickets, receipt = "" }: Response): ReadonlyArray<Ticket.Ticket> =>
  (tickets ?? [{ copy: "customer" as const, format: "text" as const, text: receipt }]).filter(({ text }) => text !== "")

const readers: Readonly<Record<string, Message.Reader<Response>>> = {
  ...Message.sharedReaders,
  CG: Message.verbatim("merchantContract"),
  CI: (draft, value) => {
    draft.readingMode = ReadingMode.fromCode(value)
    return true
  },
  AA: Message.verbatim("pan"),
  AB: Message.verbatim("expiry"),
  AC: Message.verbatim("authorizationNumber"),
  AD: Message.verbatim("cmc7"),
  AE: (draft, value) => {
    draft.status = ActionStatus.fromCode(value)
    return true
  },
  AF: (draft, value) => {
    draft.complement = value.slice(0, 2)
    const extended = ActionStatus.extended(value)
    if (extended !== undefined) draft.extended = extended
    return value.length >= 2
  },
  AG: Message.verbatim("chequeRegister"),
  AH: Message.verbatim("chequeGuarantee"),
  AI: Message.verbatim("aid"),
  AL: Message.verbatim("panType"),
  AM: Message.verbatim("customerPhone"),
  AN: Message.verbatim("customerEmail"),
  ZT: () => true,
  AK: () => true,
  CK: () => true
}

const CZ = Tag.known("CZ")
const CJ = Tag.known("CJ")
const CA = Tag.known("CA")
const CF = Tag.known("CF")
const CG = Tag.known("CG")
const CH = Tag.known("CH")
const CI = Tag.known("CI")
const AA = Tag.known("AA")
const AB = Tag.known("AB")
const AC = Tag.known("AC")
const AD = Tag.known("AD")
const AE = Tag.known("AE")
const AF = Tag.known("AF")
const AG = Tag.known("AG")
const AH = Tag.known("AH")
const AI = Tag.known("AI")
const AL = Tag.known("AL")
const AM = Tag.known("AM")
const AN = Tag.known("AN")
