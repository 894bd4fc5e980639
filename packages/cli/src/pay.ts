/**
 * `hipay-pos pay`, `refund` and `cancel`: one payment, directly at a terminal or through the API, recorded before
 * anything is sent.
 *
 * Exit code 0 approved, 10 declined, 11 approved in part, 2 usage, 3 not started, 4 unknown. An order with an earlier
 * attempt ends as that one did: 0 or 11 if it was paid, 4 if it is open or unknown, and 2 if it was paid with another
 * amount, or reversed since. A signal before the request was sent means 3; there may still be an earlier attempt of the
 * order. If anything ends the process after the request was sent, the outcome is unknown.
 */

import { type CommandFailed, Flags, refuse } from "@hipay-pos/cli-kit"
import { Finding, type Order, OrderIdGenerator, OrderRules, type TransactionType } from "@hipay-pos/core"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { readAmount } from "./amount.ts"
import { journalArgument, journalFlag, openJournal } from "./journal.ts"
import { credentialsArgument, credentialsFlag } from "./login.ts"
import type { Verb } from "./PaymentRoute.ts"
import { payAtTerminal } from "./payAtTerminal.ts"
import { payRecorded } from "./payRecorded.ts"
import { payThroughApi } from "./payThroughApi.ts"
import { findTerminal, profileFlag, protocolFlag, terminalsFlag, terminatorFlag } from "./terminalFlags.ts"

/** Refuses an empty text: a script with an empty variable would pay twice, under two generated ids. */
const idFlag = (name: string, description: string): Flag.Flag<Option.Option<string>> =>
  Flags.string(name).pipe(
    Flag.withSchema(Schema.String.check(Schema.isMinLength(1, { message: "expected an id" }))),
    Flag.withDescription(description),
    Flag.optional
  )

const flags = {
  amount: Argument.String("amount").pipe(Argument.withDescription("how much, such as 12.45")),
  currency: Flags.text("currency", "currency code, EUR by default", "EUR"),
  terminal: Flags.text("terminal", "HOST[:PORT] of the terminal: reached through --url, or else directly, over TCP"),
  terminals: terminalsFlag,
  url: Flags.text("url", "base URL of the API, or stage, or production"),
  host: Flag.withHidden(Flags.text("host", "an older name of --terminal, with --url")),
  contract: Flags.text("contract", "with --url: CONTRACT[/RANK[/APPLICATION]]", "1234567/001/001"),
  credentials: credentialsFlag,
  protocol: protocolFlag,
  profile: profileFlag,
  terminator: terminatorFlag,
  orderId: idFlag("order-id", "order id of the payment; made up by default"),
  reference: Flag.withHidden(idFlag("reference", "an older name of --order-id")),
  timeout: Flags.optionalDuration(
    "timeout",
    "how long to wait for the answer, 180s by default, 200s with --url",
    "1ms"
  ),
  live: Flags.yes("live", "allow a terminal or server that may move real money"),
  json: Flags.yes("json", "print one JSON object"),
  journal: journalFlag
}

/** The options of every verb here. */
type Options = Command.Command.Config.Infer<typeof flags>

/** The terminal, by the flag or by its older name for payments through a server. */
const readWhere = (verb: Verb, { terminal, host, url }: Options): Effect.Effect<string, CommandFailed> => {
  if (url !== "" && terminal !== "" && host !== "") {
    return Effect.fail(refuse(`${verb}: --terminal and --host are the same; give one of them`))
  }
  const where = terminal || (url === "" ? "" : host)
  return where === ""
    ? Effect.fail(refuse(`${verb}: expected --terminal HOST[:PORT], with --url URL to pay through the API`))
    : Effect.succeed(where)
}

/** The order's id, by either flag, or a new one. A cancellation needs the id of its sale, whatever that looks like. */
const readOrderId = Effect.fnUntraced(function* (
  verb: Verb,
  transactionType: TransactionType.TransactionType,
  { reference, orderId }: Options
) {
  if (Option.isSome(reference) && Option.isSome(orderId)) {
    return yield* refuse(`${verb}: --reference and --order-id are the same; give one of them`)
  }
  const given = Option.getOrUndefined(Option.orElse(reference, () => orderId))
  if (transactionType === "Cancel" && given === undefined) {
    return yield* refuse(`${verb}: expected --order-id: that of the sale which is reversed`)
  }
  if (given === undefined) return yield* OrderIdGenerator.generate(OrderIdGenerator.Prefix.make("PAY"))
  if (transactionType !== "Cancel" && !OrderRules.isPlainOrderId(given))
    return yield* refuse(
      `${verb}: --order-id: expected ${OrderRules.PLAIN_ORDER_ID}, got ${Finding.describe(given, "")}`
    )
  return given as Order.OrderId
})

const perform = Effect.fnUntraced(function* (
  verb: Verb,
  transactionType: TransactionType.TransactionType,
  options: Options
) {
  const { protocol: version, timeout, live, json, url } = options
  const amount = yield* readAmount(verb, options.amount, options.currency)
  const host = yield* readWhere(verb, options)
  const orderId = yield* readOrderId(verb, transactionType, options)
  const login = url === "" ? "" : credentialsArgument(options.credentials)
  const journal = openJournal(options.journal)
  const printing = { json, more: `${login}${yield* journalArgument(options.journal)}` }
  yield* payRecorded(
    { verb, amount, transactionType, orderId, version, timeout, live },
    { journal, printing },
    (input, remembered) =>
      url === ""
        ? Effect.flatMap(findTerminal(verb, host, options), (found) => payAtTerminal(input, found, remembered))
        : payThroughApi(input, { ...options, host })
  )
})

/** Pays; with either of two flags, the same as the other two verbs. */
export const pay = Command.make(
  "pay",
  {
    ...flags,
    credit: Flag.withHidden(Flags.yes("credit", "an older name of the verb refund")),
    cancel: Flag.withHidden(Flags.yes("cancel", "an older name of the verb cancel"))
  },
  ({ credit, cancel, ...options }) =>
    credit && cancel
      ? Effect.fail(refuse("pay: --credit and --cancel exclude each other"))
      : perform("pay", credit ? "Credit" : cancel ? "Cancel" : "Debit", options)
).pipe(
  Command.withDescription("Pays an amount at a Concert terminal, directly or through the API."),
  Command.withExamples([
    { command: "hipay-pos pay 12.45 --terminal 127.0.0.1:8888", description: "At a terminal, without the API" },
    {
      command: "hipay-pos pay 12.45 --url http://127.0.0.1:8080 --terminal 192.168.1.20",
      description: "Through the API"
    },
    {
      command: "hipay-pos pay 12.45 --terminal 192.168.1.20 --profile hipay-nepting --live --json",
      description: "At a real terminal, for a script"
    }
  ])
)

/** Gives money back. */
export const refund = Command.make(
  "refund",
  { ...flags, orderId: idFlag("order-id", "order id of this refund, not of the sale; made up by default") },
  (options) => perform("refund", "Credit", options)
).pipe(
  Command.withDescription("Gives an amount back at a terminal: a credit, to the card that is presented."),
  Command.withExamples([
    { command: "hipay-pos refund 5.00 --terminal 127.0.0.1:8888", description: "At a terminal, without the API" },
    {
      command: "hipay-pos refund 5.00 --url http://127.0.0.1:8080 --terminal 192.168.1.20",
      description: "Through the API"
    }
  ])
)

/** Reverses the last sale. */
export const cancel = Command.make(
  "cancel",
  { ...flags, orderId: idFlag("order-id", "order id of the sale that is reversed") },
  (options) => perform("cancel", "Cancel", options)
).pipe(
  Command.withDescription(
    "Reverses a terminal's last sale, by its order id and amount. Without --url it is refused unless the journal has that sale as the last payment there."
  ),
  Command.withExamples([
    {
      command: "hipay-pos cancel 12.45 --terminal 127.0.0.1:8888 --order-id SALE-1",
      description: "At a terminal, without the API"
    },
    {
      command: "hipay-pos cancel 12.45 --url http://127.0.0.1:8080 --terminal 192.168.1.20 --order-id SALE-1",
      description: "Through the API"
    }
  ])
)
