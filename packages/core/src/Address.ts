/** A postal address as the shop knows it; every field is optional. */
import * as Schema from "effect/Schema"

/** A postal address. Personal data. */
export const Address = Schema.Struct({
  /** ISO 3166-1 alpha-2, such as FR. */
  country: Schema.optionalKey(Schema.String),
  state: Schema.optionalKey(Schema.String),
  city: Schema.optionalKey(Schema.String),
  zipCode: Schema.optionalKey(Schema.String),
  street: Schema.optionalKey(Schema.String),
  additionalDetails: Schema.optionalKey(Schema.String),
  houseNumber: Schema.optionalKey(Schema.String)
})
export type Address = typeof Address.Type
