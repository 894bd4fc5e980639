/** The body of every answer that is not about a payment, with the contract's names. */
import * as Schema from "effect/Schema"

export const ErrorDetails = Schema.Struct({
  path: Schema.optionalKey(Schema.String.annotate({ description: "JSON path of the field, such as order.order_id." }))
}).annotate({ description: "Where the fault is." })

export const ErrorResponse = Schema.Struct({
  error: Schema.optionalKey(
    Schema.Struct({
      status: Schema.optionalKey(Schema.Int.annotate({ description: "The HTTP status." })),
      code: Schema.String.annotate({ description: "What is wrong, for programs." }),
      message: Schema.optionalKey(Schema.String.annotate({ description: "What is wrong, in a word or two." })),
      description: Schema.optionalKey(Schema.String.annotate({ description: "What is wrong, in a sentence." })),
      details: Schema.optionalKey(ErrorDetails)
    }).annotate({ description: "The error." })
  )
}).annotate({ identifier: "ErrorResponse", description: "Why a request was not served." })

export type ErrorResponse = typeof ErrorResponse.Type
