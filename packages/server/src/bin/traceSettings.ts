/**
 * OpenTelemetry's standard variables for sending traces. Effect reads them only for its own tracer, which does not accept
 * another encoder of spans.
 */
import * as Config from "effect/Config"
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"

/** Where and how traces are sent. */
export interface TraceSettings {
  readonly url: string
  readonly headers: Readonly<Record<string, string>> | undefined
  readonly compression: "gzip" | "none"
  readonly exportInterval: Duration.Duration
  readonly maxBatchSize: number
  readonly shutdownTimeout: Duration.Duration
}

/** The first of some variables that is set. */
const first = <A>(read: (name: string) => Config.Config<A>, ...names: ReadonlyArray<string>) =>
  Config.map(Config.all(names.map((name) => Config.withDefault(read(name), undefined))), (values) =>
    values.find((value) => value !== undefined)
  )

/** A time in milliseconds. */
const milliseconds = (name: string) => Config.map(Config.Int(name), Duration.millis)

/** How long an exporter waits for an answer. */
export const timeoutOf = (signal: "TRACES" | "METRICS") =>
  Config.map(
    first(milliseconds, `OTEL_EXPORTER_OTLP_${signal}_TIMEOUT`, "OTEL_EXPORTER_OTLP_TIMEOUT"),
    (timeout) => timeout ?? Duration.seconds(10)
  )

/** Undefined if no traces are sent. */
export const traceSettings: Config.Config<TraceSettings | undefined> = Config.map(
  Config.all({
    isDisabled: first(Config.Boolean, "OTEL_SDK_DISABLED"),
    exporters: first((name) => Config.Array(Schema.String, name), "OTEL_TRACES_EXPORTER"),
    url: first(Config.URL, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"),
    base: first(Config.URL, "OTEL_EXPORTER_OTLP_ENDPOINT"),
    headers: first(
      (name) => Config.Record(Schema.String, Schema.StringFromUriComponent, name),
      "OTEL_EXPORTER_OTLP_TRACES_HEADERS",
      "OTEL_EXPORTER_OTLP_HEADERS"
    ),
    compression: first(
      (name) => Config.Literals(["gzip", "none"], name),
      "OTEL_EXPORTER_OTLP_TRACES_COMPRESSION",
      "OTEL_EXPORTER_OTLP_COMPRESSION"
    ),
    exportInterval: first(milliseconds, "OTEL_BSP_SCHEDULE_DELAY"),
    maxBatchSize: first(Config.Int, "OTEL_BSP_MAX_EXPORT_BATCH_SIZE"),
    shutdownTimeout: first(
      milliseconds,
      "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT",
      "OTEL_EXPORTER_OTLP_TIMEOUT",
      "OTEL_BSP_EXPORT_TIMEOUT"
    )
  }),
  ({ isDisabled, exporters = [], url, base, ...rest }) => {
    const to = url ?? (base && new URL(`${base.pathname.replace(/\/$/, "")}/v1/traces`, base))
    if (isDisabled || to === undefined || !exporters.some((name) => name.trim().toLowerCase() === "otlp"))
      return undefined
    return {
      url: to.href,
      headers: rest.headers,
      compression: rest.compression ?? "none",
      exportInterval: rest.exportInterval ?? Duration.seconds(5),
      // Sending a request costs as much as hundreds of spans; four thousand take 600 kB.
      maxBatchSize: Math.max(1, rest.maxBatchSize ?? 4_000),
      shutdownTimeout: rest.shutdownTimeout ?? Duration.seconds(3)
    }
  }
)
