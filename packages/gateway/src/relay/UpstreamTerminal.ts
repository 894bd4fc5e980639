/**
 * A terminal behind HiPay's service: implements core's port with the client's interpretation of answers.
 *
 * The order is sent at most once, and never after its caller was told how it ended. If no answer comes in time the outcome is
 * unknown, and the relay keeps waiting: a late answer ends the attempt.
 */
import {
  type Exchange,
  interpretResponse,
  type PaymentResult,
  type PosClientError,
  type Received
} from "@hipay-pos/client/response"
import { defined } from "@hipay-pos/core/Defined"
import type { OrderRequest } from "@hipay-pos/core/Order"
import type { PaymentOutcome } from "@hipay-pos/core/Payment"
import { NotStarted, OutcomeUnknown, TerminalError } from "@hipay-pos/core/Terminal"
import type { PaymentEvent, UpstreamAnswer } from "@hipay-pos/server"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Struct from "effect/Struct"
import { givenUp } from "../givenUp.ts"
import type { Upstream } from "./Upstream.ts"
import { toCutAnswer, toUpstreamAnswer } from "./upstreamAnswer.ts"

/** A connection for one order. */
export interface Connection {
  /**
   * Writes the order once the connection is made, if `mayWrite` returns true in the same turn of the event loop as the first
   * byte; resolves to the result.
   */
  readonly send: (sent: Sent, mayWrite: () => boolean, signal: AbortSignal) => Promise<Exchange>
  readonly close: () => void
}

/** The body of an order, and the headers that are known only when it is sent. */
export interface Sent {
  readonly text: string
  readonly headers: Readonly<Record<string, string>>
}

/** Makes a connection; nothing is written before `send`. */
export type Open = (url: string, headers: Readonly<Record<string, string>>) => Connection

/** How orders are sent to a service. */
export interface UpstreamTerminalOptions {
  readonly upstream: Upstream
  readonly open: Open
  /** How long an answer may take, the connection included. */
  readonly answerTimeout: Duration.Input
  /** How long a late answer is waited for. */
  readonly lateAnswer: Duration.Input
  /** Whether the header `Authorization` is the till's own: a refused login is then the till's. */
  readonly isPassedThrough: boolean
  /** Aborted when the server shuts down: late answers are then no longer waited for. */
  readonly closing?: AbortSignal | undefined
  /** Called with each answer. */
  readonly onAnswer?: (came: Received) => void
  /** Called with each order that was sent, and its answer as it is kept. */
  readonly onExchange?: ((sent: unknown, answer: UpstreamAnswer["received"]) => void) | undefined
  /** Called with a login that the service refused. */
  readonly onLoginRefused?: (authorization: string) => void
  readonly userAgent: string
}

/** An order for the service, decoded and as the text and headers to send. */
export interface UpstreamOrder {
  readonly request: OrderRequest
  readonly text: string
  readonly contentType: string
  /** The trace that it belongs to. */
  readonly traceparent?: (() => string | undefined) | undefined
  readonly authorization: string
}

/** Opens the connection of an order. */
export const connect = (
  { open, upstream, userAgent }: UpstreamTerminalOptions,
  { contentType, authorization }: Pick<UpstreamOrder, "contentType" | "authorization">
): Connection =>
  open(`${upstream.url}/v1/connector/order`, {
    accept: "application/json",
    "content-type": contentType,
    "user-agent": userAgent,
    authorization
  })

/** Sends an order over its connection and returns the outcome. */
export const perform = Effect.fnUntraced(function* (
  options: UpstreamTerminalOptions,
  order: UpstreamOrder,
  connection: Connection,
  onEvent: (event: PaymentEvent) => void,
  mayDial: () => boolean
): Effect.fn.Return<PaymentOutcome, TerminalError> {
  const { upstream, answerTimeout } = options
  const { orderId } = order.request.order
  const controller = new AbortController()
  const sent = JSON.parse(order.text) as unknown
  let isWritten = false
  /** Why the order may no longer be written. */
  let refused: NotStarted | undefined
  const mayWrite = () => {
    if (refused === undefined && !mayDial()) refused = givenUp
    isWritten = refused === undefined
    return isWritten
  }
  onEvent({ _tag: "UpstreamAsked", orderId, upstream: upstream.name })
  const exchange = yield* Effect.forkDetach(
    Effect.promise(() => {
      const traceparent = order.traceparent?.()
      const headers = defined({ traceparent })
      return connection.send({ text: order.text, headers }, mayWrite, controller.signal)
    })
  )
  const judge = (came: Exchange): Result.Result<PaymentOutcome, NotStarted | OutcomeUnknown> => {
    if (came._tag === "Broken" && came.begun !== undefined)
      onEvent({ _tag: "UpstreamAnswered", orderId, answer: toCutAnswer(came.begun) })
    if (came._tag !== "Received") return Result.fail(refused ?? reasonOf(came))
    options.onAnswer?.(came)
    if (came.status === 401 || came.status === 403) options.onLoginRefused?.(order.authorization)
    const answer = toUpstreamAnswer(came, sent)
    options.onExchange?.(sent, answer.received)
    onEvent({ _tag: "UpstreamAnswered", orderId, answer })
    return read(order.request, came, options.isPassedThrough)
  }

  /** Waits for a late answer, after the caller was told that the outcome is unknown. */
  const listenLate = Effect.gen(function* () {
    const stop = () => controller.abort()
    options.closing?.addEventListener("abort", stop)
    const inTime = yield* Effect.timeoutOption(Fiber.join(exchange), options.lateAnswer)
    options.closing?.removeEventListener("abort", stop)
    controller.abort()
    // Aborted, it ends at once, with what had come.
    const came = yield* Fiber.join(exchange)
    const judged = judge(came)
    const isSilent = Option.isNone(inTime) && came._tag !== "Received"
    const result = isSilent ? Result.fail(silent(options.lateAnswer)) : judged
    onEvent({ _tag: "LateAnswer", orderId, result: Result.mapError(result, toUnknown) })
  }).pipe(Effect.ensuring(Effect.sync(() => onEvent({ _tag: "Closed", orderId }))))

  const came = yield* Effect.timeoutOption(Fiber.join(exchange), answerTimeout)
  if (Option.isSome(came)) return yield* Effect.mapError(Effect.fromResult(judge(came.value)), toError)
  if (!isWritten) {
    refused = notConnected(answerTimeout)
    controller.abort()
    return yield* toError(refused)
  }
  const reason = silent(answerTimeout)
  onEvent({ _tag: "Unknown", orderId, reason })
  yield* Effect.forkDetach(listenLate)
  return yield* toError(reason)
})

const notConnected = (within: Duration.Input): NotStarted =>
  new NotStarted({
    kind: "Unreachable",
    detail: `no connection within ${Duration.format(Duration.fromInputUnsafe(within))}, the time for an answer`
  })

const toError = (reason: NotStarted | OutcomeUnknown): TerminalError => new TerminalError({ reason })

const silent = (within: Duration.Input): OutcomeUnknown =>
  new OutcomeUnknown({
    kind: "SilentAfterSend",
    detail: `no answer within ${Duration.format(Duration.fromInputUnsafe(within))}`
  })

/** A late answer that says that nothing was started ends nothing: a person has to look at it. */
const toUnknown = (reason: NotStarted | OutcomeUnknown): OutcomeUnknown =>
  reason._tag === "TerminalOutcomeUnknown"
    ? reason
    : new OutcomeUnknown({
        kind: "Inconclusive",
        detail: `the late answer says that nothing was started: ${reason.detail}`
      })

const reasonOf = (came: Exclude<Exchange, Received>): NotStarted | OutcomeUnknown =>
  came._tag === "NotSent"
    ? new NotStarted({ kind: came.kind === "ConnectTimedOut" ? "Unreachable" : came.kind, detail: came.detail })
    : new OutcomeUnknown({
        kind: "CutLine",
        detail: "the connection broke before the answer was complete"
      })

/** What an answer proves. */
const read = (
  request: OrderRequest,
  came: Received,
  isPassedThrough: boolean
): Result.Result<PaymentOutcome, NotStarted | OutcomeUnknown> => {
  const encoding = came.headers.get("content-encoding") ?? "identity"
  // What can be read is not compressed: some servers name a charset here.
  if (encoding !== "identity" && came.json === undefined) {
    const detail = "the answer is compressed, which was not asked for"
    return Result.fail(new OutcomeUnknown({ kind: "Charset", detail }))
  }
  return Result.mapBoth(interpretResponse(request, came), {
    onSuccess: toOutcome,
    onFailure: (error) => reasonIn(error, came, isPassedThrough)
  })
}

/** The part of the client's result that an attempt keeps. */
const toOutcome = (result: PaymentResult): PaymentOutcome => {
  switch (result._tag) {
    case "Approved":
      return Struct.pick(result, [...common, "amount", "tip"])
    case "ApprovedInPart":
      return Struct.pick(result, [...common, "paid", "remaining"])
    case "Declined":
      return Struct.pick(result, [...common, "reason", "complement", "label"])
  }
}

const common = ["_tag", "card", "receipt", "warnings"] as const

const reasonIn = (
  { reason }: PosClientError,
  came: Received,
  isPassedThrough: boolean
): NotStarted | OutcomeUnknown => {
  switch (reason._tag) {
    case "NotStarted":
      return notStarted(reason, came, isPassedThrough)
    case "OutcomeUnknown":
      return new OutcomeUnknown({ kind: unknownKinds[reason.kind], detail: reason.detail })
    default:
      return new OutcomeUnknown({ kind: "Reported", detail: reason.message })
  }
}

type Reasons = PosClientError["reason"]

const unknownKinds: Readonly<Record<Extract<Reasons, { _tag: "OutcomeUnknown" }>["kind"], OutcomeUnknown["kind"]>> = {
  TimedOut: "SilentAfterSend",
  Aborted: "CutLine",
  CutLine: "CutLine",
  Redirected: "Redirected",
  Empty: "Empty",
  NotJson: "NotJson",
  Truncated: "Truncated",
  Charset: "Charset",
  TooLarge: "TooLarge",
  ServerFailed: "ServerFailed",
  Inconclusive: "Inconclusive",
  Reported: "Reported"
}

const notStarted = (
  { kind, detail, code }: Extract<Reasons, { _tag: "NotStarted" }>,
  { status }: Received,
  isPassedThrough: boolean
): NotStarted => {
  if ((status === 401 || (status === 403 && !isAboutOrder(code))) && !isPassedThrough) {
    return new NotStarted({
      kind: kind === "Blocked" ? "Blocked" : "LoginRefused",
      detail: `${detail}, HTTP ${status}`
    })
  }
  switch (kind) {
    case "ProxyLogin":
    case "Blocked":
    case "Reported":
      return new NotStarted({ kind, detail })
    default:
      return new NotStarted({ kind: "Rejected", detail })
  }
}

/** Whether the code of a 403 blames the terminal or the type of transaction, not the login. */
const isAboutOrder = (code: string | undefined): boolean => /passphrase|terminal|transaction/.test(code ?? "")
