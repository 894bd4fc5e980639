/**
 * `hipay-pos pay`: one payment, at a terminal directly or through the API, remembered before anything is sent.
 *
 * Exit code 0 approved, 10 declined, 11 approved in part, 2 usage, 3 not started, 4 unknown. Whatever ends the process
 * after the request was sent is unknown.
 */
import { AttemptJournal } from "@hipay-pos/client"
import { Money, type Order, type TransactionType } from "@hipay-pos/core"
import * as Currency from "@hipay-pos/core/Currency"
import { ExitWith, Flags, refuse } from "@hipay-pos/terminal-simulator/bin"
import * as Console from "effect/Console"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Result from "effect/Result"
import { journalFlag, openJournal } from "./journal.ts"
import { payAtTerminal } from "./payAtTerminal.ts"
import { payThroughApi } from "./payThroughApi.ts"
import * as Report from "./Report.ts"

const flags = {
  amount: Argument.String("amount").pipe(Argument.withDescription("what to pay, such as 12.45")),
  currency: Flags.text("currency", "currency code, EUR by default", "EUR"),
  terminal: Flags.text("terminal", "HOST[:PORT] of a terminal to pay at directly, over TCP"),
  url: Flags.text("url", "base URL of the API to pay through"),
  host: Flags.text("host", "with --url: HOST[:PORT] of the terminal"),
  contract: Flags.text("contract", "with --url: CONTRACT[/RANK[/APPLICATION]]", "1234567/001/001"),
  protocol: Flag.Literals("protocol", ["ConcertV3.1", "ConcertV3.2"]).pipe(
    Flag.withDescription("ConcertV3.2 by default"),
    Flag.withDefault("ConcertV3.2" as const)
  ),
  terminator: Flag.Literals("terminator", ["none", "CR", "LF", "CRLF"]).pipe(
    Flag.withDescription("with --terminal: what follows the request; the Nepting app wants CRLF"),
    Flag.withDefault("none" as const)
  ),
  credit: Flags.yes("credit", "give money back instead of taking it"),
  cancel: Flags.yes("cancel", "reverse the terminal's last debit"),
  reference: Flags.text("reference", "your id of the payment; made up by default"),
  orderId: Flags.text("order-id", "the same as --reference"),
  timeout: Flags.duration("timeout", "180s", "how long to wait for the answer"),
  live: Flags.yes("live", "allow a terminal or server that may move real money"),
  json: Flags.yes("json", "print one JSON object"),
  journal: journalFlag
}

/** One payment as it was asked for. */
export interface Asked {
  readonly amount: Money.Money
  readonly transactionType: TransactionType.TransactionType
  readonly orderId: Order.OrderId
  readonly version: "3.1" | "3.2"
  readonly timeout: Duration.Duration
  readonly terminator: "none" | "CR" | "LF" | "CRLF"
  readonly live: boolean
  /** Told once a byte may have left. */
  readonly sent: () => void
}

/** The verb. */
export const pay = Command.make(
  "pay",
  flags,
  Effect.fnUntraced(function* (options) {
    const amount = yield* readAmount(options.amount, options.currency)
    if (options.credit && options.cancel) return yield* refuse("pay: --credit and --cancel exclude each other")
    if ((options.terminal === "") === (options.url === "")) {
      return yield* refuse("pay: expected either --terminal HOST[:PORT] or --url URL with --host HOST[:PORT]")
    }
    const openedAt = Date.now()
    const id = `${openedAt.toString(36)}${process.pid.toString(36)}`
    let sent = false
    const asked: Asked = {
      amount,
      transactionType: options.credit ? "Credit" : options.cancel ? "Cancel" : "Debit",
      orderId: (options.reference || options.orderId || `PAY-${id.toUpperCase()}`) as Order.OrderId,
      version: options.protocol === "ConcertV3.2" ? "3.2" : "3.1",
      timeout: options.timeout,
      terminator: options.terminator,
      live: options.live,
      sent: () => {
        sent = true
        process.exitCode = Report.exitCodes.unknown
      }
    }
    const { terminal, perform } =
      options.terminal === ""
        ? yield* payThroughApi(asked, options.url, options.host, options.contract)
        : yield* payAtTerminal(asked, options.terminal)

    const journal = openJournal(options.journal)
    const { orderId, transactionType } = asked
    const opened = yield* Effect.result(
      Effect.andThen(
        refuseUnsettled(journal, asked),
        journal.open({
          id,
          orderId,
          transactionType,
          amount: amount.minorUnits,
          currency: amount.currency,
          terminal,
          openedAt
        })
      )
    )
    if (Result.isFailure(opened)) {
      return yield* say(Report.withoutOutcome("not-started", opened.failure.message, amount), amount, options.json)
    }
    if (!options.json) yield* Console.error(`${Money.toText(amount)} at ${terminal}: waiting. The red key cancels.`)

    // A signal stops the waiting, not what the terminal does: the end is still written down and said.
    yield* Effect.uninterruptibleMask((restore) =>
      Effect.flatMap(Effect.exit(restore(perform)), (exit) => {
        const report = Exit.isSuccess(exit)
          ? exit.value
          : Report.withoutOutcome(sent ? "unknown" : "not-started", "the payment was interrupted here", amount)
        return finish(journal, id, report, amount, options.json)
      })
    )
  })
).pipe(
  Command.withDescription("Pays an amount at a terminal, directly or through the API."),
  Command.withExamples([
    { command: "hipay-pos pay 12.45 --terminal 127.0.0.1:8888", description: "At a terminal, without the API" },
    { command: "hipay-pos pay 12.45 --url http://127.0.0.1:8080 --host 192.168.1.20", description: "Through the API" }
  ])
)

const finish = Effect.fnUntraced(function* (
  journal: AttemptJournal.AttemptJournal,
  id: string,
  report: Report.Report,
  asked: Money.Money,
  json: boolean
) {
  const ending = {
    id,
    state: report.outcome,
    endedAt: Date.now(),
    ...(report.reason === undefined ? {} : { detail: report.reason })
  }
  yield* Effect.catch(journal.end(ending), (error) => Console.error(`pay: ${error.message}`))
  return yield* say(report, asked, json)
})

const say = Effect.fnUntraced(function* (report: Report.Report, asked: Money.Money, json: boolean) {
  yield* Console.log(json ? JSON.stringify(report) : Report.toText(report, asked))
  const code = Report.exitCodes[report.outcome]
  process.exitCode = code
  if (code !== 0) return yield* new ExitWith({ code })
})

const readAmount = (decimal: string, code: string): Effect.Effect<Money.Money, ExitWith> => {
  const currency = Currency.fromCode(code)
  if (currency === undefined)
    return Effect.fail(refuse(`pay: --currency: expected a currency code such as EUR, got ${code}`))
  const money = Money.fromDecimal(decimal, currency.code)
  if (Result.isFailure(money)) return Effect.fail(refuse(`pay: amount: ${money.failure.message}`))
  return money.success.minorUnits > 0
    ? Effect.succeed(money.success)
    : Effect.fail(refuse(`pay: amount: expected more than nothing, got ${decimal}`))
}

/** The same id is not paid again while nobody knows how it ended, nor after it was paid. */
const refuseUnsettled = Effect.fnUntraced(function* (journal: AttemptJournal.AttemptJournal, asked: Asked) {
  const same = (yield* journal.attempts).filter(
    ({ orderId, transactionType }) => orderId === asked.orderId && transactionType === asked.transactionType
  )
  const open = same.find(AttemptJournal.isUnsettled)
  if (open !== undefined) {
    return yield* Effect.fail({
      message: `${asked.orderId} was sent before and nobody knows how it ended; once you do: hipay-pos resolve ${open.id}`
    })
  }
  const paid = same.find(({ state }) => state === "approved" || state === "approved-in-part")
  if (paid !== undefined)
    return yield* Effect.fail({ message: `${asked.orderId} was paid before (attempt ${paid.id})` })
})
