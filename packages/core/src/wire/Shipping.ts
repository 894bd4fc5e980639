/** The `Shipping` component of the contract: how and to whom the goods go. */
import * as Schema from "effect/Schema"
import { Gender } from "../Customer.ts"
import { DeliveryMethod } from "../Shipping.ts"
import { Address } from "./Address.ts"
import { DateText } from "./Customer.ts"

export const RecipientInformation = Schema.Struct({
  first_name: Schema.optionalKey(Schema.String.annotate({ description: "First name." })),
  last_name: Schema.optionalKey(Schema.String.annotate({ description: "Last name." })),
  additional_info: Schema.optionalKey(Schema.String.annotate({ description: "Anything else about the recipient." })),
  gender: Schema.optionalKey(Gender.annotate({ description: "F female, M male, U unknown." })),
  phone: Schema.optionalKey(Schema.String.annotate({ description: "Phone number. Personal data." }))
}).annotate({ description: "Who receives the goods." })

export const Shipping = Schema.Struct({
  delivery_date: Schema.optionalKey(DateText.annotate({ description: "Expected day of delivery as YYYY-MM-DD." })),
  delivery_method: Schema.optionalKey(DeliveryMethod.annotate({ description: "How fast, and through whom." })),
  carrier_description: Schema.optionalKey(Schema.String.annotate({ description: "Who carries it, and where to." })),
  recipient_information: Schema.optionalKey(RecipientInformation),
  delivery_address: Schema.optionalKey(Address)
}).annotate({ identifier: "Shipping", description: "How and to whom the goods go." })

export type Shipping = typeof Shipping.Type
