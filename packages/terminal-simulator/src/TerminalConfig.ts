/**
 * The configuration file for several terminals in one process: its schema, and the check that says what is wrong.
 *
 * Pure: files are read elsewhere. Beyond the schema, names, addresses and store files must not be used twice, and a
 * fault must make sense at its stage.
 */
import { CurrencyCode } from "@hipay-pos/core/Currency"
import { MerchantContract } from "@hipay-pos/core/TerminalTarget"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import * as Profile from "./Profile.ts"
import * as Script from "./Script.ts"
import type { Options } from "./TerminalSimulator.ts"

const Minor = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 999_999_999_999 }))

/** One terminal. Everything but its name has the default of the command line. */
export const TerminalConfig = Schema.Struct({
  name: Schema.NonEmptyString,
  host: Schema.optionalKey(Schema.NonEmptyString),
  /** 0 takes any free port. */
  port: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 65535 }))),
  profile: Schema.optionalKey(Schema.Literals(Profile.all.map(({ name }) => name))),
  cardholder: Schema.optionalKey(Script.CardholderConfig),
  pace: Schema.optionalKey(Schema.Literals(["instant", "human"])),
  seed: Schema.optionalKey(Schema.Union([Schema.String, Schema.Int])),
  faults: Schema.optionalKey(Schema.Array(Script.FaultConfig)),
  columns: Schema.optionalKey(Schema.Literals([24, 40])),
  shop: Schema.optionalKey(Schema.Array(Schema.String)),
  closesAfterAnswer: Schema.optionalKey(Schema.Boolean),
  contracts: Schema.optionalKey(Schema.Array(MerchantContract)),
  contactlessLimit: Schema.optionalKey(Minor),
  floorLimit: Schema.optionalKey(Minor),
  currencies: Schema.optionalKey(Schema.Array(CurrencyCode)),
  /** Path of the file that keeps what was approved. */
  store: Schema.optionalKey(Schema.NonEmptyString)
}).annotate({ identifier: "Terminal" })
export type TerminalConfig = typeof TerminalConfig.Type

/** Said of a file that is something else altogether. */
export const LIST_EXPECTED = 'expected an object such as { "terminals": [{ ... }] }'

/** The file. */
export const TerminalsConfig = Schema.Struct({
  $schema: Schema.optionalKey(Schema.String),
  terminals: Schema.NonEmptyArray(TerminalConfig)
}).annotate({ identifier: "Terminals", message: LIST_EXPECTED })
export type TerminalsConfig = typeof TerminalsConfig.Type

const decode = Schema.decodeUnknownResult(TerminalsConfig, { errors: "all", onExcessProperty: "error" })
const format = SchemaIssue.makeFormatterStandardSchemaV1()

/** What is wrong with JSON that was given, one line each: where, and what was expected. `whole` names all of it. */
export const problemsOf = (error: Schema.SchemaError, whole = "configuration"): ReadonlyArray<string> =>
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

/** The terminals of a configuration, or every problem of it, one line each: where, what was expected, what came. */
export const check = (json: unknown): Result.Result<ReadonlyArray<TerminalConfig>, ReadonlyArray<string>> => {
  const config = decode(json)
  if (Result.isFailure(config)) return Result.fail(problemsOf(config.failure))
  const { terminals } = config.success
  const problems = [
    ...duplicates(terminals, "name", ({ name }) => name),
    ...duplicates(terminals, "port", ({ host = "127.0.0.1", port = 8888 }) =>
      port === 0 ? undefined : `${host}:${port}`
    ),
    ...duplicates(terminals, "store", ({ store }) => store),
    ...terminals.flatMap(({ faults = [] }, index) =>
      faults.flatMap((fault, at) =>
        Result.match(Script.toFault(fault), {
          onSuccess: () => [],
          onFailure: ({ message }) => [`terminals[${index}].faults[${at}]: ${message}`]
        })
      )
    )
  ]
  return problems.length === 0 ? Result.succeed(terminals) : Result.fail(problems)
}

/** What a simulator needs of a terminal that was checked. Address and store are the caller's to open. */
export const toOptions = (config: TerminalConfig): Options => {
  const { profile, cardholder, faults, host: _, port: __, store: ___, ...same } = config
  const found = profile === undefined ? undefined : Profile.get(profile)
  return {
    ...same,
    ...(found === undefined ? {} : { profile: found }),
    ...(cardholder === undefined ? {} : { cardholder: Script.toCardholder(cardholder) }),
    ...(faults === undefined
      ? {}
      : {
          faults: faults.flatMap((fault) =>
            Result.match(Script.toFault(fault), { onSuccess: Array.of, onFailure: () => [] })
          )
        })
  }
}

/** The JSON schema of the file, for editors; published as `terminals.schema.json`. */
export const jsonSchema = (): unknown => {
  const { schema, definitions } = Schema.toJsonSchemaDocument(TerminalsConfig, { onExcessProperty: "error" })
  return { $schema: "https://json-schema.org/draft/2020-12/schema", ...schema, $defs: definitions }
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
