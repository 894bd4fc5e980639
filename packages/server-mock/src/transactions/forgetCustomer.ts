/** What an attempt says about a customer, taken out of it. The payment stays: amounts, outcome, card as it was masked. */
import * as Tlv from "@hipay-pos/concert-codec/Tlv"
import * as Result from "effect/Result"
import type { Attempt } from "./Attempt.ts"
import type { Moment } from "./Moment.ts"

/** The attempt without the customer's and the delivery's data, and without a phone number or e-mail in its frames. */
export const forgetCustomer = (attempt: Attempt): Attempt => {
  const { order, answer, moments } = attempt
  return {
    ...attempt,
    order: withoutPeople(order),
    ...(answer === undefined ? {} : { answer: { ...answer, body: withoutPeople(answer.body) } }),
    moments: moments.map(withoutContact)
  }
}

const withoutPeople = (json: unknown): unknown => {
  if (typeof json !== "object" || json === null) return json
  const { customer, shipping, ...rest } = json as Readonly<Record<string, unknown>>
  return rest
}

const withoutContact = (moment: Moment): Moment => {
  if (!("frame" in moment) || moment.frame === undefined) return moment
  const fields = Result.getOrUndefined(Tlv.decode(moment.frame))?.fields
  if (fields === undefined) return { ...moment, frame: "" }
  return { ...moment, frame: Tlv.encode(fields.filter(({ tag }) => !CONTACT.has(tag))) }
}

/** Phone and e-mail, as the order gave them (BH, BI) or as they were typed in at the terminal (AM, AN). */
const CONTACT: ReadonlySet<string> = new Set(["BH", "BI", "AM", "AN"])
