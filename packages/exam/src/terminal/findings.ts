/** The findings of an examination as text: one table, for a person's report and for the page of compatibility. Pure. */
import type { ExaminationResult, Observations } from "./Examination.ts"
import { actionSteps } from "./StepAnswers.ts"
import { versions } from "./terminalEntry.ts"

/** Only a request with a version older than the newest shows whether the terminal answers with a version of its own. */
const asAsked = ({ versions }: Observations): string => (versions.length > 1 ? "as asked" : known(undefined))

const NOT_KNOWN = "not known"

/** A finding as text; "not known" if no step has shown it. */
export const known = <A>(finding: A | undefined, toText: (finding: A) => string = String): string =>
  finding === undefined ? NOT_KNOWN : toText(finding)

const yesOrNo = (is: boolean): string => (is ? "yes" : "no")

/** The observations, and the steps left out. */
const listOf = (seen: ReadonlyArray<string> = [], leftOut: ReadonlyArray<string>): string => {
  if (leftOut.length === 0) return seen.join(", ") || "none"
  return [...(seen.length === 0 ? [] : [seen.join(", ")]), `${NOT_KNOWN}: ${leftOut.join(", ")}`].join("; ")
}

const versionsOf = ({ observations, leftOut }: ExaminationResult): string =>
  listOf(
    observations.versions,
    versions.flatMap(([version, , step]) => (leftOut.includes(step) ? [version] : []))
  )

const dislikesOf = ({ habits, leftOut }: ExaminationResult): string =>
  listOf(
    habits.dislikes,
    leftOut.flatMap((step) => /^field (..)$/.exec(step)?.[1] ?? [])
  )

const actionsOf = ({ habits, leftOut }: ExaminationResult): string =>
  listOf(
    habits.actions,
    actionSteps.flatMap(([action, step]) => (leftOut.includes(step) ? [action] : []))
  )

/** The CF in answers. */
const privateDataOf = ({ habits, observations }: ExaminationResult): string =>
  known(habits.echoesPrivateData, (echoes) =>
    echoes
      ? `repeated, ${observations.privateDataLength ?? "?"} of 60 characters`
      : habits.privateData === undefined
        ? "not repeated"
        : `its own: ${habits.privateData}`
  )

const redKeyOf = ({ redKey, amountOnRedKey }: ExaminationResult["habits"]): string =>
  known(redKey, (complement) => `AF=${complement || "none"}, ${amountOnRedKey === true ? "with" : "without"} CB`)

const afterAnswerOf = ({ closesAfterAnswer }: ExaminationResult["habits"]): string =>
  known(closesAfterAnswer, (closes) => (closes ? "ends the connection" : "keeps the connection"))

const timeOutOf = ({ timeOut }: Observations): string => known(timeOut, (complement) => `AF=${complement}`)

const ticketOf = ({ ticket, ticketEncoding }: Observations): string =>
  known(ticket, (came) => (came ? (ticketEncoding ?? "yes") : "none"))

const tipOf = ({ tip }: Observations): string => known(tip, (added) => (added === 0 ? "none" : "added to the amount"))

/** How an amount sent as two digits is returned. */
const paddingOf = ({ amountPadding }: Observations): string =>
  known(amountPadding, (amount) => {
    if (amount === "") return "not repeated"
    return amount.length === 2 ? "repeated as sent" : `repeated as ${amount}`
  })

const conversionOf = ({ conversion }: Observations): string =>
  known(conversion, (application) => `CC=${application}${/F$/.test(application) ? ", converted" : ""}`)

/** Each finding by its name. */
export const findings: ReadonlyArray<readonly [string, (result: ExaminationResult) => string]> = [
  ["versions", versionsOf],
  ["answers with version", ({ habits, observations }) => habits.answersVersion ?? asAsked(observations)],
  ["protocol identifier (CJ)", ({ habits }) => habits.protocolIdentifier ?? known(habits.redKey, () => "repeated")],
  ["CR LF after a request", ({ habits }) => known(habits.wantsLineEnd, (wants) => (wants ? "needed" : "not needed"))],
  ["fields it refuses", dislikesOf],
  ["order id (CF)", privateDataOf],
  ["amount (CB) of 2 digits", ({ observations }) => paddingOf(observations)],
  ["names its contract (CG)", ({ observations }) => known(observations.repeatsContract, yesOrNo)],
  ["ticket", ({ observations }) => ticketOf(observations)],
  ["ticket with a refusal", ({ habits }) => known(habits.ticketOnRefusal, yesOrNo)],
  ["reason of a refusal (AF)", ({ habits }) => known(habits.extendedComplement, (is) => `${is ? 29 : 2} characters`)],
  ["says that a card number is partial (AL)", ({ habits }) => known(habits.tellsPanType, yesOrNo)],
  ["red key", ({ habits }) => redKeyOf(habits)],
  ["no card in time", ({ observations }) => timeOutOf(observations)],
  ["second request while busy", ({ habits }) => known(habits.busy)],
  ["half-close", ({ habits }) => known(habits.halfClose)],
  ["after its answer", ({ habits }) => afterAnswerOf(habits)],
  ["BA=1", ({ habits }) => known(habits.immediate)],
  ["actions", actionsOf],
  ["duplicata proves the last payment", ({ observations }) => known(observations.duplicata, yesOrNo)],
  ["cancels the last sale", ({ observations }) => known(observations.cancelsLastSale, yesOrNo)],
  ["tip", ({ observations }) => tipOf(observations)],
  ["card of another currency", ({ observations }) => conversionOf(observations)],
  ["goes on after the line was cut", ({ observations }) => known(observations.goesOnAfterCut, yesOrNo)]
]
