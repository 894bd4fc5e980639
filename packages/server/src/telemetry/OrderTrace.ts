/**
 * The trace of one order: a span for the request, below it one for each step to the terminal and back.
 *
 * It continues the trace of a caller who sends `traceparent`, and is made by hand over effect's tracer: without a tracer
 * nothing is made at all. While the order is under way, steps are only noted; their spans are made together once it is
 * answered, which takes half the processor time. Spans say what happened and to which attempt; never what was sent, paid
 * with or signed with.
 */
import * as CardNumber from "@hipay-pos/core/CardNumber"
import * as Context from "effect/Context"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Tracer from "effect/Tracer"
import { type Attempt, terminalNameOf } from "../attempts/Attempt.ts"
import type { PaymentEvent } from "../terminals/PaymentEvent.ts"

/** The steps, in their order. */
export type StepName =
  | "receive"
  | "validate"
  | "claim"
  | "queue"
  | "connect"
  | "exchange"
  | "conclude"
  | "render"
  | "simulated_terminal"

/** The trace of an order. */
export interface OrderTrace {
  /** In hexadecimal. */
  readonly traceId: string
  /** What a server that is asked meanwhile continues: the step that is under way, as a header `traceparent`. */
  readonly traceparent: () => string
  /** The span of the whole order, as a header `traceparent`: what comes later for its attempt belongs below it. */
  readonly root: string
  /** Begins a step. Returns how to end it; `problem` is why it failed, in a word. */
  readonly step: (name: StepName) => (problem?: string) => void
  /** The order is this attempt. */
  readonly claimed: (attempt: Attempt) => void
  /** Something happened between the attempt and its terminal. */
  readonly terminal: (event: PaymentEvent) => void
  /** The attempt has ended. */
  readonly concluded: (attempt: Attempt) => void
  /** The answer is out. */
  readonly end: (status: number) => void
}

/** Begins a trace. */
export const begin = (
  tracer: Tracer.Tracer,
  { traceparent, requestId }: { readonly traceparent: string | undefined; readonly requestId: string }
): OrderTrace => {
  const parent = read(traceparent)
  const root = makeSpan(tracer, "POST /v1/connector/order", "server", parent, performance.now())
  root.attribute("http.request.method", "POST")
  root.attribute("http.route", "/v1/connector/order")
  root.attribute("hipay_pos.request_id", requestId)
  const parentOfSteps = Option.some(root)
  /** What has ended since; undefined once the order is answered. */
  let ended: Array<Step> | undefined = []
  let open: Array<Step> = []

  const find = (name: StepName): Step | undefined => {
    for (const step of open) if (step.name === name) return step
    return undefined
  }
  const spanOf = (step: Step): Tracer.Span => {
    const { name, kind, above, from } = step
    step.span ??= makeSpan(
      tracer,
      `hipay_pos.${name}`,
      kind,
      above === undefined ? parentOfSteps : Option.some(spanOf(above)),
      from
    )
    return step.span
  }
  const emit = (step: Step): void => {
    if (!root.sampled) return
    const span = spanOf(step)
    if (step.address !== undefined) span.attribute("server.address", step.address)
    if (step.port !== undefined) span.attribute("server.port", step.port)
    for (const [name, at] of step.events) span.event(name, toNanoseconds(at))
    span.end(toNanoseconds(step.to), step.problem === undefined ? Exit.void : Exit.fail(step.problem))
  }
  const end = (step: Step, problem?: string): void => {
    step.to = performance.now()
    step.problem = problem
    if (ended === undefined) emit(step)
    else ended.push(step)
  }
  const finish = (name: StepName, problem?: string): void => {
    const step = find(name)
    if (step === undefined) return
    open.splice(open.indexOf(step), 1)
    end(step, problem)
  }
  const start = (name: StepName, kind: Tracer.SpanKind = "internal", above?: Step): Step => {
    finish(name)
    const step = new Step(name, kind, above, performance.now())
    open.push(step)
    return step
  }

  const terminal = (event: PaymentEvent) => {
    switch (event._tag) {
      case "Connecting": {
        const connect = start("connect", "client")
        connect.address = event.address.host
        connect.port = event.address.port
        return
      }
      case "Connected":
        finish("connect")
        start("exchange", "client")
        return
      case "UpstreamAsked":
        start("exchange", "client").address = event.upstream
        return
      case "RequestSent":
        find("exchange")?.events.push(["request sent", performance.now()])
        return
      case "Stage": {
        const shown = find("simulated_terminal") ?? start("simulated_terminal", "server", find("exchange"))
        shown.events.push([event.stage, performance.now()])
        return
      }
      case "Answered":
      case "UpstreamAnswered":
        finish("simulated_terminal")
        return finish("exchange")
      case "Unknown":
        finish("simulated_terminal", "unknown")
        return finish("exchange", event.reason.kind)
      case "LateAnswer": {
        const late = makeSpan(tracer, "hipay_pos.late_answer", "internal", parentOfSteps, performance.now())
        late.attribute("hipay_pos.outcome", event.result._tag === "Success" ? event.result.success._tag : "none")
        return late.end(toNanoseconds(performance.now()), Exit.void)
      }
    }
  }

  return {
    traceId: root.traceId,
    root: write(root),
    traceparent: () => {
      const exchange = find("exchange")
      return write(exchange === undefined ? root : spanOf(exchange))
    },
    step: (name) => {
      start(name)
      return (problem) => finish(name, problem)
    },
    claimed: (attempt) => {
      root.attribute("hipay_pos.attempt", attempt.id)
      root.attribute("hipay_pos.order_id", CardNumber.maskWritten(attempt.key.orderId))
      root.attribute("hipay_pos.transaction_type", attempt.key.transactionType)
      root.attribute("hipay_pos.terminal", CardNumber.maskWritten(terminalNameOf(attempt)))
      root.attribute("hipay_pos.protocol", attempt.target._tag)
    },
    terminal,
    concluded: ({ state, outcome, error }) => {
      root.attribute("hipay_pos.state", state)
      if (outcome !== undefined) root.attribute("hipay_pos.outcome", outcome._tag)
      if (error !== undefined) root.attribute("hipay_pos.reason", error.kind)
    },
    end: (status) => {
      for (const step of open) end(step)
      open = []
      for (const step of ended ?? []) emit(step)
      ended = undefined
      root.attribute("http.response.status_code", status)
      root.end(toNanoseconds(performance.now()), status >= 500 ? Exit.fail(`HTTP ${status}`) : Exit.void)
    }
  }
}

/** A step, under way or ended; times by the monotonic clock, in milliseconds. */
class Step {
  readonly name: StepName
  readonly kind: Tracer.SpanKind
  /** The order's own span, where it is not below another step. */
  readonly above: Step | undefined
  readonly from: number
  to = 0
  problem: string | undefined
  address: string | undefined
  port: number | undefined
  readonly events: Array<readonly [name: string, at: number]> = []
  span: Tracer.Span | undefined

  constructor(name: StepName, kind: Tracer.SpanKind, above: Step | undefined, from: number) {
    this.name = name
    this.kind = kind
    this.above = above
    this.from = from
  }
}

/** A span that belongs to an attempt and happens apart from its order: a notification, a person's answer. */
export const record = (
  tracer: Tracer.Tracer,
  name: string,
  traceparent: string | undefined,
  attributes: Readonly<Record<string, string>>
): void => {
  const span = makeSpan(tracer, name, "internal", read(traceparent), performance.now())
  for (const [key, value] of Object.entries(attributes)) span.attribute(key, value)
  span.end(toNanoseconds(performance.now()), Exit.void)
}

const makeSpan = (
  tracer: Tracer.Tracer,
  name: string,
  kind: Tracer.SpanKind,
  parent: Option.Option<Tracer.AnySpan>,
  from: number
): Tracer.Span =>
  tracer.span({
    name,
    kind,
    parent,
    annotations: Context.empty(),
    links: [],
    startTime: toNanoseconds(from),
    root: Option.isNone(parent),
    sampled: Option.isNone(parent) || parent.value.sampled
  })

/** Nanoseconds since 1970 of a time of the monotonic clock. */
const toNanoseconds = (milliseconds: number): bigint => ORIGIN + BigInt(Math.round(milliseconds * 1e6))

const ORIGIN = BigInt(Math.round(performance.timeOrigin * 1_000)) * 1_000n

const header = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/

/** The caller's span, where its header is one. */
const read = (traceparent: string | undefined): Option.Option<Tracer.AnySpan> => {
  const [, traceId, spanId, flags] = header.exec(traceparent ?? "") ?? []
  if (traceId === undefined || spanId === undefined || /^0*$/.test(traceId) || /^0*$/.test(spanId)) return Option.none()
  return Option.some(Tracer.externalSpan({ traceId, spanId, sampled: Number.parseInt(flags ?? "0", 16) % 2 === 1 }))
}

const write = ({ traceId, spanId, sampled }: Tracer.Span): string => `00-${traceId}-${spanId}-${sampled ? "01" : "00"}`

/** A header `traceparent` that may be handed on. */
export const isTraceparent = (text: string | undefined): text is string => text !== undefined && header.test(text)
