/**
 * Turns schema errors in JSON written by people into lines: the path, and what was expected.
 *
 * For configuration files and control calls; the expected value comes from the schema's own message.
 */
import type * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import * as SchemaIssue from "effect/SchemaIssue"
import * as CardNumber from "./CardNumber.ts"

const format = SchemaIssue.makeFormatterStandardSchemaV1()

/** One line per issue: the path, and what was expected. `whole` names the document where the path is empty. */
export const describe = (error: Schema.SchemaError, whole = "configuration"): ReadonlyArray<string> =>
  leavesOf(error.issue, []).map(({ path, issue }) => {
    const [{ message } = { message: "" }] = format(issue).issues
    const where = pathText(path) || whole
    if (issue._tag === "UnexpectedKey") return `${where}: no such name is known here; expected ${namesIn(issue.ast)}`
    const isNamed = /^Expected [A-Z]\w*(,|$)/.test(message)
    return `${where}: ${(isNamed ? expectedIn(issue) : undefined) ?? reword(message)}`
  })

/** The names that an object may have. */
const namesIn = (ast: SchemaAST.AST): string =>
  SchemaAST.isObjects(ast) && ast.propertySignatures.length > 0
    ? and(ast.propertySignatures.map(({ name }) => String(name)))
    : "none"

const and = (names: ReadonlyArray<string>): string =>
  [names.slice(0, -1).join(", "), ...names.slice(-1)].filter((each) => each !== "").join(" and ")

/** What was expected, for issues whose own message says no more than the schema's name. */
const expectedIn = (issue: SchemaIssue.Issue): string | undefined => {
  if (issue._tag === "InvalidType" && SchemaAST.isObjects(issue.ast)) return "expected an object"
  if (issue._tag !== "AnyOf") return undefined
  const literals = issue.ast.types.flatMap((type) => (SchemaAST.isLiteral(type) ? [JSON.stringify(type.literal)] : []))
  const areAll = literals.length === issue.ast.types.length && literals.length <= MOST_VALUES
  return areAll ? `expected ${literals.join(" | ")}` : undefined
}

/** A longer list, such as that of currencies, is given by its name instead. */
const MOST_VALUES = 20

/** The same in one line, with card numbers masked, because the JSON came over the network. */
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

/** The issue of the alternative whose keys fit the object best: those of the others would mislead. */
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
      return message
        .replace(/^Expected /, "expected ")
        .replace(/(?<=^expected | \| )\w+/g, (type) => typeNames[type] ?? type)
  }
}

const typeNames: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  boolean: "true or false",
  array: "a list",
  object: "an object"
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
