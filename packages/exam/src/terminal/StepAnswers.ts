/** The answers of an examination's steps, and what they show about the terminal. Pure. */
import * as Tlv from "@hipay-pos/concert-codec/Tlv"
import * as Card from "@hipay-pos/core/Card"
import { defined } from "@hipay-pos/core/Defined"
import { CANCEL, COLLECTION, type Habits, type Observations } from "./Examination.ts"
import { encodingOf } from "./encodingOf.ts"
import type { RawAnswer } from "./RawExchange.ts"

/** The answers of each step; `undefined` if it was left out. */
export interface StepAnswers {
  readonly connectedIn: Observations["connectedIn"]
  readonly wantsLineEnd: boolean | undefined
  readonly red: RawAnswer | undefined
  readonly approved: RawAnswer | undefined
  readonly duplicata: RawAnswer | undefined
  readonly provesByDuplicata: boolean | undefined
  readonly cancel: RawAnswer | undefined
  readonly cancelsLastSale: boolean | undefined
  readonly tip: RawAnswer | undefined
  readonly converted: RawAnswer | undefined
  readonly refused: RawAnswer | undefined
  /** By the version in the request. */
  readonly versions: ReadonlyMap<string, RawAnswer | undefined>
  /** By the tag that the request had. */
  readonly fields: ReadonlyMap<string, RawAnswer | undefined>
  readonly long: RawAnswer | undefined
  readonly immediate: RawAnswer | undefined
  readonly walkedAway: RawAnswer | undefined
  readonly busy: Habits["busy"]
  readonly halfClosed: RawAnswer | undefined
  readonly credit: RawAnswer | undefined
  readonly identification: RawAnswer | undefined
  readonly collection: RawAnswer | undefined
  readonly goesOnAfterCut: boolean | undefined
  readonly keepsApproval: boolean | undefined
  readonly wakeUp: Observations["wakeUp"]
}

/** The requested amount of the tip step, in minor units: large enough for a tip of a tenth to show. */
export const BEFORE_TIP = 50

/** The CF of the payment that a duplicata is to repeat. */
export const SALE_REFERENCE = "EXAMINE-TICKET"

/** A CF that is too long for many terminals. */
export const LONG_REFERENCE = "X".repeat(60)

type Answer = ReadonlyArray<Tlv.RawField>

/** CA of all requests. */
export const REGISTER = "01"

/** CE of EUR, the currency of all requests. */
export const EUR = "978"

/** The CE of an answer, if it is not that of EUR. */
export const otherCurrencyOf = (answer: Answer): string | undefined => {
  const currency = Tlv.find(answer, "CE")?.trim()
  return currency === EUR || currency === "" ? undefined : currency
}

/** The AC of an answer, if that is a number. */
export const authorizationNumberOf = (answer: Answer | undefined): string | undefined =>
  Card.authorizationNumberOf(answer && Tlv.find(answer, "AC"))

/** The fields of a simulator profile that the steps have shown. */
export const habitsOf = (answers: StepAnswers): Habits => {
  const red = answered(answers.red)?.answers[0]
  const refusal = answered(answers.refused)?.answers.at(-1)
  const done = doneIn(answers.approved)
  const identifier = red && Tlv.find(red, "CJ")
  // Some models have one only for an approved payment.
  const privateData = [answers.approved, answers.refused, answers.red].map(privateDataOf).find(isPresent)
  const echoes = privateData === undefined && done === undefined ? undefined : isRepeated(privateData ?? "")
  const tried = [...answers.fields].filter(([, raw]) => raw !== undefined)
  const [ownVersion] = [...answers.versions].flatMap(([asked, raw]) => {
    const told = Tlv.find(firstOf(raw), "CZ")
    return told === undefined || told === asked ? [] : [told]
  })
  return defined({
    busy: answers.busy,
    closesAfterAnswer: answered(answers.red)?.closedByTerminal,
    halfClose: halfCloseOf(answers.halfClosed),
    redKey: red && (complementOf(red) ?? ""),
    amountOnRedKey: red && Tlv.find(red, "CB") !== undefined,
    privateData: echoes ? undefined : privateData,
    answersVersion: ownVersion,
    protocolIdentifier: identifier === "012345678901" ? undefined : identifier,
    echoesPrivateData: echoes,
    dislikes: tried.length === 0 ? undefined : tried.flatMap(([tag, raw]) => (raw && isMalformed(raw) ? [tag] : [])),
    wantsLineEnd: answers.wantsLineEnd,
    ticketOnRefusal: refusal && hasTicket(refusal),
    tellsPanType: done && Tlv.find(done, "AL") !== undefined,
    extendedComplement: refusal && (Tlv.find(refusal, "AF")?.length ?? 0) > 2,
    immediate: immediateOf(answers.immediate),
    actions: red === undefined && done === undefined ? undefined : actionsOf(answers)
  })
}

/** The other observations. */
export const observationsOf = (answers: StepAnswers): Observations => {
  const { approved, provesByDuplicata, cancelsLastSale, tip, goesOnAfterCut, keepsApproval, wakeUp, connectedIn } =
    answers
  const done = doneIn(approved)
  const reference = Tlv.find(firstOf(answers.long), "CF")
  return {
    versions: [...answers.versions].flatMap(([version, raw]) =>
      raw !== undefined && raw.answers.length > 0 && !isMalformed(raw) ? [version] : []
    ),
    amountPadding: Tlv.find(firstOf(answers.red), "CB") ?? (done && (Tlv.find(done, "CB") ?? "")),
    privateDataLength: reference?.startsWith("X") ? reference.length : undefined,
    repeatsPrivateData: done && isRepeated(privateDataOf(approved) ?? ""),
    repeatsContract: done && Tlv.find(done, "CG") !== undefined,
    ticket: done && hasTicket(done),
    ticketEncoding: done && encodingOf(done),
    timeOut: complementOf(firstOf(answers.walkedAway)),
    goesOnAfterCut,
    keepsApproval,
    duplicata: provesByDuplicata,
    cancelsLastSale,
    tip: tipOf(tip),
    conversion: Tlv.find(lastOf(answers.converted), "CC"),
    wakeUp,
    connectedIn
  }
}

/** Whether the request was done. */
export const isDone = (raw: RawAnswer): boolean => Tlv.find(firstOf(raw), "AE") === DONE

/** Whether the terminal took a request for a payment: it was done, or ended by the red key. */
export const isTaken = (raw: RawAnswer): boolean => isDone(raw) || redKeys.includes(complementOf(firstOf(raw)) ?? "")

/** Whether the terminal refused a request for its format. */
export const isMalformed = (raw: RawAnswer): boolean => complementOf(firstOf(raw)) === "09"

const DONE = "10"
const UNSUPPORTED = "12"

/** AF of a red key, as models differ. */
const redKeys: ReadonlyArray<string> = ["06", "11"]

/** The actions besides a debit: the name in profiles, the name of the step, and the recorded name. */
export const actionSteps = [
  ["credit", "credit", "credit"],
  ["cancel", CANCEL, "cancel"],
  ["duplicata", "duplicata", "duplicata"],
  ["identification", "identification", "identification"],
  ["B", COLLECTION, "collection"]
] as const

const isSupported = (raw: RawAnswer | undefined): boolean =>
  raw !== undefined && raw.answers.length > 0 && complementOf(firstOf(raw)) !== UNSUPPORTED

/** The exchange, if at least one answer came. */
const answered = (raw: RawAnswer | undefined): RawAnswer | undefined =>
  raw !== undefined && raw.answers.length > 0 ? raw : undefined

/** The last answer, if it says that the request was done. */
const doneIn = (raw: RawAnswer | undefined): Answer | undefined => {
  const last = raw?.answers.at(-1)
  return last && Tlv.find(last, "AE") === DONE ? last : undefined
}

const firstOf = (raw: RawAnswer | undefined): Answer => raw?.answers[0] ?? []

export const lastOf = (raw: RawAnswer | undefined): RawAnswer["answers"][number] => raw?.answers.at(-1) ?? []

const privateDataOf = (raw: RawAnswer | undefined): string | undefined => Tlv.find(raw?.answers.flat() ?? [], "CF")

const isPresent = (text: string | undefined): text is string => text !== undefined

/** Whether a CF is one that this examination sends. */
export const isRepeated = (privateData: string): boolean => privateData.startsWith("EXAMINE-")

const complementOf = (answer: Answer): string | undefined => Tlv.find(answer, "AF")?.slice(0, 2)

const hasTicket = (answer: Answer): boolean => answer.some(({ tag }) => tag === "ZT" || tag === "AK")

/** The amount charged beyond the requested one. */
const tipOf = (raw: RawAnswer | undefined): number | undefined => {
  const done = doneIn(raw)
  if (done === undefined || otherCurrencyOf(done) !== undefined) return undefined
  return Number(Tlv.find(done, "CB") ?? BEFORE_TIP) - BEFORE_TIP
}

const actionsOf = (answers: StepAnswers): Habits["actions"] => [
  "debit",
  ...actionSteps.flatMap(([action, , answer]) => (isSupported(answers[answer]) ? [action] : []))
]

const halfCloseOf = (raw: RawAnswer | undefined): Habits["halfClose"] => {
  if (raw?.connected !== true) return undefined
  return raw.answers.length > 0 ? "answers" : "hangs-up"
}

const immediateOf = (raw: RawAnswer | undefined): Habits["immediate"] => {
  const statuses = raw?.answers.map((answer) => Tlv.find(answer, "AE")) ?? []
  if (statuses.length === 0) return undefined
  if (statuses[0] === DONE) return "done"
  return statuses.length > 1 ? "acknowledge-then-final" : "acknowledge"
}
