/** The file with the terminals of a shop: its schema, and a check that lists its problems. Pure: files are read elsewhere. */
import type * as ConcertTerminal from "@hipay-pos/concert-codec/ConcertTerminal"
import type { Address } from "@hipay-pos/concert-codec/Connection"
import * as Tip from "@hipay-pos/concert-codec/Tip"
import { defined } from "@hipay-pos/core/Defined"
import * as DurationText from "@hipay-pos/core/DurationText"
import { isMisread } from "@hipay-pos/core/Host"
import * as JsonIssues from "@hipay-pos/core/JsonIssues"
import { isObject } from "@hipay-pos/core/JsonObject"
import { TextEncoding } from "@hipay-pos/core/Receipt"
import { guardName } from "@hipay-pos/server/Guards"
import * as Records from "effect/Record"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { isForbidden } from "./ForbiddenAddress.ts"

/** A length of time, as on the command line. */
const Time = Schema.String.check(
  Schema.isPattern(DurationText.PATTERN, { message: "expected a length of time such as 500ms, 180s or 3m" })
)

/** A length of time above 0. */
const TimeAboveZero = Schema.String.check(
  Schema.isPattern(DurationText.ABOVE_ZERO, {
    message: "expected a length of time such as 500ms, 180s or 3m, above 0"
  })
)

/** A name, an IPv4 address, or an IPv6 address without brackets; an underscore is in names of some routers. */
const Host = Schema.String.check(
  Schema.isPattern(/^([A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.?|(?=.*:.*:)[0-9A-Fa-f:.]+(%[A-Za-z0-9_.-]+)?)$/, {
    message: "expected a name or an IP address, without a port (that is `port`), a scheme or spaces"
  })
)

const isTip = Schema.makeFilter(
  (text: string) => Tip.fromText(text) !== undefined || `expected ${Tip.EXPECTED}, got ${JSON.stringify(text)}`
)

const Register = Schema.String.check(Schema.isPattern(/^(?!00)\d{2}$/, { expected: "two digits from 01 to 99" }))

const Ticket = Schema.String.check(
  Schema.isPattern(/^(none|[01][012][01])$/, {
    message:
      "expected none, or three digits: 1 for a ticket in the answer (0: no ticket), then 0 for the customer's copy, 1 for the merchant's, 2 for both, then 0 for text, 1 for HTML; such as 100 or 120"
  })
)

/** An optional setting, with its description and default for editors and for the documentation. */
const setting = <S extends Schema.Top>(schema: S, description: string, byDefault?: S["Type"]) =>
  Schema.optionalKey(schema.annotate({ description, ...(byDefault === undefined ? {} : { default: byDefault }) }))

/** One terminal. Only its host is needed; settings that are left out have the defaults of the codec. */
export const GatewayTerminal = Schema.Struct({
  name: setting(Schema.NonEmptyString, "Shown in lists and totals. Without it, the address."),
  host: Host.annotate({ description: "A name or an IP address, without a port. Orders name the terminal by it." }),
  port: setting(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 65535 })), "Its TCP port.", 8888),
  version: setting(
    Schema.Literals(["3.0", "3.1", "3.2"]),
    "The version of Concert that requests are sent in (CZ): 3.0, 3.1 or 3.2. Without it, the one that the order names."
  ),
  protocolIdentifier: setting(
    Schema.String.check(Schema.isPattern(/^\d{12}$/, { expected: "twelve digits" })),
    "The number that the Association du Paiement issues, twelve digits (CJ).",
    "012345678901"
  ),
  register: setting(Register, "The number of the register that asks (CA): two digits from 01 to 99.", "01"),
  ticket: setting(
    Ticket,
    "The ticket to ask for (CK): none, or three digits. The first is 1 for a ticket in the answer, 0 for no ticket; the second 0 for the customer's copy, 1 for the merchant's, 2 for both; the third 0 for text, 1 for HTML. Without it, 100 under version 3.2, and none under the others."
  ),
  authorization: setting(
    Schema.Literals(["when-forced", "always", "never"]),
    "When BB, the kind of authorization, is sent: when-forced sends it with orders that ask for a forced authorization, always with every order (forced or automatic, as the order says), never with none.",
    "when-forced"
  ),
  orderIdLength: setting(
    Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 99 })),
    "How many characters of the order id are sent (CF); 0 for none.",
    32
  ),
  reference: setting(Schema.Boolean, "Sends the order id as an external reference, too (CH).", false),
  forceApplication: setting(
    Schema.Boolean,
    "Forces the payment application of the order (CC), where the order names exactly one contract.",
    false
  ),
  electronicReceipt: setting(
    Schema.Boolean,
    "Sends the customer's phone number and e-mail address (BH, BI), so that the terminal can send a receipt.",
    false
  ),
  answerAtEnd: setting(
    Schema.Boolean,
    "Asks for the answer at the end of the transaction (BA=0), which is what terminals do without it.",
    false
  ),
  partialPayment: setting(
    Schema.Boolean,
    "Says whether a partial payment is accepted (BF). Without it, BF is not sent: some firmwares misbehave with it."
  ),
  ticketEncoding: setting(
    TextEncoding,
    "What its tickets are written in: auto tells UTF-8 and CP1252 (which includes Latin-1) apart, cp850 is for terminals whose tickets have accents wrong.",
    "auto"
  ),
  // `check` comes last: a check without a JSON schema drops the description annotated after it.
  tip: Schema.optionalKey(
    Schema.String.annotate({
      description:
        "The most that a cardholder may add to a debit: a share such as 20%, or an amount such as 5.00. Such a payment is approved with the amount that was charged. Without it, a higher amount is unknown."
    }).check(isTip)
  ),
  requestTerminator: setting(
    Schema.Literals(["none", "CR", "LF", "CRLF"]),
    "Sent behind each request: none, CR, LF or CRLF. Some terminal applications need it, others close the connection.",
    "none"
  ),
  connectTimeout: setting(
    TimeAboveZero,
    "How long its name may take to resolve, and again how long the connection may take. Without it, --connect-timeout (5s)."
  ),
  answerTimeout: setting(
    TimeAboveZero,
    "How long the answer may take after the request. The outcome is unknown then. Without it, --answer-timeout (180s)."
  ),
  lateAnswer: setting(
    Time,
    "How much longer the connection stays open for a late answer. Until then the terminal may still answer.",
    "10m"
  ),
  queueTimeout: setting(
    Time,
    "How long an order waits while the terminal serves another one; it is then refused as not started. Without it, --queue-timeout (10s)."
  ),
  drainWindow: setting(Time, "How long the connection must be quiet before an answer counts as complete.", "300ms"),
  ticketWindow: setting(
    Time,
    "The same, while the ticket that was asked for, the amount of a payment or the reason of a refusal is missing.",
    "1s"
  ),
  profile: setting(
    Schema.Struct({
      name: Schema.NonEmptyString.annotate({ description: "The model or firmware." }),
      duplicata: Schema.Boolean.annotate({
        description: "Its duplicata repeats the last transaction faithfully, so that it can prove a payment."
      }),
      ownRegister: setting(
        Schema.Boolean,
        "It fills CA with data of its own, not with the register that asked.",
        false
      ),
      ownPrivateData: setting(Schema.Boolean, "It fills CF with data of its own, not with the order id.", false)
    }),
    "What is known of the model. Without it, its duplicata proves nothing, and an answer with another register or another attempt's order id is unknown."
  )
}).annotate({ identifier: "GatewayTerminal" })
export type GatewayTerminal = typeof GatewayTerminal.Type

/** The file. */
export const GatewayConfig = Schema.Struct({
  $schema: Schema.optionalKey(Schema.String),
  terminals: Schema.NonEmptyArray(GatewayTerminal)
}).annotate({ identifier: "GatewayTerminals", message: 'expected an object such as { "terminals": [{ ... }] }' })

const exactly = { errors: "all", onExcessProperty: "error" } as const
const decode = Schema.decodeUnknownResult(GatewayConfig, exactly)
const decodeList = Schema.decodeUnknownResult(Schema.Struct({ terminals: Schema.Array(GatewayTerminal) }), exactly)

type Checked = Result.Result<ReadonlyArray<GatewayTerminal>, ReadonlyArray<string>>

/** The terminals of a configuration, or all of its problems, one line each: path, expected, actual. */
export const check = (json: unknown): Checked =>
  isObject(json) && Array.isArray(json.terminals) && json.terminals.length === 0
    ? Result.fail(["terminals: expected at least one terminal, got none"])
    : checked(decode(json))

/** The same for a program's list of terminals, which may be empty, and in which `undefined` counts as absent. */
export const checkList = (list: unknown): Checked =>
  checked(decodeList({ terminals: Array.isArray(list) ? list.map(withoutUndefined) : list }))

const withoutUndefined = (value: unknown): unknown =>
  isObject(value) ? defined(Records.map(value, withoutUndefined)) : value

const checked = (
  config: Result.Result<{ readonly terminals: ReadonlyArray<GatewayTerminal> }, Schema.SchemaError>
): Checked => {
  if (Result.isFailure(config)) return Result.fail(JsonIssues.describe(config.failure))
  const { terminals } = config.success
  const problems = problemsAmong(terminals)
  return problems.length === 0 ? Result.succeed(terminals) : Result.fail(problems)
}

/** Addresses that cannot be a terminal's, and duplicate names and addresses, one line each. */
export const problemsAmong = (terminals: ReadonlyArray<GatewayTerminal>): ReadonlyArray<string> => [
  ...terminals.flatMap(({ host }, index) => {
    const expected = isMisread(host)
      ? "four numbers without leading zeros, such as 192.168.1.20"
      : isForbidden(host) && "the address of a terminal"
    return expected ? [`terminals[${index}].host: expected ${expected}, got ${host}`] : []
  }),
  ...JsonIssues.duplicates("terminals", terminals, "name", ({ name }) => name),
  ...JsonIssues.duplicates("terminals", terminals, "host", (terminal) => guardName(addressOf(terminal)))
]

/** The address of a terminal. */
export const addressOf = ({ host, port = 8888 }: GatewayTerminal): Address => ({ host: host.toLowerCase(), port })

/** The codec's settings for a checked terminal; `defaults` for what the file leaves out. */
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
    connectTimeout,
    answerTimeout,
    queueTimeout,
    lateAnswer,
    drainWindow,
    ticketWindow
  }
  const given = Object.entries(times).flatMap(([key, text = ""]) => {
    const duration = DurationText.fromText(text)
    return duration === undefined ? [] : [[key, duration] as const]
  })
  const highestTip = tip === undefined ? undefined : Tip.fromText(tip)
  return { ...defaults, ...same, ...(highestTip && { tip: highestTip }), ...Object.fromEntries(given) }
}

/** The JSON schema of the file, for editors; published as `gateway.schema.json`. */
export const jsonSchema = (): unknown => {
  const { schema, definitions } = Schema.toJsonSchemaDocument(GatewayConfig, { onExcessProperty: "error" })
  return { $schema: "https://json-schema.org/draft/2020-12/schema", ...schema, $defs: definitions }
}
