/** A notification of HiPay's as it is kept with its attempt: what it says of the payment. */
import { upstreamNotificationFields } from "@hipay-pos/core/wire/UpstreamNotification"
import * as Schema from "effect/Schema"

/** `at` in milliseconds since 1970. */
export const KeptNotification = Schema.Struct({ at: Schema.Finite, ...upstreamNotificationFields })
export type KeptNotification = typeof KeptNotification.Type
