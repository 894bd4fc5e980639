/**
 * The fields of a response, in the order of published samples: an echo of the request, the status, the card, the ticket.
 *
 * A profile's deviations are applied here. The result is raw fields, so that faults can change them before they are
 * encoded.
 */
import * as ActionStatus from "@hipay-pos/concert-codec/ActionStatus"
import * as Ascii from "@hipay-pos/concert-codec/Ascii"
import * as ReadingMode from "@hipay-pos/concert-codec/ReadingMode"
import * as Ticket from "@hipay-pos/concert-codec/Ticket"
import * as Tlv from "@hipay-pos/concert-codec/Tlv"
import * as Currency from "@hipay-pos/core/Currency"
import * as TestCard from "../cardholder/TestCard.ts"
import type { NotDone, OperationResult } from "../machine/OperationResult.ts"
import * as PrintedTicket from "../machine/PrintedTicket.ts"
import type { Profile } from "../profiles/Profile.ts"

/** The response for the result of an operation. A duplicata repeats what was paid, whatever the request says. */
export const make = (
  profile: Profile,
  requested: ReadonlyArray<Tlv.RawField>,
  result: OperationResult
): Array<Tlv.RawField> => {
  const echo = (tag: string) => Tlv.find(requested, tag)
  const repeated = result._tag === "Done" && result.again ? result.entry : undefined
  const response: Array<Tlv.RawField> = []
  put(response, "CZ", profile.answersVersion ?? echo("CZ") ?? "0300")
  put(response, "CJ", profile.protocolIdentifier ?? echo("CJ"))
  put(response, "CA", echo("CA"))
  put(response, "CB", amount(profile, echo("CB"), result))
  put(response, "CD", echo("CD"))
  put(response, "CE", repeated === undefined ? echo("CE") : Currency.get(repeated.currency).numericCode)
  put(response, "AE", result._tag === "NotDone" ? NOT_DONE : DONE)
  put(response, "AF", result._tag === "NotDone" ? reason(profile, result) : undefined)
  if (result._tag === "Done") {
    const { entry, card } = result
    const pan = card?.leaksPan ? TestCard.wholeNumber(entry.pan) : entry.pan
    put(response, "CC", entry.paymentApplication)
    put(response, "CI", ReadingMode.toCode(entry.entryMode))
    put(response, "AC", entry.authorizationNumber)
    put(response, "AA", pan)
    put(response, "AL", profile.tellsPanType && pan.includes("#") ? "1" : undefined)
    put(response, "AB", entry.expiry)
    put(response, "AI", entry.aid)
    put(response, "CG", entry.merchantContract)
  }
  const ownData = result._tag === "NotDone" ? undefined : profile.privateData
  const orderId = repeated === undefined ? echo("CF") : repeated.privateData
  put(response, "CF", profile.echoesPrivateData ? orderId : ownData)
  if (result._tag !== "Acknowledged" && result.ticket !== undefined) {
    response.push(...tickets(echo("CZ"), echo("CK"), result.ticket))
  }
  return response
}

/** AE=11: the request was acknowledged. */
export const acknowledgement = (
  profile: Profile,
  requested: ReadonlyArray<Tlv.RawField>,
  status: "11" | "10"
): Array<Tlv.RawField> => {
  const response: Array<Tlv.RawField> = []
  put(response, "CZ", profile.answersVersion ?? Tlv.find(requested, "CZ") ?? "0300")
  put(response, "CJ", profile.protocolIdentifier ?? Tlv.find(requested, "CJ"))
  for (const tag of ["CA", "CB", "CD", "CE"]) put(response, tag, Tlv.find(requested, tag))
  put(response, "AE", status)
  return response
}

/** AE=01 without a reason: busy. */
export const busy = (profile: Profile, requested: ReadonlyArray<Tlv.RawField>): Array<Tlv.RawField> =>
  make(profile, requested, { _tag: "NotDone", byRedKey: false })

/** AE=01, cancelled at the terminal, without an echo of a request. */
export const cancelled = (profile: Profile): Array<Tlv.RawField> =>
  make(profile, [], { _tag: "NotDone", complement: "11", byRedKey: true })

const DONE = ActionStatus.toCode("done")
const NOT_DONE = ActionStatus.toCode("not-done")

/** Skips an absent or empty value: empty tags are not transmitted. */
const put = (response: Array<Tlv.RawField>, tag: string, value: string | undefined): void => {
  if (value !== undefined && value !== "") response.push({ tag, value })
}

const reason = (profile: Profile, { complement, text }: NotDone): string | undefined =>
  complement === undefined || text === undefined || !profile.extendedComplement
    ? complement
    : ActionStatus.complementValue(complement, { text: Ascii.fromText(text).slice(0, 21) })

const amount = (profile: Profile, requested: string | undefined, result: OperationResult): string | undefined => {
  switch (result._tag) {
    case "Done":
      // The echo keeps the ECR's own padding; only a different amount is written afresh.
      return requested !== undefined && Number(requested) === result.entry.amount
        ? requested
        : String(result.entry.amount).padStart(2, "0")
    case "NotDone":
      return result.byRedKey && !profile.amountOnRedKey ? undefined : requested
    case "Acknowledged":
      return undefined
  }
}

/** The copies that `CK` asks for, when the version has tickets. */
const tickets = (version = "0300", wish = "000", printed: PrintedTicket.Ticket): ReadonlyArray<Tlv.RawField> => {
  if (version < "0320" || wish[0] !== "1") return []
  const html = wish[2] === "1"
  const ticket = (copy: "customer" | "merchant"): Ticket.Ticket => ({
    copy,
    format: html ? "html" : "text",
    text: html ? toHtml(printed(copy)) : printed(copy)
  })
  switch (wish[1]) {
    case "1":
      return Ticket.write([ticket("merchant")])
    case "2":
      return Ticket.write([ticket("customer"), ticket("merchant")])
    default:
      return Ticket.write([ticket("customer")])
  }
}

/** Cut at the end if the escapes make it too long. */
const toHtml = (text: string): string => {
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")
  return `<pre>${escaped.slice(0, PrintedTicket.MAX_BYTES - "<pre></pre>".length)}</pre>`
}
