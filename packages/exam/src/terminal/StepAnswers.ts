/** The answers of an examination's steps, and what they say of the terminal. Pure. */
import * as Tlv from "@hipay-pos/concert-codec/Tlv"
import { defined } from "@hipay-pos/core/Defined"
import type { Habits, Observations } from "./Examination.ts"
import { encodingOf } from "./encodingOf.ts"
import type { Heard } from "./Line.ts"

/** What came in each step; `undefined` where it was left out. */
export interface StepAnswers {
  readonly connectedIn: Observations["connectedIn"]
  readonly wantsLineEnd: boolean
  readonly red: Heard | undefined
  readonly approved: Heard | undefined
  readonly duplicata: Heard | undefined
  readonly cancel: Heard | undefined
  readonly cancelsLastSale: boolean | undefined
  readonly tip: Heard | undefined
  readonly converted: Heard | undefined
  readonly refused: Heard | undefined
  /** By what the request said. */
  readonly versions: ReadonlyMap<string, Heard | undefined>
  /** By the tag that the request had. */
  readonly fields: ReadonlyMap<string, Heard | undefined>
  readonly long: Heard | undefined
  readonly immediate: Heard | undefined
  readonly walkedAway: Heard | undefined
  readonly busy: Habits["busy"]
  readonly halfClosed: Heard | undefined
  readonly credit: Heard | undefined
  readonly identification: Heard | undefined
  readonly collection: Heard | undefined
  readonly goesOnAfterCut: boolean | undefined
  readonly keepsApproval: boolean | undefined
  readonly wakeUp: Observations["wakeUp"]
}

/** What is asked for where a tip is added, in minor units: a tenth of it can be seen. */
export const BEFORE_TIP = 50

/** A CF that is longer than many take. */
export const LONG_REFERENCE = "X".repeat(60)

type Answer = ReadonlyArray<Tlv.RawField>

/** CE of EUR, the currency of all that is asked for. */
export const EUR = "978"

/** The CE of an answer, where it is not EUR's. */
export const otherCurrencyOf = (answer: Answer): string | undefined => {
  const currency = Tlv.find(answer, "CE")?.trim()
  return currency === EUR || currency === "" ? undefined : currency
}

/** The habits that a profile of the simulator has. */
export const habitsOf = (answers: StepAnswers): Habits => {
  const red = firstOf(answers.red)
  const refusal = lastOf(answers.refused)
  const [version, identifier] = [Tlv.find(red, "CZ"), Tlv.find(red, "CJ")]
  // Some models have one only where a payment was approved.
  const privateData = [answers.approved, answers.refused, answers.red].map(privateDataOf).find(isPresent)
  const echoes = privateData !== undefined && isRepeated(privateData)
  const overridden = [...answers.versions].some(([asked, heard]) => {
    const answered = Tlv.find(firstOf(heard), "CZ")
    return answered !== undefined && answered !== asked
  })
  return {
    busy: answers.busy,
    closesAfterAnswer: answers.red?.closedByTerminal === true,
    halfClose: (answers.halfClosed?.answers.length ?? 0) > 0 ? "answers" : "hangs-up",
    redKey: complementOf(red) ?? "",
    amountOnRedKey: Tlv.find(red, "CB") !== undefined,
    ...defined({
      privateData: echoes ? undefined : privateData,
      answersVersion: overridden ? version : undefined,
      protocolIdentifier: identifier === "012345678901" ? undefined : identifier
    }),
    echoesPrivateData: echoes,
    dislikes: [...answers.fields].flatMap(([tag, heard]) => (heard && isMalformed(heard) ? [tag] : [])),
    wantsLineEnd: answers.wantsLineEnd,
    ticketOnRefusal: hasTicket(refusal),
    tellsPanType: Tlv.find(lastOf(answers.approved), "AL") !== undefined,
    extendedComplement: (Tlv.find(refusal, "AF")?.length ?? 0) > 2,
    immediate: immediateOf(answers.immediate),
    actions: ["debit", ...actions.flatMap(([action, step]) => (isSupported(answers[step]) ? [action] : []))]
  }
}

/** What else was seen. */
export const observationsOf = (answers: StepAnswers): Observations => {
  const { approved, duplicata, cancelsLastSale, tip, red, goesOnAfterCut, keepsApproval, wakeUp, connectedIn } = answers
  const done = lastOf(approved)
  const authorization = Tlv.find(done, "AC")
  const reference = Tlv.find(firstOf(answers.long), "CF")
  return {
    versions: [...answers.versions].flatMap(([version, heard]) =>
      heard !== undefined && heard.answers.length > 0 && !isMalformed(heard) ? [version] : []
    ),
    amountPadding: Tlv.find(firstOf(red), "CB") ?? Tlv.find(done, "CB"),
    privateDataLength: reference?.startsWith("X") ? reference.length : undefined,
    repeatsPrivateData: Tlv.find(done, "AE") === DONE ? isRepeated(privateDataOf(approved) ?? "") : undefined,
    repeatsContract: Tlv.find(done, "CG") !== undefined,
    ticket: Tlv.find(done, "AE") === DONE ? hasTicket(done) : undefined,
    ticketEncoding: encodingOf(done),
    timeOut: complementOf(firstOf(answers.walkedAway)),
    keepsConnection: red?.closedByTerminal !== true,
    goesOnAfterCut,
    keepsApproval,
    duplicata:
      duplicata === undefined || authorization === undefined
        ? undefined
        : Tlv.find(lastOf(duplicata), "AC") === authorization,
    cancelsLastSale,
    tip: tip && tipOf(lastOf(tip)),
    conversion: Tlv.find(lastOf(answers.converted), "CC"),
    wakeUp,
    connectedIn
  }
}

/** Whether the request was done. */
export const isDone = (heard: Heard): boolean => Tlv.find(firstOf(heard), "AE") === DONE

/** Whether the terminal took a request for a payment: it was done, or ended by the red key. */
export const isTaken = (heard: Heard): boolean => isDone(heard) || redKeys.includes(complementOf(firstOf(heard)) ?? "")

/** Whether the terminal refused a request for its format. */
export const isMalformed = (heard: Heard): boolean => complementOf(firstOf(heard)) === "09"

const DONE = "10"
const UNSUPPORTED = "12"

/** AF of a red key, as models differ. */
const redKeys: ReadonlyArray<string> = ["06", "11"]

/** The actions besides a debit, as profiles list them, and the step of each. */
const actions = [
  ["credit", "credit"],
  ["cancel", "cancel"],
  ["duplicata", "duplicata"],
  ["identification", "identification"],
  ["B", "collection"]
] as const

const isSupported = (heard: Heard | undefined): boolean =>
  heard !== undefined && heard.answers.length > 0 && complementOf(firstOf(heard)) !== UNSUPPORTED

const firstOf = (heard: Heard | undefined): Answer => heard?.answers[0] ?? []

const lastOf = (heard: Heard | undefined): Answer => heard?.answers.at(-1) ?? []

const privateDataOf = (heard: Heard | undefined): string | undefined => Tlv.find(heard?.answers.flat() ?? [], "CF")

const isPresent = (text: string | undefined): text is string => text !== undefined

/** Whether a CF is one that this examination sends. */
const isRepeated = (privateData: string): boolean => privateData.startsWith("EXAMINE-")

const complementOf = (answer: Answer): string | undefined => Tlv.find(answer, "AF")?.slice(0, 2)

const hasTicket = (answer: Answer): boolean => answer.some(({ tag }) => tag === "ZT" || tag === "AK")

/** What was charged beside the amount that was asked for; 0 where nothing was charged. */
const tipOf = (answer: Answer): number | undefined => {
  if (Tlv.find(answer, "AE") !== DONE) return 0
  return otherCurrencyOf(answer) === undefined ? Number(Tlv.find(answer, "CB") ?? BEFORE_TIP) - BEFORE_TIP : undefined
}

const immediateOf = (heard: Heard | undefined): Habits["immediate"] => {
  const statuses = heard?.answers.map((answer) => Tlv.find(answer, "AE")) ?? []
  if (statuses[0] === DONE) return "done"
  return statuses.length > 1 ? "acknowledge-then-final" : "acknowledge"
}
