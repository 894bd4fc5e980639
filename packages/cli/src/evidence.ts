/** What a terminal said of a payment whose outcome is unknown, line by line, for the person who decides. */
import type { AttemptDetail } from "@hipay-pos/client"
import * as Money from "@hipay-pos/core/Money"
import type { TerminalEvidence } from "@hipay-pos/core/TerminalEvidence"
import { formatSummary } from "./formatAttempt.ts"

/** The lines; what could move a cursor is shown as a dot. */
export const evidenceLines = ({
  received,
  fields,
  stopped,
  contradictions,
  status,
  amount,
  card
}: TerminalEvidence): ReadonlyArray<string> => [
  "What the terminal said:",
  ...line("payment", status === "done" ? "done" : status === "not-done" ? "not done" : undefined),
  ...line("amount", amount && Money.toText(amount)),
  ...line("authorization", card.authorizationNumber),
  ...line("card", card.pan),
  ...contradictions.flatMap(({ message }) => line("contradiction", message)),
  ...line("stops at", stopped && `byte ${stopped.offset}: ${stopped.problem}`),
  ...line("fields", fields.map(({ tag, value }) => `${tag}=${value}`).join(" ") || undefined),
  ...line("received", received)
]

const line = (name: string, text: string | undefined): ReadonlyArray<string> =>
  text === undefined ? [] : [`  ${name.padEnd(15)} ${text.replace(/\p{Cc}/gu, ".")}`]

/** All of an attempt of a server. */
export const formatDetail = (attempt: AttemptDetail): ReadonlyArray<string> => {
  const { error, resolutions, timeline, tip, currency } = attempt
  return [
    formatSummary(attempt),
    ...(tip === undefined ? [] : line("tip", `${tip} minor units of ${currency}`)),
    ...(error === undefined
      ? []
      : line(error.reason === "NotStarted" ? "not started" : "unknown", `${error.kind}: ${error.detail}`)),
    ...(error?.evidence === undefined ? [] : evidenceLines(error.evidence)),
    ...resolutions.flatMap(({ at, outcome, by, evidence, paid, authorizationNumber, lastFour }) =>
      line(
        "resolved",
        [
          `${at} ${outcome} by ${by}: ${evidence}`,
          ...(paid === undefined ? [] : [`paid ${paid} minor units of ${currency}`]),
          ...(authorizationNumber === undefined ? [] : [`authorization ${authorizationNumber}`]),
          ...(lastFour === undefined ? [] : [`card ············${lastFour}`])
        ].join(", ")
      )
    ),
    ...timeline.flatMap((entry) => (entry.kind === "alarm" ? line("ALARM", entry.message) : []))
  ]
}

/** The command that ends an attempt, here and at its server. */
export const commandFor = (id: string, server: string | undefined): string =>
  `hipay-pos resolve ${id}${server === undefined || server === "" ? "" : ` --url ${server}`} --outcome approved|declined --by NAME --evidence WHAT`
