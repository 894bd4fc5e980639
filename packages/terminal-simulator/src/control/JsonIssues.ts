/**
 * What is wrong with JSON that people wrote, as lines for them: where, and what was expected.
 *
 * For configuration files and control calls, whose schemas say the rest.
 */
import type * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"

const format = SchemaIssue.makeFormatterStandardSchemaV1()

/** What is wrong with JSON that was given, one line each: where, and what was expected. `whole` names all of it. */
export const inJson = (error: Schema.SchemaError, whole = "configuration"): ReadonlyArray<string> =>
  leavesOf(error.issue, []).map(({ path, issue }) => {
    const [{ message } = { message: "" }] = format(issue).issues
    return `${pathText(path) || whole}: ${inOurWords(message)}`
  })

/** An issue that is not made of others, and where it stands. */
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
      const meant = likeliest(issue.issues.filter(({ _tag }) => _tag === "Composite"))
      return meant === undefined ? [{ path, issue }] : leavesOf(meant, path)
    }
    default:
      return [{ path, issue }]
  }
}

/** Of several shapes that an object does not have, the one whose names fit best: the others' faults would only mislead. */
const likeliest = (issues: ReadonlyArray<SchemaIssue.Issue>): SchemaIssue.Issue | undefined => {
  const strangers = (issue: SchemaIssue.Issue): number =>
    leavesOf(issue, []).filter(
      ({ path, issue: { _tag } }) => path.length === 1 && (_tag === "MissingKey" || _tag === "UnexpectedKey")
    ).length
  return issues.toSorted((a, b) => strangers(a) - strangers(b))[0]
}

const inOurWords = (message: string): string => {
  switch (message) {
    case "Missing key":
      return "expected a value, got nothing"
    case "Expected no excess property":
      return "no such name is known here"
    case "Expected CurrencyCode":
      return "expected a currency code such as EUR"
    default:
      return message.replace(/^Expected /, "expected ")
  }
}

/** Terminals that say the same where each should say something of its own. */
export const duplicates = <A>(
  terminals: ReadonlyArray<A>,
  key: string,
  valueFor: (terminal: A) => string | undefined
): ReadonlyArray<string> => {
  const seen = new Map<string, number>()
  return terminals.flatMap((terminal, index) => {
    const value = valueFor(terminal)
    if (value === undefined) return []
    const first = seen.get(value)
    if (first === undefined) {
      seen.set(value, index)
      return []
    }
    return [`terminals[${index}].${key}: ${value} is already taken by terminals[${first}]`]
  })
}

const pathText = (path: ReadonlyArray<PropertyKey>): string =>
  path.reduce<string>(
    (text, key) => (typeof key === "number" ? `${text}[${key}]` : text === "" ? String(key) : `${text}.${String(key)}`),
    ""
  )
