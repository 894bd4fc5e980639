/** The `Address` component of the contract: where a customer lives or a parcel goes. Every field is optional text. */
import * as Schema from "effect/Schema"

export const Address = Schema.Struct({
  country: Schema.optionalKey(Schema.String.annotate({ description: "ISO 3166-1 alpha-2 code, such as FR." })),
  state: Schema.optionalKey(Schema.String),
  city: Schema.optionalKey(Schema.String),
  zip_code: Schema.optionalKey(Schema.String),
  street_address: Schema.optionalKey(Schema.String),
  street_additional_details: Schema.optionalKey(Schema.String.annotate({ description: "Building, floor, flat." })),
  house_number: Schema.optionalKey(Schema.String)
}).annotate({ identifier: "Address", description: "A postal address." })

export type Address = typeof Address.Type
