/**
 * Examines a terminal step by step: which versions and fields it takes, how it answers, and how it behaves when it is
 * busy or the line is cut. Five payments are approved, of less than one euro each, and cancelled if the terminal can do
 * that; the rest ends by the red key.
 */
import type * as Tlv from "@hipay-pos/concert-codec/Tlv"
import { addressText } from "@hipay-pos/core/Host"
import {
  CANCEL,
  COLLECTION,
  type ExaminationResult,
  type Habits,
  type Observations,
  type Payment
} from "./Examination.ts"
import { provesByDuplicata } from "./provesByDuplicata.ts"
import { exchange, type RawAnswer } from "./RawExchange.ts"
import * as StepAnswers from "./StepAnswers.ts"
import { type Order, type Sent, Steps, type StepsOptions } from "./Steps.ts"
import { unsafeOf } from "./unsafeOf.ts"

/** The options of an examination. */
export interface ExamineOptions extends StepsOptions {
  /** Examines remote collection, too: it settles the day's sales, real ones on a merchant's terminal. */
  readonly collection?: boolean | undefined
}

/** Examines. Rejects with `TerminalUnreachable` or `TerminalSilent` if the terminal cannot be examined. */
export const examine = async (options: ExamineOptions): Promise<ExaminationResult> => {
  const { line, mode } = options
  const steps = new Steps(options)
  const answers = await runSteps(steps, options.collection === true)
  const habits = StepAnswers.habitsOf(answers)
  const observations = StepAnswers.observationsOf(answers)
  return {
    host: line.host,
    port: line.port,
    simulated: mode === "simulated",
    at: new Date().toISOString(),
    habits,
    observations,
    leftOut: steps.leftOut,
    evidence: steps.evidence,
    unsafe: unsafeOf(habits, observations),
    payments: steps.payments
  }
}

/** The fields that some models refuse. */
const optional: ReadonlyArray<Tlv.RawField> = [
  { tag: "BF", value: "1" },
  { tag: "CK", value: "100" },
  { tag: "BA", value: "0" },
  { tag: "BB", value: "0" },
  { tag: "CH", value: "EXAMINE" }
]

/** Every step, ordered so that a cancellation meets the sale it is meant for. */
const runSteps = async (steps: Steps, withCollection: boolean): Promise<StepAnswers.StepAnswers> => {
  const connectedIn = await connectTwice(steps)
  const { red, wantsLineEnd } = await findTerminator(steps)
  const sale = await runSale(steps)
  const cancels = sale.cancelsLastSale
  const tip = await steps.make({ step: "tip", act: "tip", amount: StepAnswers.BEFORE_TIP })
  if (cancels) await cancelWhatWasPaid(steps)
  const converted = await steps.make({ step: "card of another currency", act: "convert" })
  if (cancels) await cancelWhatWasPaid(steps)
  const refused = await steps.make({ step: "refused card", act: "refuse", fields: [{ tag: "CK", value: "100" }] })

  const versions = new Map([["0320", red]])
  for (const version of ["0310", "0300"] as const) {
    versions.set(version, await steps.make({ step: `version ${version}`, act: "red-key", version, fields: [] }))
  }
  const fields = new Map<string, RawAnswer | undefined>()
  for (const field of optional) {
    fields.set(field.tag, await steps.make({ step: `field ${field.tag}`, act: "red-key", fields: [field] }))
  }
  const withFields = (step: string, field: Tlv.RawField) => steps.make({ step, act: "red-key", fields: [field] })
  const long = await withFields("CF of 60 characters", { tag: "CF", value: StepAnswers.LONG_REFERENCE })
  const immediate = await withFields("answer at once (BA=1)", { tag: "BA", value: "1" })
  const walkedAway = await steps.make({ step: "no card is presented", act: "walk-away" })
  const busy = await findBusy(steps)
  const { act } = steps.options.operator
  const halfClosed = await steps.make(
    { step: "half-close before the answer", act: "red-key-later" },
    { halfClose: true, whenSent: act }
  )
  const credit = await steps.make({ step: "credit", act: "red-key", action: "1", fields: [] })
  const identification = await ask(steps, "identification", "I")
  const goesOnAfterCut = await cutLine(steps, "line cut before approval", "cut-before-approval")
  const keepsApproval = await cutLine(steps, "line cut after approval", "cut-after-approval")
  await cancelWhatWasPaid(steps)
  // After the cancellations: once the day is settled, no sale can be cancelled.
  const collection = withCollection
    ? await steps.make({ step: COLLECTION, act: "collect", action: "B", fields: [], moves: false })
    : leaveOut(steps, COLLECTION)
  const wakeUp = await findWakeUp(steps)
  return {
    connectedIn,
    wantsLineEnd,
    ...sale,
    ...{ red, tip, converted, refused, versions, fields, long, immediate, walkedAway, busy, halfClosed },
    ...{ credit, identification, collection, goesOnAfterCut, keepsApproval, wakeUp }
  }
}

const leaveOut = ({ leftOut }: Steps, step: string): undefined => void leftOut.push(step)

/** Milliseconds to establish a first connection, and a second one; nothing is sent. */
const connectTwice = async ({ options: { line } }: Steps): Promise<Observations["connectedIn"]> => {
  const first = await exchange(line, "")
  if (!first.connected) throw new TerminalUnreachable(`${addressText(line)} does not accept a connection`)
  const second = await exchange(line, "")
  return [first.connectedIn, second.connectedIn]
}

/** Nothing was sent. */
export class TerminalUnreachable extends Error {}

/** The terminal accepts connections, but does not answer. */
export class TerminalSilent extends Error {}

const WITHOUT_LINE_END = "request without CR LF"

/**
 * Whether requests must end in CR LF. A terminal that needs it may refuse a request without it, or be silent; only a
 * better answer to the red key with CR LF shows that it is needed.
 */
const findTerminator = async (steps: Steps): Promise<Pick<StepAnswers.StepAnswers, "red" | "wantsLineEnd">> => {
  const bare = await steps.make({ step: WITHOUT_LINE_END, act: "red-key" })
  const redKey = () => steps.make({ step: "red key", act: "red-key" })
  if (bare === undefined) return { red: await redKey(), wantsLineEnd: undefined }
  if (StepAnswers.isTaken(bare)) return { red: await redKey(), wantsLineEnd: false }
  steps.terminator = "\r\n"
  const red = await redKey()
  if (red === undefined) {
    if (StepAnswers.isMalformed(bare)) return { red, wantsLineEnd: true }
    return { red, wantsLineEnd: leaveOut(steps, WITHOUT_LINE_END) }
  }
  if (bare.answers.length === 0 && red.answers.length === 0) {
    const terminal = addressText(steps.options.line)
    throw new TerminalSilent(`${terminal} takes connections and answers no request, whether or not CR LF ends it`)
  }
  const wantsLineEnd =
    StepAnswers.isTaken(red) ||
    bare.answers.length === 0 ||
    (StepAnswers.isMalformed(bare) && !StepAnswers.isMalformed(red))
  if (!wantsLineEnd) steps.terminator = ""
  return { red, wantsLineEnd }
}

/** A payment that is approved, asked for again, and cancelled. */
const runSale = async (
  steps: Steps
): Promise<
  Pick<StepAnswers.StepAnswers, "approved" | "duplicata" | "provesByDuplicata" | "cancel" | "cancelsLastSale">
> => {
  const approved = await steps.make({
    step: "approved payment, with a ticket",
    act: "approve",
    fields: [
      { tag: "CF", value: StepAnswers.SALE_REFERENCE },
      { tag: "CK", value: "120" }
    ]
  })
  const duplicata = await askForLast(steps)
  const last = steps.lastPaid()
  const sale = { approved, duplicata, provesByDuplicata: provesByDuplicata(duplicata, approved, last) }
  if (last === undefined) return { ...sale, cancel: leaveOut(steps, CANCEL), cancelsLastSale: undefined }
  const cancelled = await cancel(steps, CANCEL, last)
  const isKnown = cancelled?.connected === true && steps.payments.at(-1)?.state !== "unknown"
  return { ...sale, cancel: cancelled, cancelsLastSale: isKnown ? isCancelled(steps, last) : undefined }
}

/** A duplicata as a gateway requests it: with its ticket, or without it if that is refused. */
const askForLast = async (steps: Steps): Promise<RawAnswer | undefined> => {
  const step = "duplicata"
  const raw = await ask(steps, step, "3", { fields: [{ tag: "CK", value: "100" }] })
  return raw !== undefined && StepAnswers.isMalformed(raw) ? ask(steps, step, "3", { asked: true }) : raw
}

/** A request that moves no money, with exactly the fields that a gateway sends. */
const ask = (steps: Steps, step: string, action: string, more: Partial<Order> = {}) =>
  steps.make({ step, act: "nothing", action, fields: [], moves: false, ...more })

/**
 * Whether a payment is paid after its line was cut; `undefined` if the step was left out, the terminal answered before the
 * line was cut, or that is not known.
 */
const cutLine = async (
  steps: Steps,
  step: string,
  act: "cut-before-approval" | "cut-after-approval"
): Promise<boolean | undefined> => {
  const raw = await steps.make({ step, act }, { whenSent: steps.options.operator.act, cut: true })
  if (raw?.connected !== true || raw.answers.length > 0) return undefined
  const last = steps.payments.at(-1)
  if (last?.amount !== steps.lastAmount()) return false
  return last.state === "unknown" ? undefined : last.state === "paid"
}

/** Offers to cancel the remaining payments, the last sale first, as long as the terminal does it. */
const cancelWhatWasPaid = async (steps: Steps): Promise<void> => {
  for (let last = steps.lastPaid(); last !== undefined; last = steps.lastPaid()) {
    await cancel(steps, "cancel what was paid", last)
    if (!isCancelled(steps, last)) return
  }
}

const cancel = (steps: Steps, step: string, { amount }: Payment) =>
  steps.make({ step, act: "cancel", action: "2", amount })

const isCancelled = ({ payments }: Steps, { orderId }: Payment): boolean =>
  payments.some((each) => each.orderId === orderId && each.state === "cancelled")

/** How a terminal that was left alone can be reached; nothing is sent to it. */
const findWakeUp = async (steps: Steps): Promise<Observations["wakeUp"]> => {
  const { operator, line } = steps.options
  const step = "wake-up after a pause"
  if (!(await operator.prepare("sleep", step))) return leaveOut(steps, step)
  const begun = performance.now()
  for (let failed = 0; failed < MAX_TRIES; failed++) {
    const { connected } = await exchange(line, "")
    if (connected) return { failed, milliseconds: Math.round(performance.now() - begun - line.quiet) }
  }
  return undefined
}

/** How many connections to a sleeping terminal are tried. */
const MAX_TRIES = 5

/** How a second request is treated while a first one waits for its card; `undefined` if the step was left out. */
const findBusy = async (steps: Steps): Promise<Habits["busy"]> => {
  const order = { step: "second of two requests", act: "red-key", asked: true, within: BUSY_ANSWER_TIMEOUT } as const
  let second: Sent | undefined
  const whenSent = async (over: AbortSignal) => {
    await steps.options.operator.act(over)
    // Withdrawn before its turn comes: this payment must not be made.
    second = await steps.send(order)
  }
  await steps.make({ step: "first of two requests", act: "red-key-later" }, { whenSent })
  // Only now does the terminal show whether it was withdrawn in time.
  await second?.settle()
  if (second === undefined) return undefined
  if (!second.raw.connected) return "refuse"
  return second.raw.answers.length > 0 ? "answer" : "queue"
}

/** Milliseconds within which a busy terminal answers, if it does. */
const BUSY_ANSWER_TIMEOUT = 300
