/** How and to whom the goods go; every field is optional. */
import * as Schema from "effect/Schema"
import { Address } from "./Address.ts"
import { Gender } from "./Customer.ts"
import { deliveryMethods } from "./internal/deliveryMethods.ts"

/** Who receives the goods. Personal data. */
export const Recipient = Schema.Struct({
  firstName: Schema.optionalKey(Schema.String),
  lastName: Schema.optionalKey(Schema.String),
  additionalInformation: Schema.optionalKey(Schema.String),
  gender: Schema.optionalKey(Gender),
  phone: Schema.optionalKey(Schema.String)
})
export type Recipient = typeof Recipient.Type

/** The contract's ways of delivery. */
export const DeliveryMethod = Schema.Literals(deliveryMethods)
export type DeliveryMethod = typeof DeliveryMethod.Type

export const Shipping = Schema.Struct({
  /** YYYY-MM-DD. */
  deliveryDate: Schema.optionalKey(Schema.String),
  deliveryMethod: Schema.optionalKey(DeliveryMethod),
  carrierDescription: Schema.optionalKey(Schema.String),
  recipient: Schema.optionalKey(Recipient),
  address: Schema.optionalKey(Address)
})
export type Shipping = typeof Shipping.Type
