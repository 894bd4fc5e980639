import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Option from "effect/Option"
import { type Flusher, layerFlusher } from "effect/observability/OtlpExporter"
import * as OtlpResource from "effect/observability/OtlpResource"
import { layerProtobuf } from "effect/observability/OtlpSerialization"
import * as OtlpTracer from "effect/observability/OtlpTracer"
import type * as Scope from "effect/Scope"
import * as Tracer from "effect/Tracer"
import * as TestClock from "effect/testing/TestClock"
import * as Version from "effect/Version"
import { assert, describe, it } from "vitest"
import * as TraceExporter from "../../src/bin/traceExporter.ts"

const settings = {
  url: "http://collector/v1/traces",
  headers: undefined,
  compression: "none",
  exportInterval: Duration.seconds(5),
  maxBatchSize: 1_000,
  shutdownTimeout: Duration.seconds(3)
} as const

const service = { serviceName: "hipay-pos-gateway", serviceVersion: "1.2.3" }

const ours = TraceExporter.make({
  ...settings,
  resource: OtlpResource.make(service),
  instrumentation: { name: "effect", version: Version.getCurrentVersion() }
})

const effects = Effect.provide(OtlpTracer.make({ ...settings, resource: service }), layerProtobuf)

/** What a tracer sends after these calls; `status` is the collector's answer to a request. */
const sentBy = async (
  make: Effect.Effect<Tracer.Tracer, never, Scope.Scope | Flusher | HttpClient.HttpClient>,
  use: (tracer: Tracer.Tracer) => Effect.Effect<void>,
  status: (request: number) => number = () => 200
): Promise<ReadonlyArray<Buffer>> => {
  const bodies: Array<Buffer> = []
  const client = HttpClient.make((request) => {
    if (request.body._tag !== "Uint8Array") throw new Error(`a body that is ${request.body._tag}`)
    bodies.push(Buffer.from(request.body.body))
    return Effect.succeed(HttpClientResponse.fromWeb(request, new Response(null, { status: status(bodies.length) })))
  })
  await Effect.flatMap(make, use).pipe(
    Effect.scoped,
    Effect.provide(layerFlusher),
    Effect.provideService(HttpClient.HttpClient, client),
    Effect.provide(TestClock.layer()),
    Effect.runPromise
  )
  return bodies
}

interface Recorded {
  readonly attributes?: Readonly<Record<string, unknown>>
  readonly exit?: Exit.Exit<unknown, unknown>
  readonly make?: Partial<Parameters<Tracer.Tracer["span"]>[0]>
  readonly during?: (span: Tracer.Span) => void
}

const record = (tracer: Tracer.Tracer, { attributes = {}, exit = Exit.void, make = {}, during }: Recorded) => {
  const span = tracer.span({
    name: "hipay_pos.exchange",
    kind: "client",
    parent: Option.none(),
    annotations: Context.empty(),
    links: [],
    startTime: 1_700_000_000_123_456_789n,
    root: false,
    sampled: true,
    ...make
  })
  for (const [key, value] of Object.entries(attributes)) span.attribute(key, value)
  during?.(span)
  span.end(2n ** 64n - 1n, exit)
  return span
}

/** What both tracers send of the same spans, as text and with fixed ids. */
const compared = async (...spans: ReadonlyArray<Recorded>): Promise<readonly [string, string]> => {
  const made = { ours: [] as Array<Tracer.Span>, effects: [] as Array<Tracer.Span> }
  const using = (of: keyof typeof made) => (tracer: Tracer.Tracer) =>
    Effect.sync(() => {
      for (const each of spans) made[of].push(record(tracer, each))
    })
  const [own = Buffer.of()] = await sentBy(ours, using("ours"))
  const [other = Buffer.of()] = await sentBy(effects, using("effects"))
  const bytesOf = (hexadecimal: string) => Buffer.from(hexadecimal, "hex").toString("latin1")
  let expected = other.toString("latin1")
  for (const [index, { traceId, spanId }] of made.effects.entries()) {
    expected = expected
      .replace(bytesOf(traceId), () => bytesOf(made.ours[index]?.traceId ?? ""))
      .replace(bytesOf(spanId), () => bytesOf(made.ours[index]?.spanId ?? ""))
  }
  return [own.toString("latin1"), expected]
}

const caller = Tracer.externalSpan({ traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331" })

/** Sends this many spans in one tick. */
const recordMany = (tracer: Tracer.Tracer, from: number, count: number) =>
  Effect.sync(() => {
    for (let n = from; n < from + count; n++) record(tracer, { make: { name: `span ${n};` } })
  })

/** Which spans of `recordMany` a request contains. */
const numbersIn = (body: Buffer): ReadonlyArray<number> =>
  [...body.toString("latin1").matchAll(/span (\d+);/g)].map(([, n]) => Number(n))

describe("a tracer that exports", () => {
  it("sends, byte for byte, what effect's own sends", async () => {
    const failure = new Error("silence")
    failure.stack = "Error: silence"
    const [own, expected] = await compared(
      { attributes: { text: "é€😀", empty: "", yes: true, no: false }, make: { parent: Option.some(caller) } },
      { attributes: { zero: 0, one: 1, minus: -1, high: 2 ** 53 - 1, low: -(2 ** 53), long: 2n ** 63n - 1n } },
      { attributes: { half: 0.5, infinite: Number.POSITIVE_INFINITY, list: ["a", 1, true, ["b"]], object: { a: 1 } } },
      { make: { kind: "server", name: "", links: [{ span: caller, attributes: { why: "late" } }] } },
      {
        during: (span) => {
          span.event("request sent", 1_700_000_000_123_456_790n)
          span.event("stage", 1_700_000_000_123_456_791n, { stage: "pin", seconds: 1.5 })
          span.attribute("stage", "first")
          span.attribute("stage", "last")
          span.addLinks([{ span: caller, attributes: {} }])
        }
      },
      { exit: Exit.fail(failure) },
      { exit: Exit.fail(Object.assign(new Error(""), { stack: "Error" })) },
      { exit: Exit.failCause(Cause.interrupt(1)), attributes: { a: "b" } },
      { exit: Exit.failCause(Cause.empty) }
    )
    assert.strictEqual(own, expected)
  })

  it("writes lengths of one, two, three and four bytes correctly", async () => {
    const short = [31, 32, 62, 63, 64, 65, 100, 114, 115, 120, 126, 127, 128, 129]
    const texts = [...short.map((length) => "é".repeat(length)), ...short.map((length) => "x".repeat(length))]
    for (const text of [...texts, ...[16_383, 16_384, 2_097_152].map((length) => "x".repeat(length))]) {
      const [own, expected] = await compared({ attributes: { text } }, {})
      assert.isTrue(own === expected, `${text.length} letters ${text[0]}`)
    }
    const [own, expected] = await compared(
      ...Array.from({ length: 900 }, (_, n) => ({ attributes: { n }, make: { name: "y".repeat(n % 300) } }))
    )
    assert.isTrue(own === expected)
  })

  it("does not change ended spans, and does not send unsampled ones", async () => {
    const [body = Buffer.of(), ...more] = await sentBy(ours, (tracer) =>
      Effect.sync(() => {
        record(tracer, { make: { sampled: false, name: "unsampled" } })
        const span = record(tracer, { make: { name: "sampled" } })
        span.attribute("later", 1)
        span.event("later", 0n)
        span.end(0n, Exit.void)
        assert.strictEqual(span.attributes.size, 0)
      })
    )
    assert.lengthOf(more, 0)
    assert.deepStrictEqual(body.toString("latin1").match(/unsampled|sampled|later/g), ["sampled"])
  })

  it("sends all spans of one tick, so many in a request, and what is left after the interval or at the end", async () => {
    const bodies = await sentBy(ours, (tracer) =>
      Effect.gen(function* () {
        yield* recordMany(tracer, 0, 2_001)
        yield* TestClock.adjust("5 seconds")
        yield* recordMany(tracer, 2_001, 2)
      })
    )
    const numbers = bodies.map(numbersIn)
    assert.deepStrictEqual(
      numbers.map(({ length }) => length),
      [1_000, 1_000, 1, 2]
    )
    assert.deepStrictEqual(
      numbers.flat(),
      Array.from({ length: 2_003 }, (_, n) => n)
    )
  })

  it("keeps no more than one request while the collector refuses, and sends again a minute later", async () => {
    const bodies = await sentBy(
      ours,
      (tracer) =>
        Effect.gen(function* () {
          yield* recordMany(tracer, 0, 1)
          yield* TestClock.adjust("5 seconds")
          yield* recordMany(tracer, 1, 5_000)
          yield* TestClock.adjust("1 minute")
          yield* recordMany(tracer, 5_001, 1)
          yield* TestClock.adjust("5 seconds")
        }),
      (request) => (request === 1 ? 400 : 200)
    )
    assert.lengthOf(bodies, 2)
    const last = numbersIn(bodies[1] ?? Buffer.of())
    assert.isAtMost(last.length, 1_000)
    assert.strictEqual(last.at(-1), 5_001)
  })

  it("drops a span with an attribute that cannot be written, and no other", async () => {
    const broken: Array<unknown> = []
    broken.push(broken)
    const [body = Buffer.of()] = await sentBy(ours, (tracer) =>
      Effect.gen(function* () {
        yield* recordMany(tracer, 0, 2)
        record(tracer, { attributes: { broken }, make: { name: "span 2;" } })
        yield* recordMany(tracer, 3, 2)
      })
    )
    assert.deepStrictEqual(numbersIn(body), [0, 1, 3, 4])
    const [whole] = await sentBy(ours, (tracer) =>
      Effect.gen(function* () {
        yield* recordMany(tracer, 0, 2)
        yield* recordMany(tracer, 3, 2)
      })
    )
    assert.strictEqual(body.length, whole?.length)
  })
})
