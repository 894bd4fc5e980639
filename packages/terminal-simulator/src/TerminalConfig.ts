/**
 * The configuration file for several terminals in one process: its schema and its checks.
 *
 * Pure: files are read elsewhere. Beyond the schema, names, addresses and store files must be unique, and a fault must
 * be possible at its stage and beside the others.
 */

import { CurrencyCode } from "@hipay-pos/core/Currency"
import { defined } from "@hipay-pos/core/Defined"
import * as JsonIssues from "@hipay-pos/core/JsonIssues"
import { MerchantContract } from "@hipay-pos/core/TerminalTarget"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Script from "./cardholder/Script.ts"
import * as ActiveFaults from "./faults/ActiveFaults.ts"
import type { Fault } from "./faults/Fault.ts"
import * as Profile from "./profiles/Profile.ts"
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
  /** Path of the file that keeps approved operations. */
  store: Schema.optionalKey(Schema.NonEmptyString)
}).annotate({ identifier: "Terminal" })
export type TerminalConfig = typeof TerminalConfig.Type

/** The error for a file that is not a list of terminals. */
const LIST_EXPECTED = 'expected an object such as { "terminals": [{ ... }] }'

/** The file. */
export const TerminalsConfig = Schema.Struct({
  $schema: Schema.optionalKey(Schema.String),
  terminals: Schema.NonEmptyArray(TerminalConfig)
}).annotate({ identifier: "Terminals", message: LIST_EXPECTED })
export type TerminalsConfig = typeof TerminalsConfig.Type

const decode = Schema.decodeUnknownResult(TerminalsConfig, { errors: "all", onExcessProperty: "error" })

/** The terminals of a configuration, or all its problems, one line each: path, expected, got. */
export const check = (json: unknown): Result.Result<ReadonlyArray<TerminalConfig>, ReadonlyArray<string>> => {
  const config = decode(json)
  if (Result.isFailure(config)) return Result.fail(JsonIssues.describe(config.failure))
  const { terminals } = config.success
  const problems = [
    ...JsonIssues.duplicates("terminals", terminals, "name", ({ name }) => name),
    ...JsonIssues.duplicates("terminals", terminals, "port", ({ host = "127.0.0.1", port = 8888 }) =>
      port === 0 ? undefined : `${host}:${port}`
    ),
    ...JsonIssues.duplicates("terminals", terminals, "store", ({ store }) => store),
    ...terminals.flatMap(({ faults = [] }, index) =>
      problemsOf(faults).map(([at, problem]) => `terminals[${index}].faults[${at}]: ${problem}`)
    )
  ]
  return problems.length === 0 ? Result.succeed(terminals) : Result.fail(problems)
}

/** The faults that cannot be set, by their place in the list. */
const problemsOf = (
  configs: ReadonlyArray<Script.FaultConfig>
): ReadonlyArray<readonly [at: number, problem: string]> => {
  const set: Array<Fault> = []
  return configs.flatMap((config, at) => {
    const fault = Script.toFault(config)
    if (Result.isFailure(fault)) return [[at, fault.failure.message] as const]
    const conflict = ActiveFaults.conflict(fault.success, set)
    set.push(fault.success)
    return conflict === undefined ? [] : [[at, conflict.message] as const]
  })
}

/** The simulator options of a checked terminal. The caller opens address and store. */
export const toOptions = (config: TerminalConfig): Options => {
  const { profile, cardholder, faults, host: _, port: __, store: ___, ...same } = config
  return {
    ...same,
    ...defined({
      profile: profile === undefined ? undefined : Profile.get(profile),
      cardholder: cardholder && Script.toCardholder(cardholder),
      faults: faults?.flatMap((fault) =>
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
