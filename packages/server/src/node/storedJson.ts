/**
 * Reads a store's JSON by a schema and returns all of it unchanged: a later version may have written it, and its unknown parts
 * are written back with the rest.
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type * as SchemaIssue from "effect/SchemaIssue"

/**
 * Makes a reader for a schema without transformations. In fields named in `openWords`, words are accepted that are not among
 * the schema's choices, although the type does not say so. Returns undefined if the text cannot be read.
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

/** Whether the only problems are unknown words in open fields. */
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
