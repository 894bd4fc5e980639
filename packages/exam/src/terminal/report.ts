/** What was found, as text for people and as an object for programs. */
import * as Currency from "@hipay-pos/core/Currency"
import { addressText } from "@hipay-pos/core/Host"
import type { ExaminationResult, Observations, Payment } from "./Examination.ts"
import { nameOf, toEntry } from "./terminalEntry.ts"
import { euros } from "./words.ts"

/** For programs: the profile, the entry of the terminals file, and everything that it rests on. */
export const toJson = (result: ExaminationResult) => {
  const { habits, ...rest } = result
  const known = nameOf(result)
  return { ...(known === undefined ? {} : { sameAs: known }), ...rest, profile: habits, terminal: toEntry(result) }
}

/** For people. */
export const toText = (result: ExaminationResult): string => {
  const { host, port, simulated, habits, observations, leftOut, unsafe, payments } = result
  const known = nameOf(result)
  const rows = [
    ["versions", observations.versions.join(", ") || "none"],
    ["CR LF after a request", habits.wantsLineEnd ? "needed" : "not needed"],
    ["fields it refuses", habits.dislikes.join(", ") || "none"],
    [
      "CF",
      habits.echoesPrivateData
        ? `repeated, ${observations.privateDataLength ?? "?"} characters`
        : (habits.privateData ?? "not repeated")
    ],
    ["amount (CB) of 2 digits", paddingOf(observations)],
    ["contract", observations.repeatsContract ? "named" : "not named"],
    ["ticket", ticketOf(observations)],
    ["ticket with a refusal", habits.ticketOnRefusal ? "yes" : "no"],
    ["red key", `AF=${habits.redKey || "none"}, ${habits.amountOnRedKey ? "with" : "without"} the amount`],
    ["no card", observations.timeOut === undefined ? "not known" : `AF=${observations.timeOut}`],
    ["second request while busy", habits.busy],
    ["half-close", habits.halfClose],
    ["after its answer", habits.closesAfterAnswer ? "ends the connection" : "keeps the connection"],
    ["BA=1", habits.immediate],
    ["actions", habits.actions.join(", ")],
    ["tip", tipOf(observations)],
    ["card of another currency", conversionOf(observations)],
    ["after a pause", wakeUpOf(observations)],
    ["connected in", `${observations.connectedIn[0]} ms, then ${observations.connectedIn[1]} ms`]
  ]
  return [
    `${addressText({ host, port })}${simulated ? ", simulated" : ""}${known === undefined ? "" : `: the habits of ${known}`}`,
    ...rows.map(([what = "", is = ""]) => `  ${what.padEnd(26)} ${is}`),
    ...(leftOut.length === 0 ? [] : ["", `Left out: ${leftOut.join(", ")}.`]),
    "",
    "What remains unsafe:",
    ...(unsafe.length === 0 ? ["  nothing that was seen"] : unsafe.map((sentence) => `  - ${sentence}`)),
    "",
    paidTable(payments)
  ].join("\n")
}

export const ticketOf = ({ ticket, ticketEncoding }: Observations): string =>
  ticket === undefined ? "not known" : ticket ? (ticketEncoding ?? "yes") : "none"

export const tipOf = ({ tip }: Observations): string =>
  tip === undefined ? "not known" : tip === 0 ? "none" : "added to the amount"

/** How an amount that was sent as two digits comes back. */
export const paddingOf = ({ amountPadding }: Observations): string =>
  amountPadding === undefined
    ? "not repeated"
    : amountPadding.length === 2
      ? "repeated as sent"
      : `repeated as ${amountPadding}`

export const conversionOf = ({ conversion }: Observations): string =>
  conversion === undefined ? "not known" : `CC=${conversion}${/F$/.test(conversion) ? ", converted" : ""}`

const wakeUpOf = ({ wakeUp }: Observations): string =>
  wakeUp === undefined ? "not known" : `connected after ${wakeUp.failed} failures, ${wakeUp.milliseconds} ms`

const stateText: Readonly<Record<Payment["state"], string>> = {
  paid: "paid",
  cancelled: "cancelled",
  unknown: "unknown",
  "taken-back": "taken back: not this examination's"
}

const currencyText = (numericCode: string): string => Currency.fromNumericCode(numericCode)?.code ?? `CE=${numericCode}`

/** What was paid, to be refunded or checked. */
export const paidTable = (payments: ReadonlyArray<Payment>): string =>
  [
    "Paid by this examination:",
    ...(payments.length === 0
      ? ["  nothing"]
      : payments.map(
          ({ orderId, amount, authorizationNumber = "-", otherCurrency, state }) =>
            `  ${orderId.padEnd(22)} ${euros(amount)}  authorization ${authorizationNumber.padEnd(10)} ${stateText[state]}${
              otherCurrency === undefined ? "" : `, answered in ${currencyText(otherCurrency)}: look at the receipt`
            }`
        ))
  ].join("\n")
