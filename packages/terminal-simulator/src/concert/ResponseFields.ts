/**
 * The fields of an answer, in the order of published samples: an echo of the request, the status, the card, the ticket.
 *
 * A profile's deviations are applied here. The result is raw fields, so that faults can bend them before they become
 * bytes.
 */
import * as ActionStatus from "@hipay-pos/concert-codec/ActionStatus"
import * as Ascii from "@hipay-pos/concert-codec/Ascii"
import * as ReadingMode from "@hipay-pos/concert-codec/ReadingMode"
import * as Ticket from "@hipay-pos/concert-codec/Ticket"
import * as Tlv from "@hipay-pos/concert-codec/Tlv"
import * as Currency from "@hipay-pos/core/Currency"
import * as TestCard from "../cardholder/TestCard.ts"
import * as PrintedTicket from "../machine/PrintedTicket.ts"
import type { Conclusion, NotDone } from "../machine/Terminal.ts"
import type { Profile } from "../profiles/Profile.ts"

/** What an operation's end looks like on the wire. */
export const fields = (
  profile: Profile,
  asked: ReadonlyArray<Tlv.RawField>,
  conclusion: Conclusion
): Array<Tlv.RawField> => {
  const echo = (tag: string) => Tlv.find(asked, tag)
  const repeated = conclusion._tag === "Done" && conclusion.again ? conclusion.entry : undefined
  const answer: Array<Tlv.RawField> = []
  put(answer, "CZ", profile.answersVersion ?? echo("CZ") ?? "0300")
  put(answer, "CJ", profile.protocolIdentifier ?? echo("CJ"))
  put(answer, "CA", echo("CA"))
  put(answer, "CB", amount(profile, echo("CB"), conclusion))
  put(answer, "CD", echo("CD"))
  put(answer, "CE", echo("CE") ?? (repeated && Currency.get(repeated.currency).numericCode))
  put(answer, "AE", conclusion._tag === "NotDone" ? NOT_DONE : DONE)
  put(answer, "AF", conclusion._tag === "NotDone" ? reason(profile, conclusion) : undefined)
  if (conclusion._tag === "Done") {
    const { entry, card } = conclusion
    const pan = card?.leaksPan ? TestCard.wholeNumber(entry.pan) : entry.pan
    put(answer, "CC", entry.paymentApplication)
    put(answer, "CI", ReadingMode.toCode(entry.entryMode))
    put(answer, "AC", entry.authorizationNumber)
    put(answer, "AA", pan)
    put(answer, "AL", profile.tellsPanType && pan.includes("#") ? "1" : undefined)
    put(answer, "AB", entry.expiry)
    put(answer, "AI", entry.aid)
    put(answer, "CG", entry.merchantContract)
  }
  put(answer, "CF", profile.echoesPrivateData ? (echo("CF") ?? repeated?.privateData) : profile.privateData)
  if (conclusion._tag !== "Acknowledged" && conclusion.ticket !== undefined) {
    answer.push(...tickets(echo("CZ"), echo("CK"), conclusion.ticket))
  }
  return answer
}

/** AE=11: the request was taken into account. */
export const acknowledgement = (
  profile: Profile,
  asked: ReadonlyArray<Tlv.RawField>,
  status: "11" | "10"
): Array<Tlv.RawField> => {
  const answer: Array<Tlv.RawField> = []
  put(answer, "CZ", profile.answersVersion ?? Tlv.find(asked, "CZ") ?? "0300")
  put(answer, "CJ", profile.protocolIdentifier ?? Tlv.find(asked, "CJ"))
  for (const tag of ["CA", "CB", "CD", "CE"]) put(answer, tag, Tlv.find(asked, tag))
  put(answer, "AE", status)
  return answer
}

/** AE=01 without a reason: busy. */
export const busy = (profile: Profile, asked: ReadonlyArray<Tlv.RawField>): Array<Tlv.RawField> =>
  fields(profile, asked, { _tag: "NotDone", byRedKey: false })

const DONE = ActionStatus.toCode("done")
const NOT_DONE = ActionStatus.toCode("not-done")

/** Adds nothing for an absent or empty value: empty tags are not transmitted. */
const put = (answer: Array<Tlv.RawField>, tag: string, value: string | undefined): void => {
  if (value !== undefined && value !== "") answer.push({ tag, value })
}

const reason = (profile: Profile, { complement, text }: NotDone): string | undefined =>
  complement === undefined || text === undefined || !profile.extendedComplement
    ? complement
    : ActionStatus.complementValue(complement, { text: Ascii.fromText(text).slice(0, 21) })

const amount = (profile: Profile, asked: string | undefined, conclusion: Conclusion): string | undefined => {
  switch (conclusion._tag) {
    case "Done":
      // The echo keeps the ECR's own padding; only another amount is written anew.
      return asked !== undefined && Number(asked) === conclusion.entry.amount
        ? asked
        : String(conclusion.entry.amount).padStart(2, "0")
    case "NotDone":
      return conclusion.byRedKey && !profile.amountOnRedKey ? undefined : asked
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

/** A ticket that its escapes make too long loses its end. */
const toHtml = (text: string): string => {
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")
  return `<pre>${escaped.slice(0, PrintedTicket.MAX_BYTES - "<pre></pre>".length)}</pre>`
}
