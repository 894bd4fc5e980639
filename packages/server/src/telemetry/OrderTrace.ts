/**
 * The trace of one order: a span for the request, and below it one for each step to the terminal and back.
 *
 * It continues the trace of a caller that sends `traceparent`. It is built directly on effect's tracer: without a tracer
 * nothing is created. Spans say what happened to which attempt, never what was sent, paid with or signed with. Once it has begun,
 * what the tracer throws is dropped: a payment matters more than its trace.
 */
import * as CardNumber from "@hipay-pos/core/CardNumber"
import { quietly } from "@hipay-pos/core/Quietly"
import * as Context from "effect/Context"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Tracer from "effect/Tracer"
import { type Attempt, terminalNameOf } from "../attempts/Attempt.ts"
import type { PaymentEvent } from "../terminals/PaymentEvent.ts"

/** The steps in order; the terminal's are within its exchange. */
const STEPS = [
  "receive",
  "validate",
  "claim",
  "queue",
  "connect",
  "simulated_terminal",
  "exchange",
  "conclude",
  "render"
] as const

export type StepName = (typeof STEPS)[number]

/** The trace of an order. */
export interface OrderTrace {
  /** In hexadecimal. */
  readonly traceId: string
  /** The `traceparent` header for a server that is asked meanwhile: the step under way. */
  readonly traceparent: () => string
  /** The `traceparent` header of the order's root span, for what comes later for its attempt. */
  readonly root: string
  /** Begins a step. Returns a function that ends it; `problem` is why it failed, in a word. */
  readonly step: (name: StepName) => (problem?: string) => void
  /** The order became this attempt. */
  readonly claimed: (attempt: Attempt) => void
  /** Something happened between the attempt and its terminal. */
  readonly terminal: (event: PaymentEvent) => void
  /** The attempt has ended. */
  readonly concluded: (attempt: Attempt) => void
  /** The answer was sent and, if it was 202, the attempt has ended. */
  readonly end: (status: number) => void
}

/** Begins a trace. */
export const begin = (
  tracer: Tracer.Tracer,
  { traceparent, requestId }: { readonly traceparent: string | undefined; readonly requestId: string }
): OrderTrace => {
  const now = startClock()
  const makeSpan = spanMaker(tracer, now)
  const parent = read(traceparent)
  const root = makeSpan("POST /v1/connector/order", "server", parent)
  root.attribute("http.request.method", "POST")
  root.attribute("http.route", "/v1/connector/order")
  root.attribute("hipay_pos.request_id", requestId)
  const parentOfSteps = Option.some(root)
  const open: { [K in StepName]?: Tracer.Span | undefined } = {}

  const finish = (name: StepName, problem?: string) => {
    open[name]?.end(now(), problem === undefined ? Exit.void : Exit.fail(problem))
    open[name] = undefined
  }
  const start = (name: StepName, kind: Tracer.SpanKind = "internal", above?: Tracer.Span): Tracer.Span => {
    finish(name)
    const span = makeSpan(`hipay_pos.${name}`, kind, above === undefined ? parentOfSteps : Option.some(above))
    open[name] = span
    return span
  }

  const terminal = (event: PaymentEvent) => {
    switch (event._tag) {
      case "Connecting": {
        const connect = start("connect", "client")
        connect.attribute("server.address", event.address.host)
        connect.attribute("server.port", event.address.port)
        return
      }
      case "Connected":
        finish("connect")
        start("exchange", "client")
        return
      case "UpstreamAsked":
        start("exchange", "client").attribute("server.address", event.upstream)
        return
      case "RequestSent":
        open.exchange?.event("request sent", now())
        return
      case "Stage":
        ;(open.simulated_terminal ?? start("simulated_terminal", "server", open.exchange)).event(event.stage, now())
        return
      case "Answered":
      case "UpstreamAnswered":
        finish("simulated_terminal")
        return finish("exchange")
      case "Unknown":
        finish("simulated_terminal", "unknown")
        return finish("exchange", event.reason.kind)
      case "LateAnswer": {
        const late = makeSpan("hipay_pos.late_answer", "internal", parentOfSteps)
        late.attribute("hipay_pos.outcome", event.result._tag === "Success" ? event.result.success._tag : "none")
        return late.end(now(), Exit.void)
      }
    }
  }

  return {
    traceId: root.traceId,
    root: write(root),
    traceparent: () => write(open.exchange ?? root),
    step: (name) => {
      quietly(start, name)
      return quiet((problem?: string) => finish(name, problem))
    },
    claimed: quiet((attempt: Attempt) => {
      root.attribute("hipay_pos.attempt", attempt.id)
      root.attribute("hipay_pos.order_id", CardNumber.maskWritten(attempt.key.orderId))
      root.attribute("hipay_pos.transaction_type", attempt.key.transactionType)
      root.attribute("hipay_pos.terminal", CardNumber.maskWritten(terminalNameOf(attempt)))
      root.attribute("hipay_pos.protocol", attempt.target._tag)
    }),
    terminal: quiet(terminal),
    concluded: quiet(({ state, outcome, error }: Attempt) => {
      root.attribute("hipay_pos.state", state)
      if (outcome !== undefined) root.attribute("hipay_pos.outcome", outcome._tag)
      if (error !== undefined) root.attribute("hipay_pos.reason", error.kind)
    }),
    end: quiet((status: number) => {
      for (const name of STEPS) finish(name)
      root.attribute("http.response.status_code", status)
      root.end(now(), status >= 500 ? Exit.fail(`HTTP ${status}`) : Exit.void)
    })
  }
}

/** The function, called by {@link quietly}. */
const quiet =
  <Args extends ReadonlyArray<unknown>>(act: (...args: Args) => unknown) =>
  (...args: Args): void =>
    quietly(act, ...args)

/** Records a span of an attempt apart from its order: a notification, or a person's resolution. Never throws. */
export const record = quiet(
  (
    tracer: Tracer.Tracer,
    name: string,
    traceparent: string | undefined,
    attributes: Readonly<Record<string, string>>
  ): void => {
    const now = startClock()
    const span = spanMaker(tracer, now)(name, "internal", read(traceparent))
    for (const [key, value] of Object.entries(attributes)) span.attribute(key, value)
    span.end(now(), Exit.void)
  }
)

const spanMaker =
  (tracer: Tracer.Tracer, now: () => bigint) =>
  (name: string, kind: Tracer.SpanKind, parent: Option.Option<Tracer.AnySpan>): Tracer.Span =>
    tracer.span({
      name,
      kind,
      parent,
      annotations: Context.empty(),
      links: [],
      startTime: now(),
      root: Option.isNone(parent),
      sampled: Option.isNone(parent) || parent.value.sampled
    })

/** Nanoseconds since 1970: the time of day at the start, continued by the monotonic clock. */
const startClock = (): (() => bigint) => {
  const nanos = () => BigInt(Math.round(performance.now() * 1e6))
  const origin = BigInt(Date.now()) * 1_000_000n - nanos()
  return () => origin + nanos()
}

const header = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/

/** The caller's span, if its header is valid. */
const read = (traceparent: string | undefined): Option.Option<Tracer.AnySpan> => {
  const [, traceId, spanId, flags] = header.exec(traceparent ?? "") ?? []
  if (traceId === undefined || spanId === undefined || /^0*$/.test(traceId) || /^0*$/.test(spanId)) return Option.none()
  return Option.some(Tracer.externalSpan({ traceId, spanId, sampled: Number.parseInt(flags ?? "0", 16) % 2 === 1 }))
}

/** The span's header. Joined, it is one string: an attempt keeps it, and would keep each part of a concatenated one. */
const write = ({ traceId, spanId, sampled }: Tracer.Span): string =>
  ["00", traceId, spanId, sampled ? "01" : "00"].join("-")

/** Whether a text is a `traceparent` header that may be passed on. */
export const isTraceparent = (text: string | undefined): text is string => text !== undefined && header.test(text)
