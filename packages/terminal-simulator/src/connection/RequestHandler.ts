/**
 * One request on one connection: has the machine perform it when its turn comes, sends the answer, lets faults strike.
 *
 * A line that fell silent, was closed or reset does not stop a payment: the customer in front of the terminal knows
 * nothing of the ECR. Only a reboot does.
 */
import type { Request } from "@hipay-pos/concert-codec/Request"
import * as Tlv from "@hipay-pos/concert-codec/Tlv"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Shown from "../concert/maskedFrame.ts"
import type { RequestReader } from "../concert/RequestParser.ts"
import * as Answer from "../concert/ResponseFields.ts"
import type { FaultBoard } from "../faults/ActiveFaults.ts"
import type { Fault, FaultStage } from "../faults/Fault.ts"
import * as Transmission from "../faults/ResponseFaults.ts"
import type { Conclusion, Terminal } from "../machine/Terminal.ts"
import type { Profile } from "../profiles/Profile.ts"
import type { Tell } from "../SimulatorEvent.ts"
import type { Line } from "./ByteChannel.ts"
import type { Door } from "./ConnectionGate.ts"
import type { Entry, Journal } from "./Journal.ts"
import type { Turns } from "./Turns.ts"

/** What serving a connection needs. */
export interface Counter {
  readonly profile: Profile
  readonly closesAfterAnswer: boolean
  readonly terminal: Terminal
  readonly faults: FaultBoard
  readonly journal: Journal
  readonly tell: Tell
  readonly turns: Turns
  readonly door: Door
  /** The screen goes back to its greeting. */
  readonly idle: () => void
}

/** What the terminal still may do with a connection. */
export interface Hold {
  readonly connection: number
  readonly line: Line
  /** Nothing more may be sent. */
  mute: boolean
  /** The terminal has ended it. */
  ended: boolean
}

/** The terminal restarted in the middle of an exchange. */
export class Rebooted {
  readonly _tag = "Rebooted"
}

/** Performs a whole request and answers it. What takes no time is done when this returns. */
export const run = (
  counter: Counter,
  hold: Hold,
  reader: RequestReader,
  request: Request
): Effect.Effect<void, Rebooted> => {
  const { profile, door, turns, idle, tell } = counter
  const { connection, line } = hold
  const entry = begin(counter, hold, reader)
  if (profile.busy === "answer" && door.isBusy()) {
    tell("Connection", () => ({ _tag: "Connection", connection, peer: line.peer, what: "busy" }))
    return answer(counter, hold, entry, Answer.busy(profile, reader.fields()), reader.fields())
  }
  const place = turns.join()
  const inTurn = () => Effect.flatMapEager(place.turn, () => take(counter, hold, reader, request, entry))
  return lastly(inTurn, () => {
    idle()
    place.leave()
    return Effect.void
  })
}

/** Does something last, however an effect ends, even where making it fails; now, if it has ended already. */
const lastly = <A, E>(make: () => Effect.Effect<A, E>, last: () => Effect.Effect<void>): Effect.Effect<A, E> => {
  const effect = made(make)
  const hasEnded: boolean = Exit.isExit(effect)
  return hasEnded ? Effect.flatMapEager(last(), () => effect) : Effect.ensuring(effect, Effect.suspend(last))
}

const made = <A, E>(make: () => Effect.Effect<A, E>): Effect.Effect<A, E> => {
  try {
    return make()
  } catch (defect) {
    return Effect.die(defect)
  }
}

/** Answers a request that lacks something, or is no Concert at all: AE=01, AF=09. */
export const refuse = (counter: Counter, hold: Hold, reader: RequestReader): Effect.Effect<void, Rebooted> => {
  const entry = begin(counter, hold, reader)
  const fields = Answer.fields(counter.profile, reader.fields(), MALFORMED)
  return answer(counter, hold, entry, fields, reader.fields())
}

const MALFORMED = { _tag: "NotDone", complement: "09", byRedKey: false } as const

const begin = ({ journal, tell }: Counter, { connection }: Hold, reader: RequestReader): Entry => {
  const frame = Shown.request(reader.fields(), reader.text())
  tell("Request", () => ({ _tag: "Request", connection, frame, fields: Shown.fieldsOf(frame) }))
  return journal.begin(connection, frame)
}

const take = (
  counter: Counter,
  hold: Hold,
  reader: RequestReader,
  request: Request,
  entry: Entry
): Effect.Effect<void, Rebooted> => {
  const { profile, door } = counter
  // An ECR that hung up while it waited for its turn is not served.
  if (hold.line.ended() && profile.halfClose === "hangs-up") return Effect.void
  const early = acknowledges(counter, request)
  const operating = () => Effect.flatMapEager(door.begin(), () => operate(counter, hold, reader, request, early))
  return Effect.flatMapEager(lastly(operating, door.end), (conclusion) => {
    for (let late = hold.line.take(); late !== undefined; late = hold.line.take()) reader.push(late)
    const asked = reader.fields()
    entry.conclusion = conclusion._tag
    return early?.final === false
      ? Effect.mapEager(strike(counter, hold, "after-answer"), () => finish(counter, hold))
      : answer(counter, hold, entry, Answer.fields(profile, asked, conclusion), asked)
  })
}

const operate = (
  counter: Counter,
  hold: Hold,
  reader: RequestReader,
  request: Request,
  early: Early | undefined
): Effect.Effect<Conclusion, Rebooted> =>
  Effect.flatMapEager(strike(counter, hold, "after-request"), () => {
    if (early !== undefined) {
      if (early.fault !== undefined) struckBy(counter, hold, early.fault)
      send(hold, Tlv.encode(Answer.acknowledgement(counter.profile, reader.fields(), early.status)))
    }
    return counter.terminal.perform(request, (stage) => strike(counter, hold, stage))
  })

/** What is said before the payment, and whether its outcome is said afterwards. */
interface Early {
  readonly status: "10" | "11"
  readonly final: boolean
  readonly fault?: Fault
}

const acknowledges = ({ profile, faults }: Counter, request: Request): Early | undefined => {
  for (const fault of faults.at("mid-answer")) {
    if (fault.name === "acknowledge-then-final") return { status: "11", final: true }
    if (fault.name === "acknowledge-only") return { status: "11", final: false, fault }
  }
  if (request.answerDelay !== "immediate") return undefined
  return {
    status: profile.immediate === "done" ? "10" : "11",
    final: profile.immediate === "acknowledge-then-final"
  }
}

const answer = Effect.fnUntracedEager(function* (
  counter: Counter,
  hold: Hold,
  entry: Entry,
  fields: ReadonlyArray<Tlv.RawField>,
  asked: ReadonlyArray<Tlv.RawField>
): Effect.fn.Return<void, Rebooted> {
  const { profile, faults, tell } = counter
  if (hold.line.ended() && profile.halfClose === "hangs-up") end(hold)
  const text = Tlv.encode(fields)
  const { steps, struck } = Transmission.plan(fields, text, faults.at("mid-answer"), () =>
    Answer.acknowledgement(profile, asked, "11")
  )
  const delivered = !hold.mute
  const frame = Shown.answer(fields, text)
  entry.answer = frame
  entry.delivered = delivered
  tell("Answer", () => ({
    _tag: "Answer",
    connection: hold.connection,
    frame,
    fields: Shown.fieldsOf(frame),
    delivered
  }))
  for (const fault of struck) struckBy(counter, hold, fault)
  for (const step of steps) yield* carryOut(hold, step)
  const reboot = struck.find(({ name }) => name === "reboot")
  if (reboot !== undefined) yield* counter.door.restart(reboot.milliseconds)
  yield* strike(counter, hold, "after-answer")
  finish(counter, hold)
})

const carryOut = (hold: Hold, step: Transmission.Step): Effect.Effect<void> => {
  switch (step._tag) {
    case "Send":
      send(hold, step.text)
      break
    case "Wait":
      return hold.mute ? Effect.void : Effect.sleep(step.milliseconds)
    case "End":
      end(hold)
      break
    case "Reset":
      reset(hold)
      break
    case "FallSilent":
      hold.mute = true
  }
  return Effect.void
}

const finish = (counter: Counter, hold: Hold): void => {
  if (counter.closesAfterAnswer && !hold.mute) end(hold)
}

const send = (hold: Hold, text: string): void => {
  if (!hold.mute) hold.line.send(text)
}

const end = (hold: Hold): void => {
  if (!hold.ended) hold.line.end()
  hold.mute = hold.ended = true
}

const reset = (hold: Hold): void => {
  if (!hold.ended) hold.line.reset()
  hold.mute = hold.ended = true
}

const struckBy = (counter: Counter, hold: Hold, fault: Fault): void => {
  counter.faults.struck(fault)
  counter.tell("Fault", () => ({ _tag: "Fault", connection: hold.connection, fault: fault.name, stage: fault.stage }))
}

/** Lets the faults of a stage strike. */
export const strike = (counter: Counter, hold: Hold, stage: FaultStage): Effect.Effect<void, Rebooted> => {
  const faults = counter.faults.at(stage)
  return faults.length === 0
    ? Effect.void
    : Effect.forEach(faults, (fault) => strikeWith(counter, hold, fault), { discard: true })
}

const strikeWith = (counter: Counter, hold: Hold, fault: Fault): Effect.Effect<void, Rebooted> => {
  struckBy(counter, hold, fault)
  switch (fault.name) {
    case "delay":
    case "late-answer":
      return Effect.sleep(fault.milliseconds)
    case "silent":
    case "answer-lost":
      hold.mute = true
      return Effect.void
    case "close":
      end(hold)
      return Effect.void
    case "reset":
      reset(hold)
      return Effect.void
    case "reboot":
      reset(hold)
      return Effect.andThen(counter.door.restart(fault.milliseconds), Effect.fail(new Rebooted()))
    default:
      return Effect.void
  }
}
