/** A HiPay notification as stored with its attempt: what it says about the payment. */
import { upstreamNotificationFields } from "@hipay-pos/core/wire/UpstreamNotification"
import * as Schema from "effect/Schema"

/** `at` in milliseconds since 1970. */
export const KeptNotification = Schema.Struct({ at: Schema.Finite, ...upstreamNotificationFields })
export type KeptNotification = typeof KeptNotification.Type
