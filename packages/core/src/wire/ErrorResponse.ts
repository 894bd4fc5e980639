/** The body of every answer that is not about a payment, with the contract's names. */
import * as Schema from "effect/Schema"

export const ErrorDetails = Schema.Struct({
  path: Schema.optionalKey(Schema.String)
})

export const ErrorResponse = Schema.Struct({
  error: Schema.optionalKey(
    Schema.Struct({
      status: Schema.optionalKey(Schema.Int),
      code: Schema.String,
      message: Schema.optionalKey(Schema.String),
      description: Schema.optionalKey(Schema.String),
      details: Schema.optionalKey(ErrorDetails)
    })
  )
}).annotate({ identifier: "ErrorResponse" })

export type ErrorResponse = typeof ErrorResponse.Type
