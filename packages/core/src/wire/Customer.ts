/** The `Customer` component of the contract: who pays, as far as the shop knows. */
import * as Schema from "effect/Schema"
import { Gender } from "../Customer.ts"
import { Address } from "./Address.ts"

/** Ten characters; the contract checks the length only, the calendar is a finding of ours. */
export const DateText = Schema.String.check(Schema.isMinCodePoints(10), Schema.isMaxCodePoints(10)).annotate({
  description: "A date as YYYY-MM-DD."
})

export const Customer = Schema.Struct({
  customer_id: Schema.optionalKey(Schema.String.annotate({ description: "The shop's own id of the customer." })),
  email: Schema.optionalKey(Schema.String.annotate({ description: "E-mail address. Personal data." })),
  phone: Schema.optionalKey(
    Schema.String.annotate({ description: "Phone number with country code, digits only. Personal data." })
  ),
  first_name: Schema.optionalKey(Schema.String.annotate({ description: "First name." })),
  last_name: Schema.optionalKey(Schema.String.annotate({ description: "Last name." })),
  birthdate: Schema.optionalKey(DateText.annotate({ description: "Date of birth as YYYY-MM-DD." })),
  gender: Schema.optionalKey(Gender.annotate({ description: "F female, M male, U unknown." })),
  additional_customer_information: Schema.optionalKey(
    Schema.String.annotate({ description: "Anything else about the customer, such as a title or a company." })
  ),
  customer_location: Schema.optionalKey(Address)
}).annotate({ identifier: "Customer", description: "Who pays, as far as the shop knows." })

export type Customer = typeof Customer.Type
