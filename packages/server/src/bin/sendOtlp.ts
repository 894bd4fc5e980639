/**
 * Sends traces and metrics to an OpenTelemetry collector, as the standard environment variables say. What cannot be sent is
 * dropped: no payment and no start waits for a collector. An invalid value causes a warning, and its traces or metrics are not
 * sent.
 */
import { variable } from "@hipay-pos/cli-kit"
import * as Cause from "effect/Cause"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import * as OtlpExporter from "effect/observability/OtlpExporter"
import * as OtlpMetrics from "effect/observability/OtlpMetrics"
import * as OtlpResource from "effect/observability/OtlpResource"
import * as OtlpSerialization from "effect/observability/OtlpSerialization"
import * as OtlpTracer from "effect/observability/OtlpTracer"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import type * as Scope from "effect/Scope"
import * as Tracer from "effect/Tracer"
import * as Version from "effect/Version"
import type { Listener } from "../ServerEvent.ts"
import type * as Metrics from "../telemetry/Metrics.ts"
import { postWithNode } from "./postWithNode.ts"
import { reportSending } from "./reportSending.ts"
import * as TraceExporter from "./traceExporter.ts"
import { timeoutOf, traceSettings } from "./traceSettings.ts"

/** Starts to send; when the scope ends, sends the rest and stops. Returns the tracer, or undefined if no traces are sent. */
export const sendOtlp = Effect.fnUntraced(function* (
  version: string,
  metrics: Metrics.Metrics,
  listener: Listener
): Effect.fn.Return<Tracer.Tracer | undefined, never, Scope.Scope> {
  const warn = (detail: string) => Effect.sync(() => listener({ _tag: "TelemetrySent", detail, isSent: false }))
  const orNone = <A, E, R>(what: "traces" | "metrics", start: Effect.Effect<A, E, R>) =>
    Effect.catchCause(start, (cause) =>
      Effect.as(warn(`${problemIn(Cause.squash(cause))}; no ${what} are sent`), undefined)
    )
  const resource = { serviceVersion: version }
  const sendMetrics = Effect.gen(function* () {
    const isJson = (yield* protocolOf("METRICS")) === "http/json"
    yield* Layer.build(
      OtlpMetrics.layerFromConfig({ resource }).pipe(
        Layer.provide([
          isJson ? OtlpSerialization.layerJson : OtlpSerialization.layerProtobuf,
          httpClient("METRICS", listener),
          Layer.succeedContext(metrics.context)
        ])
      )
    )
    // Gauges are refreshed by readers; pushed metrics have none.
    const looks = Effect.forever(Effect.andThen(Effect.promise(metrics.refresh), Effect.sleep(BETWEEN_LOOKS)))
    yield* Effect.forkScoped(looks)
  })
  const sendTraces = Effect.gen(function* () {
    const settings = yield* traceSettings
    if (settings === undefined) return undefined
    const isJson = (yield* protocolOf("TRACES")) === "http/json"
    const tracer = isJson
      ? Effect.provide(OtlpTracer.make({ ...settings, resource }), OtlpSerialization.layerJson)
      : TraceExporter.make({ ...settings, resource: yield* OtlpResource.fromConfig(resource), instrumentation })
    return yield* Effect.provide(tracer, [httpClient("TRACES", listener), OtlpExporter.layerFlusher])
  })
  if (yield* hasMetrics) yield* orNone("metrics", sendMetrics)
  const tracer = yield* orNone("traces", sendTraces)
  if (tracer === undefined) return undefined
  const sampler = readSampler(
    (yield* variable("OTEL_TRACES_SAMPLER")) || "parentbased_always_on",
    (yield* variable("OTEL_TRACES_SAMPLER_ARG")) || "1"
  )
  if (sampler !== undefined) return sampled(tracer, sampler)
  yield* warn(
    "OTEL_TRACES_SAMPLER: expected always_on, always_off or traceidratio with an OTEL_TRACES_SAMPLER_ARG from 0 to 1, or one of them after parentbased_; all are kept"
  )
  return tracer
})

/** Whether metrics are enabled and have a destination. */
const hasMetrics = Effect.gen(function* () {
  const exporters = (yield* variable("OTEL_METRICS_EXPORTER")) ?? ""
  const endpoint =
    (yield* variable("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT")) || (yield* variable("OTEL_EXPORTER_OTLP_ENDPOINT"))
  return Boolean(endpoint) && exporters.split(",").some((name) => name.trim().toLowerCase() === "otlp")
})

/** The protocol for one signal. Fails with a sentence if it is not supported. */
const protocolOf = Effect.fnUntraced(function* (signal: "TRACES" | "METRICS") {
  const names = [`OTEL_EXPORTER_OTLP_${signal}_PROTOCOL`, "OTEL_EXPORTER_OTLP_PROTOCOL"]
  for (const name of names) {
    const protocol = yield* variable(name)
    if (protocol === "http/protobuf" || protocol === "http/json") return protocol
    if (protocol)
      return yield* Effect.fail(`${name}: expected http/protobuf or http/json, got ${JSON.stringify(protocol)}`)
  }
  return "http/protobuf"
})

/** Which variable has an invalid value, without the value, which may be a key. */
const problemIn = (error: unknown): string => {
  if (typeof error === "string") return error
  const cause = error instanceof Config.ConfigError ? error.cause : error
  if (!Schema.isSchemaError(cause)) return `OTEL_*: ${String(cause).split("\n")[0]}`
  const { message = "", path = [] } = format(cause.issue).issues.at(-1) ?? {}
  return `${path.join(".")}: ${message.replace(/^E/, "e")}`
}

const format = SchemaIssue.makeFormatterStandardSchemaV1()

const BETWEEN_LOOKS = "10 seconds"

/** The instrumentation named in spans. */
const instrumentation = { name: "effect", version: Version.getCurrentVersion() }

/** The HTTP client of effect's exporters. */
const httpClient = (signal: "TRACES" | "METRICS", listener: Listener) =>
  Layer.provide(
    FetchHttpClient.layer,
    Layer.effect(
      FetchHttpClient.Fetch,
      Effect.map(timeoutOf(signal), (timeout) =>
        reportSending(postWithNode(timeout), signal === "TRACES" ? "traces" : "metrics", listener)
      )
    )
  )

/** Which traces to keep. */
interface Sampler {
  /** The share kept of traces that begin here, or of all if the caller's decision does not count. */
  readonly share: number
  readonly followsParent: boolean
}

const readSampler = (name: string, argument: string): Sampler | undefined => {
  const [, parent, kind] = /^(parentbased_)?(always_on|always_off|traceidratio)$/.exec(name) ?? []
  if (kind === undefined) return undefined
  const share = kind === "always_on" ? 1 : kind === "always_off" ? 0 : Number(argument)
  return share >= 0 && share <= 1 ? { share, followsParent: parent !== undefined } : undefined
}

/** A tracer that keeps some of the traces. */
const sampled = (tracer: Tracer.Tracer, { share, followsParent }: Sampler): Tracer.Tracer =>
  share === 1 && followsParent
    ? tracer
    : Tracer.make({
        span: (options) => {
          const { parent } = options
          const decides = parent._tag === "None" || (parent.value._tag === "ExternalSpan" && !followsParent)
          return tracer.span({ ...options, sampled: decides ? Math.random() < share : options.sampled })
        }
      })
