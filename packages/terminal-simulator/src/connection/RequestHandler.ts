/**
 * One request on one connection: performs it as soon as the terminal is free, sends the response, applies faults.
 *
 * A connection that falls silent, closes or is reset does not stop a payment: the cardholder in front of the terminal cannot
 * see the ECR. Only a restart of the terminal stops it.
 */
import type { Request } from "@hipay-pos/concert-codec/Request"
import * as Tlv from "@hipay-pos/concert-codec/Tlv"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import type * as Semaphore from "effect/Semaphore"
import * as MaskedFrame from "../concert/maskedFrame.ts"
import type { RequestParser } from "../concert/RequestParser.ts"
import * as ResponseFields from "../concert/ResponseFields.ts"
import * as RequestProblem from "../concert/requestProblem.ts"
import type { ActiveFaults } from "../faults/ActiveFaults.ts"
import type { Fault, FaultStage } from "../faults/Fault.ts"
import * as ResponseFaults from "../faults/ResponseFaults.ts"
import type { OperationResult } from "../machine/OperationResult.ts"
import { performRequest } from "../machine/performRequest.ts"
import type { Terminal } from "../machine/Terminal.ts"
import type { Profile } from "../profiles/Profile.ts"
import type { Emit } from "../SimulatorEvent.ts"
import type { ByteChannel } from "./ByteChannel.ts"
import type { ConnectionGate } from "./ConnectionGate.ts"
import type { Entry, Journal } from "./Journal.ts"

/** What all connections of one terminal share. */
export interface TerminalContext {
  readonly profile: Profile
  readonly closesAfterAnswer: boolean
  /** Monotonic time, in milliseconds. */
  readonly monotonic: () => number
  /** Runs effects on the terminal's clock. */
  readonly run: (effect: Effect.Effect<void>) => Fiber.Fiber<void>
  readonly terminal: Terminal
  readonly faults: ActiveFaults
  readonly journal: Journal
  readonly emit: Emit
  /** One operation at a time, first come first served. */
  readonly lock: Semaphore.Semaphore
  readonly gate: ConnectionGate
  /** Resets every connection except `connection`, which caused the restart, and accepts none for so many milliseconds. */
  readonly restart: (milliseconds: number, connection: number) => Effect.Effect<void>
  /** Shows the idle screen again. */
  readonly showIdle: () => void
}

/** The state of one connection. */
export interface ConnectionState {
  readonly connection: number
  readonly channel: ByteChannel
  /** Nothing more may be sent. */
  mute: boolean
  /** The terminal has ended it. */
  ended: boolean
}

/** The terminal restarted in the middle of an exchange. */
export class Rebooted {
  readonly _tag = "Rebooted"
}

/** A request on its connection, with its journal entry. */
interface Exchange {
  readonly context: TerminalContext
  readonly state: ConnectionState
  readonly parser: RequestParser
  readonly entry: Entry
}

/** Performs a complete request and sends the response. */
export const handle = (
  context: TerminalContext,
  state: ConnectionState,
  parser: RequestParser,
  request: Request
): Effect.Effect<void, Rebooted> => {
  const { profile, gate, lock } = context
  const { connection, channel } = state
  const exchange = begin(context, state, parser, () => RequestProblem.ofPerformed(parser))
  if (profile.busy === "answer" && gate.isBusy()) {
    context.emit("Connection", () => ({ _tag: "Connection", connection, peer: channel.peer, what: "busy" }))
    return respond(exchange, ResponseFields.busy(profile, parser.fields()))
  }
  return lock.withPermit(inTurn(exchange, request))
}

const inTurn = (exchange: Exchange, request: Request): Effect.Effect<void, Rebooted> =>
  Effect.ensuring(
    Effect.suspend(() => performAndRespond(exchange, request)),
    Effect.sync(() => exchange.context.showIdle())
  )

/** Answers a request that lacks a field, contradicts itself or is not Concert: AE=01, AF=09. */
export const reject = (
  context: TerminalContext,
  state: ConnectionState,
  parser: RequestParser
): Effect.Effect<void, Rebooted> => {
  const exchange = begin(context, state, parser, () => RequestProblem.of(parser, context.profile))
  return respond(exchange, ResponseFields.make(context.profile, parser.fields(), MALFORMED))
}

const MALFORMED = { _tag: "NotDone", complement: "09", byRedKey: false } as const

const begin = (
  context: TerminalContext,
  state: ConnectionState,
  parser: RequestParser,
  problem: () => RequestProblem.RequestProblem | undefined
): Exchange => {
  const { connection } = state
  const frame = MaskedFrame.ofRequest(parser.fields(), parser.text())
  context.emit("Request", () => ({
    _tag: "Request",
    connection,
    frame,
    fields: MaskedFrame.fieldsOf(frame),
    ...problem()
  }))
  return { context, state, parser, entry: context.journal.begin(connection, frame) }
}

const performAndRespond = (exchange: Exchange, request: Request): Effect.Effect<void, Rebooted> => {
  const { context, state } = exchange
  if (isHungUp(context, state, "while its request waited: the request is not performed")) return Effect.void
  const early = earlyResponse(context, request)
  const operation = Effect.suspend(() =>
    Effect.flatMapEager(context.gate.begin(), () => perform(exchange, request, early))
  )
  return Effect.flatMapEager(
    Effect.onExit(operation, () => context.gate.end()),
    (result) => respondWith(exchange, early, result)
  )
}

const perform = (
  exchange: Exchange,
  request: Request,
  early: EarlyResponse | undefined
): Effect.Effect<OperationResult, Rebooted> => {
  const { context, state } = exchange
  return Effect.flatMapEager(applyFaults(context, state, "after-request"), () => {
    if (early !== undefined) acknowledge(exchange, early)
    return performRequest(context.terminal, request, (stage) => applyFaults(context, state, stage))
  })
}

const respondWith = (
  exchange: Exchange,
  early: EarlyResponse | undefined,
  result: OperationResult
): Effect.Effect<void, Rebooted> => {
  const { context, state, parser, entry } = exchange
  for (let late = state.channel.read(); late !== undefined; late = state.channel.read()) parser.feed(late)
  entry.conclusion = result._tag
  if (early?.final === false) {
    return Effect.mapEager(applyFaults(context, state, "after-answer"), () => finish(exchange))
  }
  const fields = ResponseFields.make(context.profile, parser.fields(), result)
  const wait = state.mute ? 0 : (early?.fault?.milliseconds ?? 0)
  return wait === 0 ? respond(exchange, fields) : Effect.flatMap(Effect.sleep(wait), () => respond(exchange, fields))
}

/** A response that is sent before the payment, and whether the outcome follows later. */
interface EarlyResponse {
  readonly status: "10" | "11"
  readonly final: boolean
  readonly fault?: Fault
}

const earlyResponse = ({ profile, faults }: TerminalContext, request: Request): EarlyResponse | undefined => {
  for (const fault of faults.at("mid-answer")) {
    if (fault.name === "acknowledge-then-final") return { status: "11", final: true, fault }
    if (fault.name === "acknowledge-only") return { status: "11", final: false, fault }
    // AE=11 then comes with the final answer.
    if (fault.name === "coalesce") return undefined
  }
  if (request.answerDelay !== "immediate") return undefined
  return {
    status: profile.immediate === "done" ? "10" : "11",
    final: profile.immediate === "acknowledge-then-final"
  }
}

const acknowledge = (exchange: Exchange, { status, fault }: EarlyResponse): void => {
  const { context, state, parser } = exchange
  if (fault !== undefined) recordFault(context, state, fault)
  if (state.mute) return
  const fields = ResponseFields.acknowledgement(context.profile, parser.fields(), status)
  const text = Tlv.encode(fields)
  recordAnswer(exchange, MaskedFrame.ofResponse(fields, text))
  send(state, text)
}

const respond = Effect.fnUntracedEager(function* (
  exchange: Exchange,
  fields: ReadonlyArray<Tlv.RawField>
): Effect.fn.Return<void, Rebooted> {
  const { context, state, parser } = exchange
  const { profile, faults } = context
  if (isHungUp(context, state, "before the answer: this model hangs up without it")) end(state)
  const text = Tlv.encode(fields)
  const plan = ResponseFaults.plan(fields, text, faults.at("mid-answer"), () =>
    ResponseFields.acknowledgement(profile, parser.fields(), "11")
  )
  const { steps, applied } = plan
  const sent = state.mute ? plan.text : ResponseFaults.sentBy(steps)
  const frame = sent === plan.text ? MaskedFrame.ofResponse(plan.fields, sent) : MaskedFrame.ofBytes(sent)
  recordAnswer(exchange, frame)
  for (const fault of applied) recordFault(context, state, fault)
  for (const step of steps) yield* deliver(state, step)
  const reboot = applied.find(({ name }) => name === "reboot")
  if (reboot !== undefined) yield* context.restart(reboot.milliseconds, state.connection)
  yield* applyFaults(context, state, "after-answer")
  finish(exchange)
})

/** Whether the terminal hangs up because the ECR has ended its side of the connection. Emits that, with what comes of it. */
const isHungUp = (context: TerminalContext, { channel, connection, ended }: ConnectionState, then: string): boolean => {
  if (ended || !channel.ended() || context.profile.halfClose === "answers") return false
  const reason = `the register ended its side of the connection ${then}`
  context.emit("Connection", () => ({
    _tag: "Connection",
    connection,
    peer: channel.peer,
    what: "half-closed",
    reason
  }))
  return true
}

/** Records an answer before it is sent, or one that is not sent because the connection is mute. */
const recordAnswer = ({ context, state, entry }: Exchange, frame: string): void => {
  const { connection, mute } = state
  if (!mute) {
    entry.answer = (entry.answer ?? "") + frame
    entry.delivered = true
  } else if (!entry.delivered) {
    entry.answer = frame
  }
  context.emit("Answer", () => ({
    _tag: "Answer",
    connection,
    frame,
    fields: MaskedFrame.fieldsOf(frame),
    delivered: !mute
  }))
}

const deliver = (state: ConnectionState, step: ResponseFaults.Step): Effect.Effect<void> => {
  switch (step._tag) {
    case "Send":
      send(state, step.text)
      break
    case "Wait":
      return state.mute ? Effect.void : Effect.sleep(step.milliseconds)
    case "End":
      end(state)
      break
    case "Reset":
      reset(state)
      break
    case "FallSilent":
      state.mute = true
  }
  return Effect.void
}

const finish = ({ context, state }: Exchange): void => {
  if (context.closesAfterAnswer && !state.mute) end(state)
}

const send = (state: ConnectionState, text: string): void => {
  if (!state.mute) state.channel.send(text)
}

const end = (state: ConnectionState): void => {
  if (!state.ended) state.channel.end()
  state.mute = state.ended = true
}

const reset = (state: ConnectionState): void => {
  if (!state.ended) state.channel.reset()
  state.mute = state.ended = true
}

const recordFault = (context: TerminalContext, { connection }: ConnectionState, fault: Fault): void => {
  context.faults.countDown(fault)
  context.emit("Fault", () => ({ _tag: "Fault", connection, fault: fault.name, stage: fault.stage }))
}

/** Applies the faults that are set for a stage. */
export const applyFaults = (
  context: TerminalContext,
  state: ConnectionState,
  stage: FaultStage
): Effect.Effect<void, Rebooted> => {
  const faults = context.faults.at(stage)
  return faults.length === 0
    ? Effect.void
    : Effect.forEach(faults, (fault) => applyFault(context, state, fault), { discard: true })
}

const applyFault = (context: TerminalContext, state: ConnectionState, fault: Fault): Effect.Effect<void, Rebooted> => {
  recordFault(context, state, fault)
  switch (fault.name) {
    case "delay":
    case "late-answer":
      return Effect.sleep(fault.milliseconds)
    case "stale-answer":
      send(state, Tlv.encode(ResponseFields.cancelled(context.profile)))
      return Effect.void
    case "silent":
    case "answer-lost":
      state.mute = true
      return Effect.void
    case "close":
      end(state)
      return Effect.void
    case "reset":
      reset(state)
      return Effect.void
    case "reboot":
      reset(state)
      return Effect.andThen(context.restart(fault.milliseconds, state.connection), Effect.fail(new Rebooted()))
    default:
      return Effect.void
  }
}
