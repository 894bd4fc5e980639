/** Why a gateway that the others on its store have given up does not send a payment, on whichever way it would have gone. */
import { NotStarted } from "@hipay-pos/core/Terminal"

export const givenUp = new NotStarted({
  kind: "StoreFailed",
  detail: "the other gateways counted this one as gone before it could send the payment"
})
