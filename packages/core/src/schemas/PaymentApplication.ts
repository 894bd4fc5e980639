/** Schema of a payment application. */
import * as Schema from "effect/Schema"

/** Any three of `0-9 A-Z`, whether the table knows it or not. */
export const PaymentApplication = Schema.String.check(Schema.isPattern(/^[0-9A-Z]{3}$/)).annotate({
  identifier: "PaymentApplication"
})
export type PaymentApplication = typeof PaymentApplication.Type
