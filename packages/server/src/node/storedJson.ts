/**
 * Reads JSON of a store by a schema, and gives all of it as it stands there: a later version may have written it, and what it
 * says beside what this one knows is written back with the rest.
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type * as SchemaIssue from "effect/SchemaIssue"

/**
 * Makes a reader, of a schema that turns nothing into anything else. Under the names of `openWords`, a word is read that the
 * schema does not have among its choices, although the type does not say so. Undefined is what cannot be read.
 */
export const storedJson = <A extends object>(
  schema: Schema.Codec<A, object>,
  openWords: ReadonlySet<PropertyKey> = new Set()
): ((text: string) => A | undefined) => {
  const decode = Schema.decodeUnknownResult(schema)
  return (text) => {
    let json: unknown
    try {
      json = JSON.parse(text)
    } catch {
      return undefined
    }
    if (Result.isSuccess(decode(json))) return json as A
    const problem = Result.getFailure(decode(json, { errors: "all", reportInput: true }))
    return problem._tag === "Some" && isOpen(problem.value.issue, openWords) ? (json as A) : undefined
  }
}

/** Whether all that is wrong is words that stand where others may. */
const isOpen = (issue: SchemaIssue.Issue, openWords: ReadonlySet<PropertyKey>, name?: PropertyKey): boolean => {
  switch (issue._tag) {
    case "Pointer":
      return isOpen(issue.issue, openWords, issue.path.at(-1))
    case "Composite":
      return issue.issues.every((each) => isOpen(each, openWords, name))
    case "AnyOf":
      return issue.issues.length === 0
        ? typeof issue.input === "string" && name !== undefined && openWords.has(name)
        : issue.issues.some((each) => isOpen(each, openWords, name))
    default:
      return false
  }
}
