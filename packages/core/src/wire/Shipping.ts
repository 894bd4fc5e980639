/** The `Shipping` component of the contract: how and to whom the goods go. */
import * as Schema from "effect/Schema"
import { Gender } from "../Customer.ts"
import { DeliveryMethod } from "../Shipping.ts"
import { Address } from "./Address.ts"
import { DateText } from "./Customer.ts"

/** Who receives the goods. Personal data. */
export const RecipientInformation = Schema.Struct({
  first_name: Schema.optionalKey(Schema.String),
  last_name: Schema.optionalKey(Schema.String),
  additional_info: Schema.optionalKey(Schema.String),
  gender: Schema.optionalKey(Gender),
  phone: Schema.optionalKey(Schema.String)
})

export const Shipping = Schema.Struct({
  delivery_date: Schema.optionalKey(DateText),
  delivery_method: Schema.optionalKey(DeliveryMethod),
  carrier_description: Schema.optionalKey(Schema.String),
  recipient_information: Schema.optionalKey(RecipientInformation),
  delivery_address: Schema.optionalKey(Address)
}).annotate({ identifier: "Shipping" })

export type Shipping = typeof Shipping.Type
