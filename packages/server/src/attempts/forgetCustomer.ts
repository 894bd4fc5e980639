/** Removes customer data from an attempt. The payment stays: amounts, outcome, masked card. */
import { defined } from "@hipay-pos/core/Defined"
import * as JsonText from "@hipay-pos/core/JsonText"
import type { ReceivedAnswer } from "@hipay-pos/core/wire/Attempt"
import * as Result from "effect/Result"
import type { Frames } from "../terminals/Terminals.ts"
import type { Attempt } from "./Attempt.ts"
import type { AttemptEvent } from "./AttemptEvent.ts"
import { hasPersonalData, hasPersonalText, withoutPersonalData, withoutPersonalText } from "./personalData.ts"

/** The attempt without customer and delivery data, and without phone numbers and e-mail addresses in its frames. */
export const forgetCustomer = (attempt: Attempt, frames: Pick<Frames, "withoutContact">): Attempt => {
  const { order, recorded, received, events } = attempt
  return {
    ...attempt,
    order: order.map(withoutPersonalData),
    ...defined({
      recorded: recorded && { ...recorded, body: withoutPersonalData(recorded.body) },
      received: received && withoutPersonalDataIn(received)
    }),
    events: events.map((event) => withoutContact(event, frames))
  }
}

/** Whether there is something to forget. */
export const holdsCustomer = (
  { order, recorded, received, events }: Attempt,
  frames: Pick<Frames, "withoutContact">
): boolean =>
  order.hasPersonalData ||
  hasPersonalData(recorded?.body) ||
  (received !== undefined && hasPersonalDataIn(received)) ||
  events.some(
    (event) => "frame" in event && typeof event.frame === "string" && frames.withoutContact(event.frame) !== event.frame
  )

const hasPersonalDataIn = ({ body }: ReceivedAnswer): boolean =>
  Result.match(JsonText.parse(body), { onSuccess: hasPersonalData, onFailure: () => hasPersonalText(body) })

/** A body without customer data stays as received. */
const withoutPersonalDataIn = (received: ReceivedAnswer): ReceivedAnswer => {
  const { body } = received
  const kept = Result.match(JsonText.parse(body), {
    onSuccess: (json) => (hasPersonalData(json) ? JSON.stringify(withoutPersonalData(json)) : body),
    onFailure: () => withoutPersonalText(body)
  })
  return { ...received, body: kept }
}

const withoutContact = (event: AttemptEvent, frames: Pick<Frames, "withoutContact">): AttemptEvent =>
  "frame" in event && typeof event.frame === "string" ? { ...event, frame: frames.withoutContact(event.frame) } : event
