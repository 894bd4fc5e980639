/** What a terminal sent of an unknown payment, line by line, for the person who decides. */
import { paint, printable } from "@hipay-pos/cli-kit"
import { type AttemptDetail, AttemptJournal } from "@hipay-pos/client"
import * as Money from "@hipay-pos/core/Money"
import * as Receipt from "@hipay-pos/core/Receipt"
import type { EvidenceField, TerminalEvidence } from "@hipay-pos/core/TerminalEvidence"
import { amountText, keptAsShown, type ShownAttempt, stateText, summaryAsShown, toneOf } from "./formatAttempt.ts"
import { linksOf } from "./links.ts"
import { zonedTime } from "./localTime.ts"
import { urlArgument } from "./login.ts"

/** The lines; control characters are shown as dots. */
export const evidenceLines = ({
  received,
  fields,
  stopped,
  contradictions,
  status,
  amount,
  card,
  receipt
}: TerminalEvidence): ReadonlyArray<string> => [
  "What the terminal said:",
  ...line("payment", status === "done" ? "done" : status === "not-done" ? "not done" : undefined),
  ...line("amount", amount && Money.textOf(amount.minorUnits, amount.currency)),
  ...line("authorization", card.authorizationNumber),
  ...line("card", card.pan),
  ...contradictions.flatMap(({ message }) => line("contradiction", message)),
  ...line("stops at", stopped && `byte ${stopped.offset}: ${stopped.problem}`),
  ...line("fields", fields.map((field) => fieldText(field, receipt !== undefined)).join(" ") || undefined),
  ...line("received", received),
  ...(receipt === undefined ? [] : receiptLines(receipt))
]

/** A field's tag and value; of a ticket that is printed as text, the tag. */
const fieldText = ({ tag, value }: EvidenceField, hasReceipt: boolean): string =>
  hasReceipt && (tag === "ZT" || tag === "AK") ? `${tag}=(receipt)` : `${tag}=${value}`

const receiptLines = ({ customer, merchant, format }: Receipt.Receipt): ReadonlyArray<string> => [
  "  receipt",
  ...Receipt.toColumns(customer ?? merchant ?? "", 42, format).map((text) => `    ${printable(text)}`.trimEnd())
]

const line = (name: string, text: string | undefined): ReadonlyArray<string> =>
  text === undefined ? [] : [`  ${name.padEnd(15)} ${printable(text)}`]

/** All details of a server's attempt. */
export const formatDetail = (attempt: AttemptDetail, server?: string): ReadonlyArray<string> => {
  const { error, outcome, resolutions, timeline, tip, currency } = attempt
  return [
    ...head(summaryAsShown(attempt), attempt.endedAt),
    ...line("card", attempt.card?.pan),
    ...line("authorization", attempt.card?.authorizationNumber),
    ...line("attempt", server && linksOf(server, attempt.id).address),
    ...line("console", server && linksOf(server, attempt.id).console),
    ...(tip === undefined ? [] : line("tip", Money.textOf(tip, currency))),
    ...(error === undefined
      ? []
      : line(error.reason === "NotStarted" ? "not started" : "unknown", `${error.kind}: ${error.detail}`)),
    ...(error?.evidence === undefined ? [] : evidenceLines(error.evidence)),
    ...(outcome?._tag === "Other"
      ? line("outcome", `${outcome.name}, which this version does not know`)
      : (outcome?.warnings ?? []).flatMap(({ message }) => line("warning", message))),
    ...resolutions.flatMap(({ at, outcome: said, by, evidence, paid, authorizationNumber, lastFour }) =>
      line(
        "resolved",
        [
          `${zonedTime(at)} ${said} by ${by}: ${evidence}`,
          ...(paid === undefined ? [] : [`paid ${Money.textOf(paid, currency)}`]),
          ...(authorizationNumber === undefined ? [] : [`authorization ${authorizationNumber}`]),
          ...(lastFour === undefined ? [] : [`card ············${lastFour}`])
        ].join(", ")
      )
    ),
    ...timeline.flatMap((entry) => (entry.kind === "alarm" ? line("ALARM", entry.message) : []))
  ]
}

/** All details of an attempt of the journal. */
export const formatKeptDetail = (attempt: AttemptJournal.Attempt): ReadonlyArray<string> => {
  const { endings, server } = attempt
  const endedAt = endings.at(-1)?.endedAt
  const path = AttemptJournal.addressOf(attempt)
  const links = server !== undefined && path !== undefined ? linksOf(server, path) : undefined
  return [
    ...head(keptAsShown(attempt), endedAt === undefined ? undefined : new Date(endedAt).toISOString()),
    ...line("attempt", links?.address),
    ...line("console", links?.console),
    ...endings.flatMap(({ detail, authorizationNumber, by, evidence, received, endedAt }) => [
      ...line("said", detail),
      ...line("authorization", authorizationNumber),
      ...line(
        "resolved",
        by === undefined ? undefined : `${zonedTime(new Date(endedAt).toISOString())} by ${by}: ${evidence}`
      ),
      ...(received === undefined ? [] : evidenceLines(received))
    ])
  ]
}

const head = (attempt: ShownAttempt, endedAt: string | undefined): ReadonlyArray<string> => {
  const { id, openedAt, state, transactionType, amount, currency, paid, orderId, terminal } = attempt
  const asked = printable(`${transactionType}  ${amountText(paid, amount, currency)}`)
  const seconds = endedAt === undefined ? undefined : (Date.parse(endedAt) - Date.parse(openedAt)) / 1000
  // If the clock was set back meanwhile, the two times do not give the duration.
  const took = seconds === undefined || seconds < 0 ? "" : `, ended after ${seconds.toFixed(1)} s`
  return [
    `${paint(toneOf(state), stateText(attempt))}  ${asked}`,
    ...line("id", id),
    ...line("order id", orderId),
    ...line("terminal", terminal),
    ...line("opened", `${zonedTime(openedAt)}${took}`)
  ]
}

/** The command that asks an attempt's server; `more` holds its further arguments. */
export const askCommandFor = (id: string, server: string | undefined, more: string): string =>
  `hipay-pos resolve ${id}${urlArgument(server)}${more}`

/** The command that ends an attempt, here and at its server. */
export const commandFor = (id: string, server: string | undefined, more: string): string =>
  `${askCommandFor(id, server, more)} --outcome approved|declined --by NAME --evidence WHAT`
