/** Who pays, as far as the shop knows; every field is optional. Personal data: never in a log or an error. */
import * as Schema from "effect/Schema"
import { Address } from "./Address.ts"

/** `U` unknown, `F` female, `M` male. */
export const Gender = Schema.Literals(["U", "F", "M"])
export type Gender = typeof Gender.Type

export const Customer = Schema.Struct({
  id: Schema.optionalKey(Schema.String),
  email: Schema.optionalKey(Schema.String),
  phone: Schema.optionalKey(Schema.String),
  firstName: Schema.optionalKey(Schema.String),
  lastName: Schema.optionalKey(Schema.String),
  /** YYYY-MM-DD. */
  birthdate: Schema.optionalKey(Schema.String),
  gender: Schema.optionalKey(Gender),
  additionalInformation: Schema.optionalKey(Schema.String),
  address: Schema.optionalKey(Address)
})
export type Customer = typeof Customer.Type
