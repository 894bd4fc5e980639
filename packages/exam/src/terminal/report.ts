/** What was found, as text for people and as an object for programs. */
import * as Currency from "@hipay-pos/core/Currency"
import { addressText } from "@hipay-pos/core/Host"
import type { ExaminationResult, Observations, Payment } from "./Examination.ts"
import { actionSteps } from "./StepAnswers.ts"
import { nameOf, toEntry, versions } from "./terminalEntry.ts"
import { euros } from "./words.ts"

/** For programs: the profile, the entry of the terminals file, and everything that it rests on. */
export const toJson = (result: ExaminationResult) => {
  const { habits, ...rest } = result
  const sameAs = nameOf(result)
  return { ...(sameAs === undefined ? {} : { sameAs }), ...rest, profile: habits, terminal: toEntry(result) }
}

/** For people. */
export const toText = (result: ExaminationResult): string => {
  const { host, port, simulated, habits, observations, leftOut, unsafe, payments } = result
  const sameAs = nameOf(result)
  const rows = [
    ["versions", versionsOf(result)],
    ["CR LF after a request", known(habits.wantsLineEnd, (wants) => (wants ? "needed" : "not needed"))],
    ["fields it refuses", dislikesOf(result)],
    ["CF", privateDataOf(result)],
    ["amount (CB) of 2 digits", paddingOf(observations)],
    ["contract", known(observations.repeatsContract, (repeats) => (repeats ? "named" : "not named"))],
    ["ticket", ticketOf(observations)],
    ["ticket with a refusal", known(habits.ticketOnRefusal, yesOrNo)],
    ["red key", redKeyOf(habits)],
    ["no card", timeOutOf(observations)],
    ["second request while busy", known(habits.busy)],
    ["half-close", known(habits.halfClose)],
    ["after its answer", afterAnswerOf(habits)],
    ["BA=1", known(habits.immediate)],
    ["actions", actionsOf(result)],
    ["tip", tipOf(observations)],
    ["card of another currency", conversionOf(observations)],
    ["after a pause", wakeUpOf(observations)],
    ["connected in", `${observations.connectedIn[0]} ms, then ${observations.connectedIn[1]} ms`]
  ]
  return [
    `${addressText({ host, port })}${simulated ? ", simulated" : ""}${sameAs === undefined ? "" : `: the habits of ${sameAs}`}`,
    ...rows.map(([what = "", is = ""]) => `  ${what.padEnd(26)} ${is}`),
    ...(leftOut.length === 0 ? [] : ["", `Left out: ${leftOut.join(", ")}.`]),
    "",
    "What remains unsafe:",
    ...(unsafe.length === 0 ? ["  nothing that was seen"] : unsafe.map((sentence) => `  - ${sentence}`)),
    "",
    paidTable(payments)
  ].join("\n")
}

const NOT_KNOWN = "not known"

/** A finding as text; what no step has shown is not known. */
export const known = <A>(finding: A | undefined, toText: (finding: A) => string = String): string =>
  finding === undefined ? NOT_KNOWN : toText(finding)

export const yesOrNo = (is: boolean): string => (is ? "yes" : "no")

/** What was seen, and what was left out. */
const listOf = (seen: ReadonlyArray<string> = [], leftOut: ReadonlyArray<string>): string => {
  if (leftOut.length === 0) return seen.join(", ") || "none"
  return [...(seen.length === 0 ? [] : [seen.join(", ")]), `${NOT_KNOWN}: ${leftOut.join(", ")}`].join("; ")
}

export const versionsOf = ({ observations, leftOut }: ExaminationResult): string =>
  listOf(
    observations.versions,
    versions.flatMap(([version, , step]) => (leftOut.includes(step) ? [version] : []))
  )

export const dislikesOf = ({ habits, leftOut }: ExaminationResult): string =>
  listOf(
    habits.dislikes,
    leftOut.flatMap((step) => /^field (..)$/.exec(step)?.[1] ?? [])
  )

export const actionsOf = ({ habits, leftOut }: ExaminationResult): string =>
  listOf(
    habits.actions,
    actionSteps.flatMap(([action, step]) => (leftOut.includes(step) ? [action] : []))
  )

/** What comes back in CF. */
export const privateDataOf = ({ habits, observations }: ExaminationResult): string =>
  known(habits.echoesPrivateData, (echoes) =>
    echoes
      ? `repeated, ${observations.privateDataLength ?? "?"} of 60 characters`
      : habits.privateData === undefined
        ? "not repeated"
        : `its own: ${habits.privateData}`
  )

export const redKeyOf = ({ redKey, amountOnRedKey }: ExaminationResult["habits"]): string =>
  known(redKey, (complement) => `AF=${complement || "none"}, ${amountOnRedKey === true ? "with" : "without"} CB`)

export const afterAnswerOf = ({ closesAfterAnswer }: ExaminationResult["habits"]): string =>
  known(closesAfterAnswer, (closes) => (closes ? "ends the connection" : "keeps the connection"))

export const timeOutOf = ({ timeOut }: Observations): string => known(timeOut, (complement) => `AF=${complement}`)

export const ticketOf = ({ ticket, ticketEncoding }: Observations): string =>
  known(ticket, (came) => (came ? (ticketEncoding ?? "yes") : "none"))

export const tipOf = ({ tip }: Observations): string =>
  known(tip, (added) => (added === 0 ? "none" : "added to the amount"))

/** How an amount that was sent as two digits comes back. */
export const paddingOf = ({ amountPadding }: Observations): string =>
  known(amountPadding, (amount) => {
    if (amount === "") return "not repeated"
    return amount.length === 2 ? "repeated as sent" : `repeated as ${amount}`
  })

export const conversionOf = ({ conversion }: Observations): string =>
  known(conversion, (application) => `CC=${application}${/F$/.test(application) ? ", converted" : ""}`)

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
