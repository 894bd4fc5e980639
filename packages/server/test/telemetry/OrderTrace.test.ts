import { OutcomeUnknown } from "@hipay-pos/core/Terminal"
import * as Option from "effect/Option"
import * as Tracer from "effect/Tracer"
import { assert, describe, it, onTestFinished, vi } from "vitest"
import * as OrderTrace from "../../src/telemetry/OrderTrace.ts"
import type { PaymentEvent } from "../../src/terminals/PaymentEvent.ts"
import { attempt } from "../attempts/storeLaws.ts"

const address = { host: "192.168.1.20", port: 8888 }
const connecting: PaymentEvent = { _tag: "Connecting", orderId: "A", address }
const connected: PaymentEvent = { _tag: "Connected", orderId: "A", address }
const requestSent: PaymentEvent = { _tag: "RequestSent", orderId: "A", frame: "" }
const stage: PaymentEvent = { _tag: "Stage", stage: "pin", screen: [] }
const unknown: PaymentEvent = {
  _tag: "Unknown",
  orderId: "A",
  reason: new OutcomeUnknown({ kind: "SilentAfterSend", detail: "no answer within 3m" })
}

/** A trace, and the spans that its tracer made, in the order in which they ended. */
const begin = (traceparent?: string) => {
  const ended: Array<Tracer.NativeSpan> = []
  const tracer = Tracer.make({
    span: (options) => {
      const span = new Tracer.NativeSpan(options)
      const end = span.end.bind(span)
      span.end = (time, exit) => {
        ended.push(span)
        end(time, exit)
      }
      return span
    }
  })
  return { trace: OrderTrace.begin(tracer, { traceparent, requestId: "r-1" }), ended }
}

const namesOf = (spans: ReadonlyArray<Tracer.Span>) => spans.map(({ name }) => name.replace("hipay_pos.", ""))

const parentOf = ({ parent }: Tracer.Span) => Option.getOrUndefined(parent)?.spanId

const root = "POST /v1/connector/order"

describe("the trace of an order", () => {
  it("disturbs no payment if its tracer fails", () => {
    let isFailing = false
    const fail = () => {
      if (isFailing) throw new Error("the tracer fails")
    }
    const tracer = Tracer.make({
      span: (options) => {
        fail()
        return Object.assign(new Tracer.NativeSpan(options), { attribute: fail, event: fail, end: fail })
      }
    })
    const trace = OrderTrace.begin(tracer, { traceparent: undefined, requestId: "r-1" })
    trace.terminal(connecting)
    isFailing = true
    const paid = attempt("A", { state: "approved" })
    const calls: ReadonlyArray<() => void> = [
      () => trace.step("claim")(),
      () => trace.claimed(paid),
      ...[connected, requestSent, stage, unknown].map((event) => () => trace.terminal(event)),
      () => trace.concluded(paid),
      () => trace.end(200),
      () => OrderTrace.record(tracer, "hipay_pos.resolution", undefined, { "hipay_pos.attempt": "A" })
    ]
    for (const call of calls) assert.doesNotThrow(call)
  })

  it("has a span for each step, from its beginning to its end, below the order's own", () => {
    const { trace, ended } = begin()
    trace.step("receive")()
    trace.step("validate")("Invalid")
    for (const event of [connecting, connected, requestSent, stage, unknown]) trace.terminal(event)
    trace.step("conclude")()
    trace.end(504)
    assert.deepStrictEqual(namesOf(ended), [
      "receive",
      "validate",
      "connect",
      "simulated_terminal",
      "exchange",
      "conclude",
      root
    ])
    const [receive, validate, connect, terminal, exchange, , order] = ended
    assert.ok(receive && validate && connect && terminal && exchange && order)
    assert.deepStrictEqual(
      [receive, connect, exchange].map(parentOf),
      Array.from({ length: 3 }, () => order.spanId)
    )
    assert.strictEqual(parentOf(terminal), exchange.spanId)
    assert.deepStrictEqual(
      [...connect.attributes],
      [
        ["server.address", "192.168.1.20"],
        ["server.port", 8888]
      ]
    )
    assert.deepStrictEqual(
      [exchange, terminal].map(({ events }) => events.map(([name]) => name)),
      [["request sent"], ["pin"]]
    )
    const exits = [receive, validate, exchange].map(({ status }) => status._tag === "Ended" && status.exit._tag)
    assert.deepStrictEqual(exits, ["Success", "Failure", "Failure"])
    const times = ended.map(({ status }) => [status.startTime, status._tag === "Ended" ? status.endTime : 0n] as const)
    for (const [from, to] of times) assert.isTrue(from <= to)
    const now = BigInt(Date.now()) * 1_000_000n
    for (const [from] of times) assert.isTrue(now - from < 60_000_000_000n && from - now < 1_000_000_000n)
  })

  it("begins by the time of day, even if that was set since the start of the process, and goes on by the monotonic clock", () => {
    vi.useFakeTimers({ toFake: ["Date", "performance"] })
    onTestFinished(() => void vi.useRealTimers())
    const begun = Date.parse("2030-01-01T00:00:00Z")
    vi.setSystemTime(begun)
    const { trace, ended } = begin()
    vi.advanceTimersByTime(2_000)
    vi.setSystemTime(begun + 3_600_000)
    trace.end(200)
    const status = ended[0]?.status
    assert.deepStrictEqual(
      status?._tag === "Ended" && [status.startTime, status.endTime].map((nanos) => Number(nanos / 1_000_000n) - begun),
      [0, 2_000]
    )
  })

  it("hands on the exchange that is under way, whose span has that id", () => {
    const { trace, ended } = begin("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
    assert.strictEqual(trace.traceparent(), trace.root)
    trace.terminal({ _tag: "UpstreamAsked", orderId: "A", upstream: "pos.example" })
    const handed = trace.traceparent()
    assert.strictEqual(trace.traceparent(), handed)
    trace.end(200)
    const exchange = ended.find(({ name }) => name === "hipay_pos.exchange")
    assert.strictEqual(handed, `00-0af7651916cd43dd8448eb211c80319c-${exchange?.spanId}-01`)
    assert.strictEqual(exchange?.attributes.get("server.address"), "pos.example")
  })

  it("ends what is under way with the answer, and goes on after it", () => {
    const { trace, ended } = begin()
    const queued = trace.step("queue")
    trace.end(202)
    assert.deepStrictEqual(namesOf(ended), ["queue", root])
    queued("no turn")
    for (const event of [connecting, connected]) trace.terminal(event)
    assert.deepStrictEqual(namesOf(ended.slice(2)), ["connect"])
    trace.terminal(unknown)
    assert.deepStrictEqual(namesOf(ended.slice(3)), ["exchange"])
    assert.strictEqual(parentOf(ended[3] as Tracer.Span), ended[1]?.spanId)
  })

  it("keeps no step if the caller's trace is not sampled", () => {
    const { trace, ended } = begin("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00")
    trace.step("receive")()
    for (const event of [connecting, connected, requestSent, unknown]) trace.terminal(event)
    trace.end(200)
    assert.deepStrictEqual(
      ended.map(({ sampled }) => sampled),
      [false, false, false, false]
    )
    assert.match(trace.traceparent(), /^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-00$/)
  })
})
