/**
 * A Concert request, register to terminal.
 *
 * `encode` follows the field order of published samples (version, identifier, register, amount, action, currency, options),
 * pads the amount to two digits, and refuses values that a tag or the policy does not allow and undocumented versions and
 * registers. `decode` accepts any order, version and register, and reports what is odd. Amounts are minor units, currencies
 * alphabetic codes.
 */
import { defined } from "@hipay-pos/core/Defined"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { isPayment } from "./ActionStatus.ts"
import { FieldWriter } from "./internal/FieldWriter.ts"
import * as Message from "./internal/Message.ts"
import type { SendPolicy } from "./SendPolicy.ts"
import * as Tag from "./Tag.ts"
import * as Ticket from "./Ticket.ts"
import * as Tlv from "./Tlv.ts"
import type { Warning } from "./Warning.ts"

/** `CD`: what the terminal is asked to do. Unnamed codes stay one character, as received. */
export type Action = Message.Action

/** The fields of a request, named as `hipay-pos decode --json` prints them. */
export const Request = Schema.Struct({
  /** `CZ`: 0300, 0310 or 0320; others can only be read. */
  version: Message.digits(4),
  /** `CD`. */
  action: Schema.String as Schema.Codec<Action, string>,
  ...Message.shared,
  /** `BB`: true asks for an online authorization. */
  forceAuthorization: Schema.optionalKey(Schema.Boolean),
  /** `BA`. */
  answerDelay: Schema.optionalKey(Schema.Literals(["end", "immediate"])),
  /** `BF`. */
  partialPayment: Schema.optionalKey(Schema.Boolean),
  /** `CK`: three characters, such as 100 for the customer's ticket as text. */
  ticket: Schema.optionalKey(Schema.String.check(Schema.isPattern(/^[01][012][01]$/))),
  /** `BH`: 8 to 20 digits; in received numbers of 13 digits or more, those between the first six and the last four are `#`. */
  customerPhone: Schema.optionalKey(Schema.String.check(Schema.isPattern(/^[\d#]{8,20}$/))),
  /** `BI`: 6 to 256 characters. */
  customerEmail: Schema.optionalKey(Message.ascii(6, 256)),
  /** `ZT`: what `print` prints. */
  tickets: Schema.optionalKey(Schema.Array(Ticket.Ticket))
}).annotate({ identifier: "ConcertRequest" })
export type Request = typeof Request.Type

/** A decoded text. */
export interface Decoded {
  readonly request: Request
  readonly fields: ReadonlyArray<Tlv.Field>
  readonly warnings: ReadonlyArray<Warning>
}

/** The content of fields, complete or not. */
export interface Reading {
  readonly message: Partial<Request>
  readonly fields: ReadonlyArray<Tlv.Field>
  readonly warnings: ReadonlyArray<Warning>
}

/**
 * The text of a request; with a policy, only what its version may send. A phone number that was masked when it was read is an
 * error, because it cannot be sent.
 *
 * @example
 * ```ts
 * import * as Request from "@hipay-pos/concert-codec/Request"
 * import * as Result from "effect/Result"
 *
 * const text = Request.encode({
 *   version: "0320",
 *   protocolIdentifier: "012345678901",
 *   register: "01",
 *   amount: 1245,
 *   action: "debit",
 *   currency: "EUR"
 * })
 * console.log(Result.getOrThrow(text)) // CZ0040320CJ012012345678901CA00201CB0041245CD0010CE003978
 * ```
 */
export const encode = (request: Request, policy?: SendPolicy): Result.Result<string, Message.EncodeError> => {
  const writer = write(request, new FieldWriter(policy), policy)
  return writer.error === undefined ? Result.succeed(writer.text) : Result.fail(writer.error)
}

/** A request as sent, and as it may be shown: card numbers masked, the order's id in `CF` and `CH` unmasked. */
export interface Encoded {
  readonly text: string
  readonly frame: string
}

/** Like {@link encode}, together with the frame to log, which is masked while it is written. */
export const encodeWithFrame = (request: Request, policy?: SendPolicy): Result.Result<Encoded, Message.EncodeError> => {
  const { text, frame, error } = write(request, new FieldWriter(policy, true), policy)
  return error === undefined ? Result.succeed({ text, frame }) : Result.fail(error)
}

const write = (request: Request, writer: FieldWriter, policy: SendPolicy | undefined): FieldWriter => {
  if (policy !== undefined && request.version !== policy.version) writer.refuse("CZ", `expected ${policy.version}`)
  putHead(writer, request, policy)
  if (isPayment(request.action)) {
    if (request.amount === undefined) writer.refuse("CB", "missing")
    if (request.currency === undefined) writer.refuse("CE", "missing")
  }
  writer.putAmount(request.amount)
  if (request.action === undefined) writer.refuse("CD", "missing")
  writer.putAction(request.action)
  writer.putCurrency(request.currency)
  writer.putChoice(BA, request.answerDelay, "end", "immediate")
  writer.putChoice(BB, request.forceAuthorization, false, true)
  writer.putChoice(BF, request.partialPayment, false, true)
  writer.putPaymentApplication(request.paymentApplication)
  writer.put(CF, request.privateData)
  writer.put(CH, request.reference)
  writer.put(BH, request.customerPhone)
  writer.put(BI, request.customerEmail)
  writer.putTicketWish(request.ticket)
  if (request.tickets !== undefined) {
    for (const { tag, value } of Ticket.write(request.tickets)) writer.put(Tag.known(tag), value)
  }
  if (request.extra !== undefined) writer.putExtra(request.extra, readers)
  return writer
}

/**
 * Version, identifier and register, the same in all requests of a register and too short for a card number. Caching them halves
 * the cost.
 */
const putHead = (writer: FieldWriter, request: Request, policy: SendPolicy | undefined): void => {
  const { version, protocolIdentifier, register } = request
  if (
    version === lastHead?.version &&
    protocolIdentifier === lastHead.protocolIdentifier &&
    register === lastHead.register &&
    policy === lastHead.policy
  ) {
    writer.text = lastHead.text
    return
  }
  writer.require(CZ, version)
  writer.require(CJ, protocolIdentifier)
  writer.require(CA, register)
  for (const { tag, expected } of undocumented(request)) writer.refuse(tag.code, expected)
  if (writer.error === undefined && protocolIdentifier !== undefined && register !== undefined) {
    lastHead = { version, protocolIdentifier, register, policy, text: writer.text }
  }
}

/** Values with the right form that no document has. Those with a wrong form violate their tag's bounds. */
const undocumented = ({ version, register }: Partial<Request>): ReadonlyArray<Undocumented> => {
  const found: Array<Undocumented> = []
  if (version !== undefined && /^\d{4}$/.test(version) && !versions.has(version))
    found.push({ tag: CZ, expected: "expected 0300, 0310 or 0320" })
  if (register === "00") found.push({ tag: CA, expected: "expected 01 to 99" })
  return found
}

interface Undocumented {
  readonly tag: Tag.Tag
  readonly expected: string
}

const versions: ReadonlySet<string> = new Set<Tag.Since>(["0300", "0310", "0320"])

let lastHead:
  | {
      readonly version: string
      readonly protocolIdentifier: string
      readonly register: string
      readonly policy: SendPolicy | undefined
      readonly text: string
    }
  | undefined

/**
 * The request of a complete text. Without an action it is an error; without a version it counts as 0300. A phone number of 13
 * digits or more comes masked, and such a request cannot be encoded again.
 */
export const decode = (text: string): Result.Result<Decoded, Tlv.DecodeError> => {
  const raw = Tlv.decode(text)
  if (Result.isFailure(raw)) return Result.fail(raw.failure)
  const { message, fields, warnings } = fromFields(raw.success.fields, raw.success.warnings)
  const { version = "0300", action } = message
  if (action === undefined) {
    return Result.fail(new Tlv.Malformed({ offset: text.length, tag: "CD", problem: "the action is missing" }))
  }
  return Result.succeed({ request: { ...message, version, action }, fields, warnings })
}

/** A request's content read from fields, whatever is missing. */
export const fromFields = (all: ReadonlyArray<Tlv.Field>, before: ReadonlyArray<Warning> = []): Reading => {
  const warnings = [...before]
  const message: Message.Draft<Request> = {}
  const fields = Message.first(all, warnings)
  Message.read(fields, readers, message, warnings)
  for (const { tag, expected } of undocumented(message)) {
    const offset = fields.find(({ tag: code }) => code === tag.code)?.offset
    warnings.push({
      code: "not-documented",
      ...defined({ tag: tag.code, offset }),
      message: `${tag.name}: ${expected}`
    })
  }
  const printed = fields.filter(({ tag }) => tag === "ZT" || tag === "AK")
  if (printed.length > 0) {
    const tickets = Ticket.read(printed, warnings)
    if (tickets.length > 0) message.tickets = tickets
  }
  return { message, fields, warnings }
}

const readers: Readonly<Record<string, Message.Reader<Request>>> = {
  ...Message.sharedReaders,
  CK: (draft, value) => {
    // Later ones may belong to tickets to print.
    draft.ticket ??= value
    return true
  },
  BA: Message.choice("answerDelay", "end", "immediate"),
  BB: Message.choice("forceAuthorization", false, true),
  BF: Message.choice("partialPayment", false, true),
  BH: Message.verbatim("customerPhone"),
  BI: Message.verbatim("customerEmail"),
  ZT: () => true,
  AK: () => true
}

const CZ = Tag.known("CZ")
const CJ = Tag.known("CJ")
const CA = Tag.known("CA")
const CF = Tag.known("CF")
const CH = Tag.known("CH")
const BA = Tag.known("BA")
const BB = Tag.known("BB")
const BF = Tag.known("BF")
const BH = Tag.known("BH")
const BI = Tag.known("BI")
