/** The `Customer` component of the contract: who pays, as far as the shop knows. */
import * as Schema from "effect/Schema"
import { Gender } from "../Customer.ts"
import { Address } from "./Address.ts"

/** Ten characters; the contract checks the length only, the calendar is a finding of ours. */
export const DateText = Schema.String.check(Schema.isMinCodePoints(10), Schema.isMaxCodePoints(10))

export const Customer = Schema.Struct({
  customer_id: Schema.optionalKey(Schema.String),
  email: Schema.optionalKey(Schema.String),
  phone: Schema.optionalKey(Schema.String),
  first_name: Schema.optionalKey(Schema.String),
  last_name: Schema.optionalKey(Schema.String),
  birthdate: Schema.optionalKey(DateText),
  gender: Schema.optionalKey(Gender),
  additional_customer_information: Schema.optionalKey(Schema.String),
  customer_location: Schema.optionalKey(Address)
}).annotate({ identifier: "Customer" })

export type Customer = typeof Customer.Type
