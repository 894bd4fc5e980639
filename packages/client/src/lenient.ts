/** Decodes the JSON of a server leniently, because a later version may have more fields and other values. */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import type * as SchemaIssue from "effect/SchemaIssue"

export type Decoded<A> = Result.Result<A, Schema.SchemaError>

/**
 * Checks JSON against a schema that transforms nothing, and returns it whole, with fields and values that the schema
 * does not know. `A` says which fields may have such values.
 */
export const lenient = <A extends object>(schema: Schema.Codec<object, object>): ((json: unknown) => Decoded<A>) => {
  const decode = Schema.decodeUnknownResult(schema)
  return (json) => {
    const decoded = decode(json)
    const isRead = Result.isSuccess(decoded) || hasNewWordsOnly(decode(json, { errors: "all", reportInput: true }))
    return isRead ? Result.succeed(json as A) : Result.fail(decoded.failure)
  }
}

/** Whether the only problems are unknown values of enumerations. */
const hasNewWordsOnly = (decoded: Decoded<object>): boolean =>
  Result.isFailure(decoded) && isOfNewWords(decoded.failure.issue)

const isOfNewWords = (issue: SchemaIssue.Issue): boolean => {
  switch (issue._tag) {
    case "Pointer":
      return isOfNewWords(issue.issue)
    case "Composite":
      return issue.issues.every(isOfNewWords)
    case "AnyOf":
      // Each issue is about one of the alternatives that an object could be.
      return issue.issues.length > 0
        ? issue.issues.every(isOfNewWords)
        : issue.ast.types.every(SchemaAST.isLiteral) && typeof issue.input === "string"
    default:
      return false
  }
}
