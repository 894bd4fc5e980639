/** The `Address` component of the contract: where a customer lives or a parcel goes. Every field is optional text. */
import * as Schema from "effect/Schema"

export const Address = Schema.Struct({
  country: Schema.optionalKey(Schema.String.annotate({ description: "ISO 3166-1 alpha-2 code, such as FR." })),
  state: Schema.optionalKey(Schema.String.annotate({ description: "State or region." })),
  city: Schema.optionalKey(Schema.String.annotate({ description: "City." })),
  zip_code: Schema.optionalKey(Schema.String.annotate({ description: "Postal code." })),
  street_address: Schema.optionalKey(Schema.String.annotate({ description: "Street, with or without the number." })),
  street_additional_details: Schema.optionalKey(Schema.String.annotate({ description: "Building, floor, flat." })),
  house_number: Schema.optionalKey(Schema.String.annotate({ description: "Number in the street." }))
}).annotate({ identifier: "Address", description: "A postal address." })

export type Address = typeof Address.Type
