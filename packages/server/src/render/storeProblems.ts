/** The answers to an order, a resolution or a query when the store of attempts fails. */
import * as CardNumber from "@hipay-pos/core/CardNumber"
import { urlOf } from "../attempts/Attempt.ts"
import type { StoreFailed } from "../attempts/AttemptStore.ts"
import { type Answer, error } from "./Answer.ts"

/** An order got no attempt because the store failed. */
export const notOpened = ({ detail, reason }: StoreFailed): Answer => {
  switch (reason._tag) {
    case "Unavailable":
    case "Unanswered":
    case "BeforeGone":
      return error(
        500,
        "attempt.not.recorded",
        `The attempt could not be recorded (${detail}), so nothing was sent to a terminal. Check the disk of the store.`,
        { reason: detail }
      )
    case "Damaged":
      return damaged(reason.id)
    case "EarlierUnknown":
      return error(
        500,
        "attempts.unreadable",
        `The attempts cannot be read: ${detail}. This order was not sent to a terminal, but may have been sent earlier. Check the terminal first, then the store.`,
        { reason: detail }
      )
  }
}

/** A resolution could not be written, or may not have been. */
export const notResolved = ({ detail, reason }: StoreFailed): Answer =>
  reason._tag === "Unanswered"
    ? error(
        500,
        "resolution.unknown",
        `It is not known whether the resolution was recorded: ${detail}. Look at the attempt before you resolve it again.`,
        { reason: detail }
      )
    : error(
        500,
        "resolution.not.recorded",
        `The resolution could not be recorded: ${detail}. The attempt is unchanged. Check the store, then resolve it again.`,
        { reason: detail }
      )

/** Attempts could not be read. */
export const unreadable = ({ detail, reason }: StoreFailed): Answer => {
  switch (reason._tag) {
    case "Unavailable":
    case "Unanswered":
    case "EarlierUnknown":
      return error(500, "attempts.unreadable", `The attempts cannot be read: ${detail}. Check the store.`, {
        reason: detail
      })
    case "Damaged":
      return damaged(reason.id)
    case "BeforeGone":
      return error(
        400,
        "malformed.request",
        `before: attempt ${CardNumber.maskedStart(reason.id, 40)} is not kept any more, so it is not known which ones are older; list them again without it`
      )
  }
}

const damaged = (id: string): Answer =>
  error(
    500,
    "attempt.damaged",
    `Attempt ${id} cannot be read from the store, and may have moved money. Lists and totals leave it out, and nothing was sent to a terminal now. Check the terminal's own journal, then resolve the attempt by its id if its outcome is unknown; a new payment needs a new order id.`,
    { attempt: urlOf({ id }) }
  )
