/**
 * The file that names the terminals of a shop: its schema, and the check that says what is wrong. Pure: files are read
 * elsewhere.
 */
import type * as ConcertTerminal from "@hipay-pos/concert-codec/ConcertTerminal"
import type { Address } from "@hipay-pos/concert-codec/Connection"
import * as Tip from "@hipay-pos/concert-codec/Tip"
import * as JsonIssues from "@hipay-pos/core/JsonIssues"
import { TextEncoding } from "@hipay-pos/core/Receipt"
import * as Duration from "effect/Duration"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { isForbidden } from "./ForbiddenAddress.ts"

/** A length of time, as on the command line. */
const Time = Schema.String.check(
  Schema.isPattern(/^\d+(\.\d+)?(ms|s|m|h)$/, { message: "expected a length of time such as 500ms, 180s or 3m" })
)

/** A length of time in which something can happen. */
const TimeAboveZero = Schema.String.check(
  Schema.isPattern(/^(?=.*[1-9])\d+(\.\d+)?(ms|s|m|h)$/, {
    message: "expected a length of time such as 500ms, 180s or 3m, above 0"
  })
)

/** A name, an IPv4 address, or an IPv6 address without brackets; an underscore is in names of some routers. */
const Host = Schema.String.check(
  Schema.isPattern(/^([A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.?|(?=.*:.*:)[0-9A-Fa-f:.]+(%[A-Za-z0-9_.-]+)?)$/, {
    message: "expected a name or an IP address, without a port (that is `port`), a scheme or spaces"
  })
)

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }

const toDuration = (text: string): Duration.Duration => {
  const [number = "", unit = ""] = text.match(/[\d.]+|[a-z]+/g) ?? []
  return Duration.millis(Number(number) * (units[unit] ?? 1))
}

/** The most that a cardholder may add to a debit. */
const HighestTip = Schema.String.check(
  Schema.makeFilter(
    (text) =>
      Tip.fromText(text) !== undefined ||
      `expected a share such as 20%, or an amount such as 5.00, got ${JSON.stringify(text)}`
  )
)

const Register = Schema.String.check(Schema.isPattern(/^(?!00)\d{2}$/, { expected: "two digits from 01 to 99" }))

/** One terminal. Only its host is needed; settings that are left out have the defaults of the codec. */
export const GatewayTerminal = Schema.Struct({
  /** For lists and totals; the address by default. */
  name: Schema.optionalKey(Schema.NonEmptyString),
  host: Host,
  port: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 65535 }))),
  version: Schema.optionalKey(Schema.Literals(["3.0", "3.1", "3.2"])),
  protocolIdentifier: Schema.optionalKey(Schema.String.check(Schema.isPattern(/^\d{12}$/))),
  register: Schema.optionalKey(Register),
  ticket: Schema.optionalKey(Schema.String.check(Schema.isPattern(/^(none|[01][012][01])$/))),
  authorization: Schema.optionalKey(Schema.Literals(["when-forced", "always", "never"])),
  orderIdLength: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 99 }))),
  reference: Schema.optionalKey(Schema.Boolean),
  forceApplication: Schema.optionalKey(Schema.Boolean),
  electronicReceipt: Schema.optionalKey(Schema.Boolean),
  answerAtEnd: Schema.optionalKey(Schema.Boolean),
  partialPayment: Schema.optionalKey(Schema.Boolean),
  /** What its tickets are written in; UTF-8 and Latin-1 are told apart by default. */
  ticketEncoding: Schema.optionalKey(TextEncoding),
  /** The most that a cardholder may add to a debit, as a share or an amount. No tip by default. */
  tip: Schema.optionalKey(HighestTip),
  requestTerminator: Schema.optionalKey(Schema.Literals(["none", "CR", "LF", "CRLF"])),
  connectTimeout: Schema.optionalKey(TimeAboveZero),
  answerTimeout: Schema.optionalKey(TimeAboveZero),
  lateAnswer: Schema.optionalKey(Time),
  queueTimeout: Schema.optionalKey(Time),
  drainWindow: Schema.optionalKey(Time),
  ticketWindow: Schema.optionalKey(Time),
  /** What is known of the model: whether its duplicata can be trusted, and whether CA and CF hold data of its own. */
  profile: Schema.optionalKey(
    Schema.Struct({
      name: Schema.NonEmptyString,
      duplicata: Schema.Boolean,
      ownRegister: Schema.optionalKey(Schema.Boolean),
      ownPrivateData: Schema.optionalKey(Schema.Boolean)
    })
  )
}).annotate({ identifier: "GatewayTerminal" })
export type GatewayTerminal = typeof GatewayTerminal.Type

/** The file. */
export const GatewayConfig = Schema.Struct({
  $schema: Schema.optionalKey(Schema.String),
  terminals: Schema.NonEmptyArray(GatewayTerminal)
}).annotate({ identifier: "GatewayTerminals", message: 'expected an object such as { "terminals": [{ ... }] }' })

const decode = Schema.decodeUnknownResult(GatewayConfig, { errors: "all", onExcessProperty: "error" })

/** The terminals of a configuration, or every problem of it, one line each: where, what was expected, what came. */
export const check = (json: unknown): Result.Result<ReadonlyArray<GatewayTerminal>, ReadonlyArray<string>> => {
  const config = decode(json)
  if (Result.isFailure(config)) return Result.fail(JsonIssues.describe(config.failure))
  const { terminals } = config.success
  const problems = problemsAmong(terminals)
  return problems.length === 0 ? Result.succeed(terminals) : Result.fail(problems)
}

/** Addresses that can be no terminal's, and names and addresses that are taken twice, a line each. */
export const problemsAmong = (terminals: ReadonlyArray<GatewayTerminal>): ReadonlyArray<string> => [
  ...terminals.flatMap(({ host }, index) =>
    isForbidden(host) ? [`terminals[${index}].host: expected the address of a terminal, got ${host}`] : []
  ),
  ...JsonIssues.duplicates(terminals, "name", ({ name }) => name),
  ...JsonIssues.duplicates(terminals, "host", (terminal) => addressText(addressOf(terminal)))
]

/** Where a terminal is. */
export const addressOf = ({ host, port = 8888 }: GatewayTerminal): Address => ({ host: host.toLowerCase(), port })

/** As orders name it: `host:port`. */
export const addressText = ({ host, port }: Address): string => `${host}:${port}`

/** What the codec needs to know of a terminal that was checked; `defaults` where the file says nothing. */
export const toSettings = (terminal: GatewayTerminal, defaults: ConcertTerminal.Settings): ConcertTerminal.Settings => {
  const {
    name: _,
    host: __,
    port: ___,
    connectTimeout,
    answerTimeout,
    queueTimeout,
    lateAnswer,
    drainWindow,
    ticketWindow,
    tip,
    ...same
  } = terminal
  const times = {
    connectDeadline: connectTimeout,
    answerDeadline: answerTimeout,
    queueWait: queueTimeout,
    lateAnswer,
    drainWindow,
    ticketWindow
  }
  const given = Object.entries(times).flatMap(([key, text]) =>
    text === undefined ? [] : [[key, toDuration(text)] as const]
  )
  const highestTip = tip === undefined ? undefined : Tip.fromText(tip)
  return { ...defaults, ...same, ...(highestTip && { tip: highestTip }), ...Object.fromEntries(given) }
}

/** The JSON schema of the file, for editors; published as `gateway.schema.json`. */
export const jsonSchema = (): unknown => {
  const { schema, definitions } = Schema.toJsonSchemaDocument(GatewayConfig, { onExcessProperty: "error" })
  return { $schema: "https://json-schema.org/draft/2020-12/schema", ...schema, $defs: definitions }
}
