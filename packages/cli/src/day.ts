/** `hipay-pos day`: a day's totals at a server, per terminal and currency, and which payments are still unknown. */
import { Flags, jsonLine, paint, pluralize, printable, refuse } from "@hipay-pos/cli-kit"
import type { AttemptSummary } from "@hipay-pos/client"
import * as BusinessDay from "@hipay-pos/core/BusinessDay"
import * as Currency from "@hipay-pos/core/Currency"
import * as Money from "@hipay-pos/core/Money"
import { Locale } from "@hipay-pos/core/wire/AttemptQuery"
import { DayTotals, type TerminalTotals } from "@hipay-pos/core/wire/DayTotals"
import * as Console from "effect/Console"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { type AskedServer, connect } from "./AskedServer.ts"
import { toColumns } from "./columns.ts"
import { stateText, summaryAsShown } from "./formatAttempt.ts"
import { getFrom } from "./getFrom.ts"
import { credentialsArgument, credentialsFlag, urlArgument } from "./login.ts"
import { LOCAL } from "./serverFlags.ts"
import { undecidedAt } from "./undecidedAt.ts"

/** The verb. */
export const day = Command.make(
  "day",
  {
    day: Argument.String("day").pipe(
      Argument.withDescription(
        "today (the default), yesterday, or a day such as 2026-01-31, by the server's time zone and start of day"
      ),
      Argument.withDefault("today")
    ),
    csv: Flags.yes("csv", "print the totals as CSV: for programs, or with --locale for the spreadsheets of a language"),
    locale: Flags.string("locale").pipe(
      Flag.withSchema(Locale),
      Flag.withDescription("the language that amounts are written in, such as fr-FR; that of this machine by default"),
      Flag.optional
    ),
    json: Flags.yes("json", "print one JSON object: totals, and the payments whose outcome is not known"),
    url: Flags.text("url", `base URL of the mock or gateway, ${LOCAL} by default`, LOCAL),
    credentials: credentialsFlag
  },
  Effect.fnUntraced(function* ({ day, csv, locale, json, url, credentials }) {
    if (csv && json) return yield* refuse("day: --csv and --json exclude each other; give one of them")
    const asked = yield* connect("day", url, credentials)
    const which = day === "yesterday" ? BusinessDay.dayAfter((yield* totalsOf(asked, "today")).day, -1) : day
    if (csv) return yield* Console.log(yield* csvOf(asked, which, Option.getOrUndefined(locale)))
    const totals = yield* totalsOf(asked, which)
    const undecided = yield* undecidedAt(asked, { day: totals.day })
    if (json) return yield* Console.log(jsonLine({ ...totals, undecided }))
    const at = `${urlArgument(asked.server.href)}${credentialsArgument(credentials)}`
    const text = toText(totals, undecided, Option.getOrUndefined(locale), asked.server.href, at)
    yield* Console.log(text.join("\n"))
  })
).pipe(
  Command.withDescription(
    "Shows a day of a mock or a gateway: totals per terminal and currency, and the payments whose outcome is unknown."
  ),
  Command.withExamples([
    { command: "hipay-pos day", description: "Today, of the mock that hipay-pos mock starts" },
    { command: "hipay-pos day yesterday --url https://gateway.shop.example", description: "Of a gateway" },
    { command: "hipay-pos day 2026-01-31 --csv --locale fr-FR > day.csv", description: "For a French spreadsheet" }
  ])
)

const decodeTotals = Schema.decodeUnknownResult(Schema.fromJsonString(DayTotals))

const totalsOf = Effect.fnUntraced(function* (asked: AskedServer, day: string) {
  const read = decodeTotals(yield* getFrom(asked, `attempts?format=totals&day=${encodeURIComponent(day)}`))
  if (Result.isSuccess(read)) return read.success
  return yield* refuse(`day: ${asked.server.origin}: its answer cannot be read; does it have the same version?`)
})

/** The server's CSV has the attempts, an empty line, and the totals; spreadsheets want one table. */
const csvOf = Effect.fnUntraced(function* (asked: AskedServer, day: string, locale: string | undefined) {
  const query = new URLSearchParams({ format: "csv", day, ...(locale === undefined ? {} : { locale }) })
  const all = yield* getFrom(asked, `attempts?${query}`)
  const mark = all.startsWith("\uFEFF") ? "\uFEFF" : ""
  return mark + all.slice(all.lastIndexOf("\r\n\r\n") + 4).trimEnd()
})

/** Formats amounts for a language. */
const amountsIn =
  (locale = new Intl.NumberFormat().resolvedOptions().locale) =>
  (minorUnits: number, code: string): string => {
    const currency = Currency.fromCode(code)?.code
    return currency === undefined
      ? `${minorUnits} ${code}`
      : Money.format({ minorUnits: minorUnits as Money.SignedMinorUnits, currency }, locale)
  }

const header = ["TERMINAL", "DEBITS", "", "CREDITS", "", "CANCELLED", "", "TIPS", "UNKNOWN", "", "NET"]

const toText = (
  { day, totals }: DayTotals,
  undecided: ReadonlyArray<AttemptSummary>,
  locale: string | undefined,
  server: string,
  /** The arguments that name the server and the login. */
  at: string
): ReadonlyArray<string> => {
  const show = amountsIn(locale)
  const cells = ({ terminal, currency, debit, credit, cancel, tip, unknown, unknownReturned, net }: TerminalTotals) => {
    const both = ({ count, amount }: TerminalTotals["debit"]) =>
      count === 0 ? ["-", ""] : [String(count), show(amount, currency)]
    const returned = unknownReturned?.amount ?? 0
    const mayHaveMoved = [unknown.amount - returned, -returned].filter((amount) => amount !== 0)
    const [number = ""] = both(unknown)
    return [
      ...[terminal, ...both(debit), ...both(credit), ...both(cancel)],
      ...[
        tip === undefined ? "-" : show(tip.amount, currency),
        number,
        mayHaveMoved.map((amount) => show(amount, currency)).join(", "),
        show(net, currency)
      ]
    ]
  }
  const currencies = [...new Set(totals.map(({ currency }) => currency))]
  const sums = currencies.flatMap((currency) => {
    const of = totals.filter((each) => each.currency === currency)
    return of.length < 2 ? [] : [sumOf(of, currency)]
  })
  const title = paint("strong", `${day}  ${server}`)
  if (totals.length === 0 && undecided.length === 0) return [title, "No payments."]
  return [
    title,
    toColumns(header, [...totals, ...sums].map(cells), numbers),
    ...(undecided.length === 0
      ? [
          totals.some(({ unknown }) => unknown.count > 0)
            ? paint("odd", notFound)
            : "The outcome of every payment is known."
        ]
      : [
          paint("odd", `The outcome of ${pluralize(undecided.length, "payment")} is not known yet:`),
          ...undecided.map((attempt) => {
            const { id, orderId, amount, currency, terminal } = attempt
            const state = stateText(summaryAsShown(attempt)).padEnd(7)
            return printable(`  ${state}  ${show(amount, currency)}  ${terminal.name}  ${orderId}  ${id}`)
          }),
          `Look at the terminal, then: hipay-pos resolve ID${at}`
        ])
  ]
}

/** The message if payments are counted as unknown but none is listed. */
const notFound =
  "Payments under UNKNOWN may have ended since they were counted: repeat this, and look for those that stay in the server's console."

/** The right-aligned columns. */
const numbers = new Set([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])

const sumOf = (totals: ReadonlyArray<TerminalTotals>, currency: string): TerminalTotals => {
  const add = (part: (each: TerminalTotals) => TerminalTotals["debit"] | undefined) => ({
    count: totals.reduce((sum, each) => sum + (part(each)?.count ?? 0), 0),
    amount: totals.reduce((sum, each) => sum + (part(each)?.amount ?? 0), 0)
  })
  const tip = add((each) => each.tip)
  const unknownReturned = add((each) => each.unknownReturned)
  return {
    terminal: "all",
    currency,
    debit: add(({ debit }) => debit),
    credit: add(({ credit }) => credit),
    cancel: add(({ cancel }) => cancel),
    unknown: add(({ unknown }) => unknown),
    net: totals.reduce((sum, { net }) => sum + net, 0),
    ...(unknownReturned.count === 0 ? {} : { unknownReturned }),
    ...(tip.count === 0 ? {} : { tip })
  }
}
