/** What an attempt says about a customer, taken out of it. The payment stays: amounts, outcome, card as it was masked. */
import type { Frames } from "../terminals/Terminals.ts"
import type { Attempt } from "./Attempt.ts"
import type { Moment } from "./AttemptEvent.ts"

/** The attempt without the customer's and the delivery's data, and without a phone number or e-mail in its frames. */
export const forgetCustomer = (attempt: Attempt, frames: Pick<Frames, "withoutContact">): Attempt => {
  const { order, recorded, moments } = attempt
  return {
    ...attempt,
    order: withoutPeople(order),
    ...(recorded === undefined ? {} : { recorded: { ...recorded, body: withoutPeople(recorded.body) } }),
    moments: moments.map((moment) => withoutContact(moment, frames))
  }
}

/** Whether there is something to forget. */
export const holdsCustomer = ({ order, recorded, moments }: Attempt, frames: Pick<Frames, "withoutContact">): boolean =>
  hasPeople(order) ||
  hasPeople(recorded?.body) ||
  moments.some(
    (moment) => "frame" in moment && moment.frame !== undefined && frames.withoutContact(moment.frame) !== moment.frame
  )

const hasPeople = (json: unknown): boolean =>
  typeof json === "object" && json !== null && ("customer" in json || "shipping" in json)

const withoutPeople = (json: unknown): unknown => {
  if (typeof json !== "object" || json === null) return json
  const { customer, shipping, ...rest } = json as Readonly<Record<string, unknown>>
  return rest
}

const withoutContact = (moment: Moment, frames: Pick<Frames, "withoutContact">): Moment =>
  "frame" in moment && moment.frame !== undefined ? { ...moment, frame: frames.withoutContact(moment.frame) } : moment
