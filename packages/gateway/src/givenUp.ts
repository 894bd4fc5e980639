/** Why a payment, dialled or relayed, is not sent by a gateway that the others on its store have given up. */
import { NotStarted } from "@hipay-pos/core/Terminal"

export const givenUp = new NotStarted({
  kind: "StoreFailed",
  detail: "the other gateways counted this one as gone before it could send the payment"
})
