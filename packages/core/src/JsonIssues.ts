/**
 * Turns schema errors in JSON written by people into lines: the path, and what was expected.
 *
 * For configuration files and control calls; the expected value comes from the schema's own message.
 */
import type * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import * as CardNumber from "./CardNumber.ts"

const format = SchemaIssue.makeFormatterStandardSchemaV1()

/** One line per issue: the path, and what was expected. `whole` names the document where the path is empty. */
export const describe = (error: Schema.SchemaError, whole = "configuration"): ReadonlyArray<string> =>
  leavesOf(error.issue, []).map(({ path, issue }) => {
    const [{ message } = { message: "" }] = format(issue).issues
    if (issue._tag === "UnexpectedKey") return `${pathText(path) || whole}: no such name is known here`
    return `${pathText(path) || whole}: ${reword(message)}`
  })

/** The same in one line, card numbers masked: it is about what came over the network. */
export const inOneLine = (error: Schema.SchemaError, whole: string): string =>
  CardNumber.maskWritten(describe(error, whole).join("; "))

/** An issue without nested issues, and its path. */
interface Leaf {
  readonly path: ReadonlyArray<PropertyKey>
  readonly issue: SchemaIssue.Issue
}

const leavesOf = (issue: SchemaIssue.Issue, path: ReadonlyArray<PropertyKey>): ReadonlyArray<Leaf> => {
  switch (issue._tag) {
    case "Pointer":
      return leavesOf(issue.issue, [...path, ...issue.path])
    case "Composite":
      return issue.issues.flatMap((each) => leavesOf(each, path))
    case "AnyOf": {
      const closest = closestAlternative(issue.issues.filter(({ _tag }) => _tag === "Composite"))
      return closest === undefined ? [{ path, issue }] : leavesOf(closest, path)
    }
    default:
      return [{ path, issue }]
  }
}

/** Of several alternatives that an object does not match, the one whose keys fit best: issues of the others would mislead. */
const closestAlternative = (issues: ReadonlyArray<SchemaIssue.Issue>): SchemaIssue.Issue | undefined => {
  const mismatches = (issue: SchemaIssue.Issue): number =>
    leavesOf(issue, []).filter(
      ({ path, issue: { _tag } }) => path.length === 1 && (_tag === "MissingKey" || _tag === "UnexpectedKey")
    ).length
  return issues.toSorted((a, b) => mismatches(a) - mismatches(b))[0]
}

const reword = (message: string): string => {
  switch (message) {
    case "Missing key":
      return "expected a value, got nothing"
    case "Expected CurrencyCode":
      return "expected a currency code such as EUR"
    default:
      return message.replace(/^Expected /, "expected ")
  }
}

/** Entries of the list at a path that share a value that must be unique, one line each. */
export const duplicates = <A>(
  path: string,
  list: ReadonlyArray<A>,
  key: string,
  valueFor: (entry: A) => string | undefined
): ReadonlyArray<string> => {
  const seen = new Map<string, number>()
  return list.flatMap((entry, index) => {
    const value = valueFor(entry)
    if (value === undefined) return []
    const first = seen.get(value)
    if (first === undefined) {
      seen.set(value, index)
      return []
    }
    return [`${path}[${index}].${key}: ${value} is already taken by ${path}[${first}]`]
  })
}

const pathText = (path: ReadonlyArray<PropertyKey>): string =>
  path.reduce<string>(
    (text, key) => (typeof key === "number" ? `${text}[${key}]` : text === "" ? String(key) : `${text}.${String(key)}`),
    ""
  )
