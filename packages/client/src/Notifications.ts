/**
 * The service's notifications for Effect programs: verified and read as an effect, with a schema to store them or pass
 * them on as JSON.
 */
import { Money } from "@hipay-pos/core/Money"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Notification as NotificationValue } from "./Notification/Change.ts"
import type { Branch } from "./Notification/Form.ts"
import { NotificationError } from "./Notification/NotificationError.ts"
import type { Algorithm } from "./Notification/Signature.ts"
import { type NotificationHeaders, type RawBody, receiveNotification } from "./Notification.ts"

const Fields: Schema.Codec<Branch> = Schema.Record(
  Schema.String,
  Schema.Union([Schema.String, Schema.suspend((): Schema.Codec<Branch> => Fields)])
)

/** A verified notification. In JSON its dates are ISO texts, its amounts minor units with a currency. */
export const Notification = Schema.Struct({
  transactionReference: Schema.String,
  /** 116 authorized, 118 captured, 113 refused, 115 cancelled, 125 refunded, … */
  status: Schema.Int,
  message: Schema.optionalKey(Schema.String),
  state: Schema.optionalKey(Schema.String),
  /** Whether it comes from the stage environment. */
  test: Schema.Boolean,
  orderId: Schema.optionalKey(Schema.String),
  merchantId: Schema.optionalKey(Schema.String),
  authorizationCode: Schema.optionalKey(Schema.String),
  paymentProduct: Schema.optionalKey(Schema.String),
  operationId: Schema.optionalKey(Schema.String),
  authorizedAmount: Schema.optionalKey(Money),
  capturedAmount: Schema.optionalKey(Money),
  refundedAmount: Schema.optionalKey(Money),
  createdAt: Schema.optionalKey(Schema.DateFromString),
  updatedAt: Schema.optionalKey(Schema.DateFromString),
  authorizedAt: Schema.optionalKey(Schema.DateFromString),
  customData: Schema.Record(Schema.String, Schema.String),
  fields: Fields
}).annotate({ identifier: "Notification" })
export type Notification = NotificationValue

/** Verifies and reads: the same as `receiveNotification`. */
export const receive = (
  rawBody: RawBody,
  headers: NotificationHeaders,
  passphrase: string,
  options: { readonly algorithm?: Algorithm | undefined } = {}
): Effect.Effect<Notification, NotificationError> =>
  Effect.callback((resume) => {
    receiveNotification(rawBody, headers, passphrase, options).then(
      (notification) => resume(Effect.succeed(notification)),
      (error: unknown) => resume(error instanceof NotificationError ? Effect.fail(error) : Effect.die(error))
    )
  })
