/**
 * A tracer that sends its spans to a collector as OpenTelemetry's protobuf message `ExportTraceServiceRequest`.
 *
 * A span writes itself into the next request when it ends: an order has nine spans, and none is kept as an object until a
 * request is full. Intervals, retries and pauses are those of effect's exporter.
 */
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as Hex from "effect/encoding/Hex"
import * as HttpBody from "effect/http/HttpBody"
import type * as HttpClient from "effect/http/HttpClient"
import * as Option from "effect/Option"
import * as OtlpExporter from "effect/observability/OtlpExporter"
import type { Resource } from "effect/observability/OtlpResource"
import type * as Scope from "effect/Scope"
import * as Tracer from "effect/Tracer"
import { ProtobufWriter } from "./ProtobufWriter.ts"
import type { TraceSettings } from "./traceSettings.ts"
import { type SpanEvent, type WritableSpan, writeAttribute, writeSpan } from "./writeSpan.ts"

/** What is sent, and where. */
export interface Settings extends TraceSettings {
  readonly resource: Resource
  /** The instrumentation named in spans. */
  readonly instrumentation: { readonly name: string; readonly version: string }
}

/** Makes the tracer. When the scope ends, it sends the rest. */
export const make = Effect.fnUntraced(function* (
  settings: Settings
): Effect.fn.Return<Tracer.Tracer, never, OtlpExporter.Flusher | HttpClient.HttpClient | Scope.Scope> {
  const request = new RequestWriter(settings)
  const exporter = yield* OtlpExporter.make({
    ...settings,
    label: "OtlpTracer",
    body: () => [HttpBody.uint8Array(request.take(), "application/x-protobuf"), Effect.void]
  })
  const onEnd = (span: ExportedSpan): void => {
    if (!span.sampled) return
    request.add(span)
    // The exporter counts entries, to know when a request is full.
    exporter.push(undefined)
  }
  return Tracer.make({ span: (options) => new ExportedSpan(options, onEnd) })
})

class ExportedSpan implements WritableSpan {
  readonly _tag = "Span"
  readonly name: string
  readonly parent: Option.Option<Tracer.AnySpan>
  readonly annotations: Context.Context<never>
  readonly links: Array<Tracer.SpanLink>
  readonly kind: Tracer.SpanKind
  readonly sampled: boolean
  readonly traceId: string
  readonly spanId = Hex.random(16)
  readonly startTime: bigint
  endTime = 0n
  exit: Exit.Exit<unknown, unknown> | undefined
  #attributes: Map<string, unknown> | undefined
  #events: Array<SpanEvent> | undefined
  readonly #onEnd: (span: ExportedSpan) => void

  constructor(options: Parameters<Tracer.Tracer["span"]>[0], onEnd: (span: ExportedSpan) => void) {
    const { name, parent, annotations, links, kind, sampled, startTime } = options
    this.name = name
    this.parent = parent
    this.annotations = annotations
    this.links = links
    this.kind = kind
    this.sampled = sampled
    this.traceId = Option.isSome(parent) ? parent.value.traceId : Hex.random(32)
    this.startTime = startTime
    this.#onEnd = onEnd
  }

  get status(): Tracer.SpanStatus {
    const { startTime, endTime, exit } = this
    return exit === undefined ? { _tag: "Started", startTime } : { _tag: "Ended", startTime, endTime, exit }
  }

  get attributes(): ReadonlyMap<string, unknown> {
    return this.#attributes ?? noAttributes
  }

  get events(): ReadonlyArray<SpanEvent> {
    return this.#events ?? noEvents
  }

  end(endTime: bigint, exit: Exit.Exit<unknown, unknown>): void {
    if (this.exit !== undefined) return
    this.endTime = endTime
    this.exit = exit
    this.#onEnd(this)
  }

  attribute(key: string, value: unknown): void {
    if (this.exit !== undefined) return
    this.#attributes ??= new Map()
    this.#attributes.set(key, value)
  }

  event(name: string, time: bigint, attributes?: Record<string, unknown>): void {
    if (this.exit !== undefined) return
    this.#events ??= []
    this.#events.push([name, time, attributes])
  }

  addLinks(links: ReadonlyArray<Tracer.SpanLink>): void {
    if (this.exit === undefined) this.links.push(...links)
  }
}

const noAttributes: ReadonlyMap<string, unknown> = new Map()

const noEvents: ReadonlyArray<SpanEvent> = []

/**
 * Collects the next request's spans in one buffer, after room for the fields that precede them, whose lengths are known last.
 */
class RequestWriter {
  readonly #resource: Uint8Array
  readonly #scope: Uint8Array
  readonly #room: number
  readonly #most: number
  #spans: ProtobufWriter
  #count = 0

  constructor({ resource, instrumentation, maxBatchSize }: Settings) {
    this.#resource = message((to) => {
      // Everything from the environment is text.
      for (const { key, value } of resource.attributes) writeAttribute(to, 1, key, value.stringValue)
    })
    this.#scope = message((to) => {
      to.text(1, instrumentation.name)
      to.text(2, instrumentation.version)
    })
    this.#room = this.#resource.length + this.#scope.length + 2 * HEAD
    this.#most = maxBatchSize
    this.#spans = new ProtobufWriter(this.#room + FIRST_SIZE, this.#room)
  }

  add(span: ExportedSpan): void {
    // A full request has been taken by now, unless the exporter pauses because the collector cannot be reached.
    if (this.#count >= this.#most) this.take()
    const start = this.#spans.position
    try {
      writeSpan(this.#spans, 2, span)
      this.#count++
    } catch {
      this.#spans.rewind(start)
    }
  }

  /** Returns the request and begins the next one. */
  take(): Uint8Array<ArrayBuffer> {
    const { buffer, position } = this.#spans
    const spans = position - this.#room
    this.#spans = new ProtobufWriter(buffer.length, this.#room)
    this.#count = 0
    const inner = new ProtobufWriter(this.#room)
    inner.bytes(this.#resource)
    inner.head(2, this.#scope.length + spans)
    inner.bytes(this.#scope)
    const outer = new ProtobufWriter(HEAD)
    outer.head(1, inner.position + spans)
    const start = this.#room - inner.position - outer.position
    buffer.set(outer.written, start)
    buffer.set(inner.written, start + outer.position)
    return buffer.subarray(start, position)
  }
}

/** The first request's buffer, in bytes: a thousand spans take about 150 000. */
const FIRST_SIZE = 16_384

/** Room for a field's tag and its length, in bytes. */
const HEAD = 32

/** A message in field 1. */
const message = (write: (to: ProtobufWriter) => void): Uint8Array => {
  const to = new ProtobufWriter(1_024)
  const start = to.begin(1)
  write(to)
  to.end(start)
  return to.written
}
