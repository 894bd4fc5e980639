/**
 * Examines a terminal step by step: which versions and fields it takes, how it answers, and how it behaves when it is
 * busy or the line is cut. Six payments are approved, of less than a unit each, and cancelled where the terminal does
 * that; the rest ends by the red key.
 */
import * as Tlv from "@hipay-pos/concert-codec/Tlv"
import type { ExaminationResult, Habits, Observations, Payment } from "./Examination.ts"
import { encodingOf } from "./encodingOf.ts"
import * as Line from "./Line.ts"
import { Steps, type StepsOptions } from "./Steps.ts"
import { unsafeOf } from "./unsafeOf.ts"

/** The fields that some models refuse. */
const optional: ReadonlyArray<Tlv.RawField> = [
  { tag: "BF", value: "1" },
  { tag: "CK", value: "100" },
  { tag: "BA", value: "0" },
  { tag: "BB", value: "0" },
  { tag: "CH", value: "EXAMINE" }
]

/** Actions other than a debit, and whether they move money. */
const actions = [
  ["credit", "1", true],
  ["duplicata", "3", false],
  ["identification", "I", false],
  ["B", "B", false]
] as const

const MALFORMED = "09"
const UNSUPPORTED = "12"

/** Examines. */
export const examine = async (options: StepsOptions): Promise<ExaminationResult> => {
  const { line, mode } = options
  const steps = new Steps(options)
  const first = await Line.exchange(line, "")
  if (!first.connected) throw new TerminalUnreachable(`${line.host}:${line.port} does not accept a connection`)
  Line.release(first)
  const second = await Line.exchange(line, "")
  Line.release(second)

  const terminated = await findTerminator(steps)
  const red = await steps.make({ step: "red key", act: "red-key" })
  const redAnswer = red?.answers[0] ?? []
  const approved = await steps.make({
    step: "approved payment, with a ticket",
    act: "approve",
    fields: [
      { tag: "CF", value: REFERENCE },
      { tag: "CK", value: "120" }
    ]
  })
  const sold = steps.lastAmount()
  const done = approved?.answers.at(-1) ?? []
  if (approved !== undefined) Line.release(approved)
  const duplicata = await steps.make({
    step: "duplicata",
    act: "nothing",
    action: "3",
    amount: sold,
    fields: [],
    moves: false
  })
  const repeated = duplicata?.answers.at(-1) ?? []
  const cancelled = await steps.make({ step: "cancel of the last sale", act: "nothing", action: "2", amount: sold })
  const cancels = cancelled === undefined ? undefined : Tlv.find(cancelled.answers[0] ?? [], "AE") === "10"
  const tipped = await steps.make({ step: "tip", act: "tip", amount: BEFORE_TIP })
  if (cancels === true) await cancelLast(steps)
  const converted = await steps.make({ step: "card of another currency", act: "convert" })
  if (cancels === true) await cancelLast(steps)
  const refused = await steps.make({ step: "refused card", act: "refuse", fields: [{ tag: "CK", value: "100" }] })
  const refusal = refused?.answers.at(-1) ?? []

  const versions: Array<string> = []
  const answered = new Map<string, string | undefined>([["0320", Tlv.find(redAnswer, "CZ")]])
  if (complementOf(redAnswer) !== MALFORMED && redAnswer.length > 0) versions.push("0320")
  for (const version of ["0310", "0300"] as const) {
    const heard = await steps.make({ step: `version ${version}`, act: "red-key", version, fields: [] })
    const answer = heard?.answers[0] ?? []
    answered.set(version, Tlv.find(answer, "CZ"))
    if (answer.length > 0 && complementOf(answer) !== MALFORMED) versions.push(version)
    if (heard !== undefined) Line.release(heard)
  }

  const dislikes: Array<string> = []
  for (const field of optional) {
    const heard = await steps.make({ step: `field ${field.tag}`, act: "red-key", fields: [field] })
    if (heard !== undefined && complementOf(heard.answers[0] ?? []) === MALFORMED) dislikes.push(field.tag)
    if (heard !== undefined) Line.release(heard)
  }
  const long = await steps.make({
    step: "CF of 60 characters",
    act: "red-key",
    fields: [{ tag: "CF", value: "X".repeat(60) }]
  })
  const longEcho = Tlv.find(long?.answers[0] ?? [], "CF")

  const at = await steps.make({ step: "answer at once (BA=1)", act: "red-key", fields: [{ tag: "BA", value: "1" }] })
  const walked = await steps.make({ step: "no card is presented", act: "walk-away" })
  const busy = await findBusy(steps)
  const half = await steps.make(
    { step: "half-close before the answer", act: "red-key-later" },
    { halfClose: true, whenSent: options.hands.act }
  )
  const supported: Array<Habits["actions"][number]> = ["debit"]
  for (const [name, action, moves] of actions) {
    const heard =
      name === "duplicata" ? duplicata : await steps.make({ step: name, act: "red-key", action, fields: [], moves })
    if (heard?.answers[0] !== undefined && complementOf(heard.answers[0]) !== UNSUPPORTED) supported.push(name)
    // As profiles list them.
    if (name === "credit" && cancelled?.answers[0] && complementOf(cancelled.answers[0]) !== UNSUPPORTED)
      supported.push("cancel")
    if (heard !== undefined) Line.release(heard)
  }
  const cutBefore = await steps.make(
    { step: "line cut before approval", act: "cut-before-approval" },
    { whenSent: options.hands.act, cut: true }
  )
  const before = steps.payments.at(-1)
  const goesOn = cutBefore && before?.amount === steps.lastAmount() ? before.state === "paid" : false
  const cutAfter = await steps.make(
    { step: "line cut after approval", act: "cut-after-approval" },
    { whenSent: options.hands.act, cut: true }
  )
  const after = steps.payments.at(-1)
  const keeps = cutAfter && after?.amount === steps.lastAmount() ? after.state === "paid" : false
  await cancelTheRest(steps)
  const wakeUp = await findWakeUp(steps)
  for (const heard of [red, duplicata, cancelled, tipped, converted, refused, long, at, walked])
    if (heard !== undefined) Line.release(heard)

  const own = Tlv.find(redAnswer, "CF")
  const versionSeen = Tlv.find(redAnswer, "CZ")
  const overridden = [...answered].some(([asked, got]) => got !== undefined && got !== asked)
  const identifier = Tlv.find(redAnswer, "CJ")
  const echoes = own?.startsWith("EXAMINE-") === true
  const habits: Habits = {
    busy,
    closesAfterAnswer: red?.closedByTerminal === true,
    halfClose: half !== undefined && half.answers.length > 0 ? "answers" : "hangs-up",
    redKey: complementOf(redAnswer) ?? "",
    amountOnRedKey: Tlv.find(redAnswer, "CB") !== undefined,
    ...(own !== undefined && !echoes ? { privateData: own } : {}),
    echoesPrivateData: echoes,
    ...(overridden && versionSeen !== undefined ? { answersVersion: versionSeen } : {}),
    ...(identifier !== undefined && identifier !== "012345678901" ? { protocolIdentifier: identifier } : {}),
    dislikes,
    wantsLineEnd: terminated,
    ticketOnRefusal: hasTicket(refusal),
    tellsPanType: Tlv.find(done, "AL") !== undefined,
    extendedComplement: (Tlv.find(refusal, "AF")?.length ?? 0) > 2,
    immediate: immediateOf(at),
    actions: supported
  }
  const authorization = Tlv.find(done, "AC")
  const observations: Observations = {
    versions,
    amountPadding: Tlv.find(redAnswer, "CB") ?? Tlv.find(done, "CB"),
    privateDataLength: longEcho?.startsWith("X") ? longEcho.length : undefined,
    repeatsContract: Tlv.find(done, "CG") !== undefined,
    ticket: Tlv.find(done, "AE") === "10" ? hasTicket(done) : undefined,
    ticketEncoding: encodingOf(done),
    timeOut: complementOf(walked?.answers[0] ?? []),
    keepsConnection: !habits.closesAfterAnswer,
    goesOnAfterCut: cutBefore === undefined ? undefined : goesOn,
    keepsApproval: cutAfter === undefined ? undefined : keeps,
    duplicata:
      duplicata === undefined || authorization === undefined ? undefined : Tlv.find(repeated, "AC") === authorization,
    cancelsLastSale: cancels,
    tip: tipped === undefined ? undefined : paidOf(tipped) === undefined ? 0 : (paidOf(tipped) ?? 0) - BEFORE_TIP,
    conversion: Tlv.find(converted?.answers.at(-1) ?? [], "CC"),
    wakeUp,
    connectedIn: [first.connectedIn, second.connectedIn]
  }
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

/** Nothing was sent. */
export class TerminalUnreachable extends Error {}

const REFERENCE = "EXAMINE-TICKET"

/** Whether requests have to end in CR LF: one without is refused as malformed, which moves no money. */
const findTerminator = async (steps: Steps): Promise<boolean> => {
  const bare = await steps.make({ step: "request without CR LF", act: "red-key" })
  if (bare !== undefined) Line.release(bare)
  if (complementOf(bare?.answers[0] ?? []) !== MALFORMED) return false
  steps.terminator = "\r\n"
  return true
}

/** Offers to cancel what is still paid, the last sale first, as long as the terminal does it. */
const cancelTheRest = async (steps: Steps): Promise<void> => {
  for (const payment of steps.payments.toReversed()) {
    if (payment.state === "paid" && (await cancel(steps, payment)) === false) return
  }
}

/** Offers to cancel the last sale, if it is paid. */
const cancelLast = async (steps: Steps): Promise<void> => {
  const last = steps.payments.at(-1)
  if (last?.state === "paid") await cancel(steps, last)
}

/** Whether the terminal cancelled it; `undefined` where a person left that out. */
const cancel = async (steps: Steps, { amount }: Payment): Promise<boolean | undefined> => {
  const heard = await steps.make({ step: "cancel what was paid", act: "nothing", action: "2", amount })
  if (heard === undefined) return undefined
  Line.release(heard)
  return Tlv.find(heard.answers[0] ?? [], "AE") === "10"
}

/** What a payment that was done has charged, in minor units. */
const paidOf = (heard: Line.Heard): number | undefined => {
  const answer = heard.answers.at(-1) ?? []
  return Tlv.find(answer, "AE") === "10" ? Number(Tlv.find(answer, "CB")) : undefined
}

/** How a terminal is reached that was left alone; nothing is sent to it. */
const findWakeUp = async ({ options: { hands, line }, leftOut }: Steps): Promise<Observations["wakeUp"]> => {
  const step = "wake-up after a pause"
  if (!(await hands.prepare("sleep", step))) {
    leftOut.push(step)
    return undefined
  }
  const begun = performance.now()
  for (let failed = 0; failed < TRIES; failed++) {
    const heard = await Line.exchange(line, "")
    Line.release(heard)
    if (heard.connected) return { failed, milliseconds: Math.round(performance.now() - begun - line.quiet) }
  }
  return undefined
}

/** Connections that are tried to a terminal that sleeps. */
const TRIES = 5

/** What is asked for where a tip is added, in minor units: a tenth of it can be seen. */
const BEFORE_TIP = 50

/** What a second request meets while a first one waits for its card; it is refused, where the step is left out. */
const findBusy = async (steps: Steps): Promise<Habits["busy"]> => {
  let second: Line.Heard | undefined
  const whenSent = async (over: AbortSignal) => {
    await steps.options.hands.act(over)
    // Withdrawn before its turn comes: it asks for a payment that is not to be made.
    second = await steps.make({ step: "second of two requests", act: "red-key", asked: true, within: SOON })
  }
  const first = await steps.make({ step: "first of two requests", act: "red-key-later" }, { whenSent })
  for (const heard of [first, second]) if (heard !== undefined) Line.release(heard)
  if (second?.connected !== true) return "refuse"
  return second.answers.length > 0 ? "answer" : "queue"
}

/** Milliseconds in which a terminal that answers while it is busy does so. */
const SOON = 300

const complementOf = (answer: ReadonlyArray<Tlv.RawField>): string | undefined => Tlv.find(answer, "AF")?.slice(0, 2)

const hasTicket = (answer: ReadonlyArray<Tlv.RawField>): boolean =>
  answer.some(({ tag }) => tag === "ZT" || tag === "AK")

const immediateOf = (heard: Line.Heard | undefined): Habits["immediate"] => {
  const statuses = heard?.answers.map((answer) => Tlv.find(answer, "AE")) ?? []
  if (statuses[0] === "10") return "done"
  return statuses.length > 1 ? "acknowledge-then-final" : "acknowledge"
}
