/** The results, as text for people and as an object for programs. */
import * as Currency from "@hipay-pos/core/Currency"
import { addressText } from "@hipay-pos/core/Host"
import type { ExaminationResult, Observations, Payment } from "./Examination.ts"
import { findings, known } from "./findings.ts"
import { nameOf, toEntry } from "./terminalEntry.ts"
import { euros } from "./words.ts"

/** For programs: the profile, the entry of the terminals file, and all evidence. */
export const toJson = (result: ExaminationResult) => {
  const { habits, ...rest } = result
  const sameAs = nameOf(result)
  return { ...(sameAs === undefined ? {} : { sameAs }), ...rest, profile: habits, terminal: toEntry(result) }
}

/** For people. */
export const toText = (result: ExaminationResult): string => {
  const { host, port, simulated, observations, leftOut, unsafe, payments } = result
  const sameAs = nameOf(result)
  const rows = [
    ...findings.map(([name, of]) => [name, of(result)]),
    ["after a pause", wakeUpOf(observations)],
    ["connected in", `${observations.connectedIn[0]} ms, then ${observations.connectedIn[1]} ms`]
  ]
  return [
    `${addressText({ host, port })}${simulated ? ", simulated" : ""}${sameAs === undefined ? "" : `: the habits of ${sameAs}`}`,
    ...rows.map(([what = "", is = ""]) => `  ${what.padEnd(40)} ${is}`),
    ...(leftOut.length === 0 ? [] : ["", `Left out: ${leftOut.join(", ")}.`]),
    "",
    "What remains unsafe:",
    ...(unsafe.length === 0
      ? [
          leftOut.length === 0
            ? "  nothing that was seen"
            : "  nothing in the steps that were made; the others were left out"
        ]
      : unsafe.map((sentence) => `  - ${sentence}`)),
    "",
    paidTable(payments)
  ].join("\n")
}

const wakeUpOf = ({ wakeUp }: Observations): string =>
  known(wakeUp, ({ failed, milliseconds }) => `connected after ${failed} failures, ${milliseconds} ms`)

const stateText: Readonly<Record<Payment["state"], string>> = {
  paid: "paid",
  credited: "paid out: look at the terminal's journal",
  cancelled: "cancelled",
  unknown: "unknown",
  "taken-back": "cancelled, but not a sale of this examination"
}

const currencyText = (numericCode: string): string => Currency.fromNumericCode(numericCode)?.code ?? `CE=${numericCode}`

/** The payments made, to be refunded or checked. */
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
