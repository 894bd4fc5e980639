/** The `Address` component of the contract: where a customer lives or a parcel goes. Every field is optional text. */
import * as Schema from "effect/Schema"

export const Address = Schema.Struct({
  country: Schema.optionalKey(Schema.String),
  state: Schema.optionalKey(Schema.String),
  city: Schema.optionalKey(Schema.String),
  zip_code: Schema.optionalKey(Schema.String),
  street_address: Schema.optionalKey(Schema.String),
  street_additional_details: Schema.optionalKey(Schema.String),
  house_number: Schema.optionalKey(Schema.String)
}).annotate({ identifier: "Address" })

export type Address = typeof Address.Type
