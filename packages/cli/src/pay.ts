/**
 * `hipay-pos pay`, `refund` and `cancel`: one payment, directly at a terminal or through the API, recorded before
 * anything is sent.
 *
 * Exit code 0 approved, 10 declined, 11 approved in part, 2 usage, 3 not started, 4 unknown. An order with an earlier
 * attempt ends as that one did: 0 or 11 if it was paid, 4 if it is open or unknown, and 2 if it was paid with another
 * amount, or reversed since. A signal before the request was sent means 3; there may still be an earlier attempt of the
 * order. If anything ends the process after the request was sent, the outcome is unknown.
 */

import { CommandFailed, Flags, refuse } from "@hipay-pos/cli-kit"
import { AttemptJournal, findEarlier, openAttempt, PosClientError } from "@hipay-pos/client"
import { Finding, Money, type Order, OrderIdGenerator, OrderRules, type TransactionType } from "@hipay-pos/core"
import { defined } from "@hipay-pos/core/Defined"
import * as Cause from "effect/Cause"
import * as Console from "effect/Console"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { readAmount } from "./amount.ts"
import { contradictionIn } from "./contradiction.ts"
import { journalArgument, journalFlag, openJournal } from "./journal.ts"
import { credentialsArgument, credentialsFlag } from "./login.ts"
import type { PaymentInput, Verb } from "./PaymentRoute.ts"
import { payAtTerminal } from "./payAtTerminal.ts"
import { fromError, payThroughApi } from "./payThroughApi.ts"
import { makeWaiting } from "./progress.ts"
import * as Report from "./Report.ts"
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
  orderId: idFlag("order-id", "your id of the payment; made up by default"),
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

const perform = Effect.fnUntraced(function* (
  verb: Verb,
  transactionType: TransactionType.TransactionType,
  options: Options
) {
  const amount = yield* readAmount(verb, options.amount, options.currency)
  const where = yield* readWhere(verb, options)
  if (Option.isSome(options.reference) && Option.isSome(options.orderId)) {
    return yield* refuse(`${verb}: --reference and --order-id are the same; give one of them`)
  }
  const given = Option.orElse(options.reference, () => options.orderId)
  if (transactionType === "Cancel" && Option.isNone(given)) {
    return yield* refuse(`${verb}: expected --order-id: that of the sale which is reversed`)
  }
  if (transactionType !== "Cancel" && Option.isSome(given) && !OrderRules.isPlainOrderId(given.value))
    return yield* refuse(
      `${verb}: --order-id: expected ${OrderRules.PLAIN_ORDER_ID}, got ${Finding.describe(given.value, "")}`
    )
  const openedAt = Date.now()
  const id = `${openedAt.toString(36)}${(yield* Random.nextIntBetween(0, 36 ** 8 - 1)).toString(36).padStart(8, "0")}`
  const madeUp = yield* OrderIdGenerator.generate(OrderIdGenerator.Prefix.make("PAY"))
  let sent = false
  let onSent = () => {}
  const input: PaymentInput = {
    verb,
    amount,
    transactionType,
    orderId: Option.getOrElse(given, () => madeUp) as Order.OrderId,
    version: options.protocol,
    timeout: options.timeout,
    live: options.live,
    sent: () => {
      sent = true
      process.exitCode = Report.exitCodes.unknown
      onSent()
    }
  }
  const { orderId } = input
  const { minorUnits, currency } = amount
  const journal = openJournal(options.journal)
  const login = options.url === "" ? "" : credentialsArgument(options.credentials)
  const printing = { json: options.json, more: `${login}${yield* journalArgument(options.journal)}` }
  const beside = (attempts: typeof journal.attempts) =>
    Effect.map(attempts, (all) => all.filter((attempt) => attempt.id !== id))
  const remembered = {
    others: beside(journal.attempts),
    unsettled: Effect.map(beside(journal.unsettled ?? journal.attempts), (all) =>
      all.filter(AttemptJournal.isUnsettled)
    ),
    more: printing.more
  }

  // Once the attempt is open, a signal stops the waiting but not the terminal, so the end is still recorded and
  // reported. Before that, it stops everything.
  yield* Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const route = yield* restore(
        options.url === ""
          ? Effect.flatMap(findTerminal(verb, where, options), (found) => payAtTerminal(input, found, remembered))
          : payThroughApi(input, { ...options, host: where })
      )
      const { terminal } = route
      const opening = {
        ...{ id, orderId, transactionType, amount: minorUnits, currency, terminal, openedAt },
        mode: options.live ? "live" : "simulated",
        ...defined({ server: route.server })
      } as const
      const ofOrder = journal.ofOrder?.(orderId) ?? journal.attempts
      const opened = yield* Effect.result(restore(open(journal, opening)))
      if (Result.isFailure(opened)) {
        const report = yield* Effect.mapError(fromError(opened.failure, input), ({ message }) =>
          refuse(`${verb}: ${message}`)
        )
        const all = yield* Effect.orElseSucceed(ofOrder, () => [])
        const { server } = all.find((attempt) => attempt.id === report.attempt) ?? {}
        return yield* say({ ...report, orderId, server }, amount, printing)
      }

      const waiting = makeWaiting({
        what: `${Money.toText(amount)} at ${terminal}`,
        hint: "The red key cancels.",
        once: !options.json
      })
      onSent = waiting.left
      const exit = yield* Effect.exit(waiting.during(restore(route.perform)))
      const refused = Exit.isFailure(exit) ? Option.getOrUndefined(Cause.findErrorOption(exit.cause)) : undefined
      const report = Exit.isSuccess(exit)
        ? exit.value
        : refused !== undefined
          ? {
              ...Report.withoutOutcome("not-started", refused.message, amount, Report.nothingDone[transactionType]),
              why: refused.told
            }
          : sent
            ? Report.withoutOutcome("unknown", INTERRUPTED, amount)
            : interrupted(amount)
      const ended = { ...report, orderId, attempt: id, server: route.server }
      yield* write(verb, journal, ended, yield* route.answeredMode ?? Effect.undefined)
      if (refused !== undefined) return yield* stop(`${verb}: ${refused.message}`)
      const all = yield* Effect.orElseSucceed(ofOrder, () => [])
      const own = all.find((attempt) => attempt.id === id)
      const { paid } = Report.paidIn(report)
      if (report.outcome !== "not-started") {
        const contradiction = own && paid !== undefined ? contradictionIn(own, paid) : undefined
        const warnings = contradiction === undefined ? report.warnings : [...report.warnings, contradiction]
        return yield* say({ ...ended, warnings }, amount, printing)
      }
      // An attempt that did not reach the server supersedes neither what the server said of an earlier payment, nor the
      // approval that a person recorded meanwhile.
      const others = all.filter((attempt) => attempt !== own || AttemptJournal.isApproved(attempt))
      const told = findEarlier(others, { ...opening, amount })
      if (told?._tag === "AlreadyReversed" || told?._tag === "OrderIdConflict")
        return yield* stop(`${verb}: ${Report.needsAnotherId(told)}`)
      yield* told?._tag === "AlreadyApproved"
        ? say({ ...Report.fromEarlier(told, amount), orderId, server: route.server }, amount, printing)
        : say(ended, amount, printing)
    }).pipe(Effect.onInterrupt(() => Effect.ignore(say({ ...interrupted(amount), orderId }, amount, printing))))
  )
})

/** Opens an attempt, unless the order is paid or unsettled in the journal. */
const open = (journal: AttemptJournal.AttemptJournal, opening: AttemptJournal.Opening) =>
  Effect.tryPromise({ try: () => openAttempt(journal, opening), catch: (error) => error }).pipe(
    Effect.catch((error) => (error instanceof PosClientError ? Effect.fail(error) : Effect.die(error)))
  )

const INTERRUPTED = "the payment was interrupted here"

const interrupted = (amount: Money.Money): Report.Report =>
  Report.withoutOutcome("not-started", INTERRUPTED, amount, "Nothing was sent. Try again with the same order id.")

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
export const refund = Command.make("refund", flags, (options) => perform("refund", "Credit", options)).pipe(
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
  { ...flags, orderId: idFlag("order-id", "order id of the sale which is reversed") },
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

const write = (
  verb: Verb,
  journal: AttemptJournal.AttemptJournal,
  report: Report.Report & { readonly attempt: string },
  mode: AttemptJournal.Mode | undefined
) => {
  const ending = {
    id: report.attempt,
    state: report.outcome,
    endedAt: Date.now(),
    ...Report.paidIn(report),
    ...defined({
      detail: report.reason,
      reason: report.why,
      tip: report.tip,
      serverAttempt: report.serverAttempt,
      received: report.received,
      mode
    })
  }
  return Effect.catch(journal.end(ending), (error) => Console.error(`${verb}: ${error.message}`))
}

/** Ends with a refusal, even after the order was sent: the server proved that nothing of it reached a terminal. */
const stop = (line: string): Effect.Effect<never, CommandFailed> => {
  process.exitCode = 2
  return Effect.fail(refuse(line))
}

/** Prints a report, and ends with its exit code. */
export const say = Effect.fnUntraced(function* (
  report: Report.Report,
  asked: Money.Money,
  { json, more }: { readonly json: boolean; readonly more: string }
) {
  yield* Console.log(json ? JSON.stringify(report) : Report.toText(report, asked, more))
  const code = Report.exitCodes[report.outcome]
  process.exitCode = code
  if (code !== 0) return yield* new CommandFailed({ code })
})
